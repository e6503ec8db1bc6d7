/**
 * A connection that was passed to a service, whose manager dies before or after any of its calls:
 * each request is carried out once, and the client gets the same bytes, or an end.
 */
import { encodeRequest, type Request } from "../../../core/protocol/mod.ts";
import { KeptBlocks } from "../../../core/state/kept_blocks.ts";
import { readKept } from "../../../core/state/kept_reading.ts";
import { type LeftPassed, readPassed } from "../../../daemon/control/passed/passed_fact.ts";
import { ControlServer } from "../../../daemon/control/server.ts";
import { assert, assertEquals, fail } from "../../assert.ts";
import { FakeHost } from "./fake_host.ts";
import type { Fd } from "../../../core/types.ts";
import { type FakeConnection, FakeSockets } from "./fake_sockets.ts";

class Death extends Error {}

/** Three pieces, the second of which ends in the middle of a request. */
const REQUESTS: readonly Request[] = [
  { kind: "find", name: "web" },
  { kind: "set-environment", text: "A=1" },
  { kind: "query-version" },
  { kind: "list-environment" },
  { kind: "set-environment", text: "B=2" },
  { kind: "listen-environment" },
  { kind: "set-environment", text: "C=3" },
];

function bytesOf(requests: readonly Request[]): Uint8Array {
  return Uint8Array.from(requests.flatMap((request) => [...encodeRequest(request)]));
}

class World {
  readonly sockets = new FakeSockets();
  readonly client: FakeConnection;
  readonly messages: string[] = [];
  /** That counts. */
  #memory = new Uint8Array(65_536);
  #host = new FakeHost();
  #server: ControlServer;
  /** Counts from the next commit on. */
  #nextMemory = this.#memory;
  #blocks = new KeptBlocks(this.#memory);
  /** As the last commit has it. */
  #committed: ReadonlyMap<string, string> = new Map();
  calls = 0;
  /** At which call the manager dies, each once. */
  readonly deaths: number[];
  isLost = false;

  constructor(deaths: readonly number[]) {
    this.deaths = [...deaths];
    this.client = this.sockets.connect(0, true);
    this.#host.add("web");
    this.#server = this.#makeServer();
    this.#server.admitPassed(this.client.fd, this.#host.services.find("web"));
    this.commit();
  }

  get environment(): ReadonlyMap<string, string> {
    return this.#host.environment;
  }

  #makeServer(): ControlServer {
    const { sockets, messages } = this;
    this.#blocks = new KeptBlocks(this.#nextMemory);
    let isDead = false;
    const step = () => {
      if (++this.calls !== this.deaths[0]) return;
      this.deaths.shift();
      isDead = true;
      throw new Death();
    };
    const effect =
      <Args extends unknown[], Result>(call: (...args: Args) => Result) =>
      (...args: Args): Result => {
        step();
        const result = call(...args);
        step();
        return result;
      };
    const server = new ControlServer({
      platform: Object.assign(Object.create(sockets) as FakeSockets, {
        pipe: sockets.pipe.bind(sockets),
        waitingBytes: sockets.waitingBytes.bind(sockets),
        read: effect(sockets.read.bind(sockets)),
        write: effect(sockets.write.bind(sockets)),
        // What it does by a `finally` when it is dead.
        close: (fd: Fd) => isDead || sockets.close(fd),
        poller: { ...sockets.poller, unwatch: (fd: Fd) => isDead || sockets.poller.unwatch(fd) },
        exactStreams: {
          ...sockets.exactStreams,
          peek: effect(sockets.exactStreams.peek),
          move: effect(sockets.exactStreams.move),
        },
      }),
      host: this.#host,
      socketPath: "/socket",
      log: (_, message) => messages.push(message),
      holdsAnswers: true,
      keepSaid: () => {
        step();
        this.#put();
        step();
      },
    });
    this.#host.listeners = server;
    for (const source of server.passedFacts) source.begin();
    return server;
  }

  #put(): void {
    for (const source of this.#server.passedFacts) assert(source.put(this.#blocks));
    this.#blocks.commit();
    this.#memory = this.#nextMemory;
  }

  commit(): void {
    this.#put();
    this.#committed = new Map(this.#host.environment);
    this.#server.flush();
  }

  /** One turn of the loop. @returns Whether something happened. */
  turn(): boolean {
    const before = this.#seen;
    try {
      const { fd, interest } = this.client;
      if (interest === undefined) return false;
      this.#server.handleDescriptor(fd, interest.read, interest.write);
      this.commit();
      return this.#seen !== before;
    } catch (error) {
      if (!(error instanceof Death)) throw error;
      for (;;) {
        try {
          this.#goOn();
          return true;
        } catch (error) {
          if (!(error instanceof Death)) throw error;
        }
      }
    }
  }

  /** As another manager finds it. */
  get left(): readonly LeftPassed[] {
    const read = readKept(this.#memory);
    if (read.kind === "fault") return fail(read.why);
    const { facts, damaged } = readPassed(read.kept);
    assertEquals(damaged, []);
    return [...facts.values()];
  }

  /** All that a turn can change of the connection. */
  get #seen(): string {
    const { interest, fd, socket: { inbox, outbox } } = this.client;
    return JSON.stringify([interest, inbox, outbox, this.sockets.peeked.get(fd)]);
  }

  #goOn(): void {
    const { fd } = this.client;
    const { left } = this;
    const host = this.#host = new FakeHost();
    host.add("web");
    for (const [name, value] of this.#committed) host.environment.set(name, value);
    this.sockets.watched.delete(fd);
    this.#nextMemory = new Uint8Array(65_536);
    this.#server = this.#makeServer();
    this.#server.adoptLeft(left, false);
    this.isLost = !this.client.isOpen;
    this.commit();
  }

  settle(): void {
    for (let turns = 0; this.turn(); turns++) assert(turns < 100, "it comes to an end");
  }
}

function play(deaths: readonly number[], pieces: readonly Uint8Array[]) {
  const world = new World(deaths);
  for (const piece of pieces) {
    if (!world.client.isOpen) break;
    world.client.send(piece);
    world.settle();
  }
  return {
    ...{ world, isLost: world.isLost, text: world.client.received().join("") },
    environment: [...world.environment].sort(),
  };
}

function pieces(): readonly Uint8Array[] {
  const all = bytesOf(REQUESTS);
  const [first, second] = [bytesOf(REQUESTS.slice(0, 2)).length, bytesOf(REQUESTS).length - 3];
  return [all.slice(0, first), all.slice(first, second), all.slice(second)];
}

Deno.test("a passed connection says the same bytes over a death at any call", () => {
  const alone = play([], pieces());
  assertEquals(alone.environment, [["A", "1"], ["B", "2"], ["C", "3"], ["PATH", "/bin"]]);
  for (let at = 1; at <= alone.world.calls; at++) {
    const { text, environment } = play([at], pieces());
    const wanted = { text: alone.text, environment: alone.environment };
    assertEquals({ text, environment }, wanted, `death at ${at}`);
    for (let soon = 1; soon < 12; soon++) {
      const twice = play([at, at + soon], pieces());
      if (twice.isLost) continue;
      assertEquals({ text: twice.text, environment: twice.environment }, wanted, `${at}, ${soon}`);
    }
  }
});

Deno.test("a request over which the manager dies twice ends its connection", () => {
  const alone = play([], pieces().slice(0, 1));
  const firstPeek = 2;
  assert(alone.world.calls > firstPeek, "there are calls");
  const { world, isLost } = play([firstPeek, 2 * firstPeek], pieces().slice(0, 1));
  assert(isLost, "it ends");
  assertEquals(world.messages, [
    "web: Its control connection (pass-cs-fd) ends: " +
    "the manager has crashed twice over a request that came over it",
  ]);
});

Deno.test("handles of a passed connection, and what waits to be written, are found again", () => {
  const world = new World([]);
  world.client.send(bytesOf(REQUESTS.slice(0, 1)));
  world.settle();
  world.client.socket.roomBytes = 0;
  world.client.send(bytesOf([{ kind: "query-version" }]));
  world.settle();
  const [left] = world.left;
  assertEquals(left?.session?.handles.size, 1);
  assert((left?.session?.output.bytes ?? 0) > 0, "the version waits");
});
