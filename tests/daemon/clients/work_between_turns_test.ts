/**
 * However many services there are: what a client's command does between two turns of the manager
 * is bounded.
 */
import type { DescriptionFiles } from "../../../core/description/mod.ts";
import { Scheduler } from "../../../core/schedule/scheduler.ts";
import { instant } from "../../../core/types.ts";
import {
  type ClientIo,
  ctlProgram,
  NOTHING,
  parseCommandLine,
  type Received,
  type Wait,
} from "../../../ctl/served.ts";
import { ControlHub } from "../../../daemon/control/hub.ts";
import { ControlSession } from "../../../daemon/control/session.ts";
import { Frames } from "../../../daemon/clients/frames.ts";
import { InnerConnection } from "../../../daemon/clients/inner_connection.ts";
import { runIo } from "../../../daemon/clients/run_io.ts";
import { assert, assertEquals } from "../../assert.ts";
import { WorkCounter } from "../../work_counter.ts";
import { SimulatedHost } from "../control/simulated_host.ts";

const DIRECTORY = "/sd";

class World {
  readonly #host: SimulatedHost;
  readonly #hub = new ControlHub();
  readonly #frames = new Frames();
  readonly #files: DescriptionFiles;

  constructor(count: number) {
    const numbers = Array.from({ length: count }, (_, index) => String(1000 + index));
    const texts = new Map([
      ["boot", "type = internal\nwaits-for.d = boot.d\n"],
      ["gate", "type = triggered\n"],
      ...numbers.map((number) => [`a-${number}`, "type = internal\n"] as const),
      ...numbers.map((number) => [`b-${number}`, "type = internal\ndepends-on = gate\n"] as const),
    ]);
    this.#host = new SimulatedHost({
      scheduler: new Scheduler(),
      descriptions: Object.fromEntries(texts),
      directory: DIRECTORY,
      workingDirectory: "/",
      descriptionTime: { seconds: 1, nanoseconds: 2 },
      environment: {},
    });
    this.#host.listeners = this.#hub;
    for (const name of texts.keys()) assertEquals(this.#host.load(name).kind, "loaded", name);
    const paths = new Map([...texts].map(([name, text]) => [`${DIRECTORY}/${name}`, text]));
    this.#files = {
      read: (path) => {
        const text = paths.get(path);
        if (text === undefined) return { kind: "missing" };
        const bytes = new TextEncoder().encode(text);
        return { kind: "contents", bytes, modifiedSeconds: 1, modifiedNanoseconds: 2 };
      },
      list: (path) =>
        path === DIRECTORY || path === `${DIRECTORY}/boot.d`
          ? { kind: "names", names: [...texts.keys()] }
          : { kind: "unreadable", why: "no directory" },
      exists: (path) => paths.has(path),
      realDirectory: () => DIRECTORY,
    };
  }

  /** @returns The most work until a wait, or until the end. */
  async most(words: readonly string[], counter: WorkCounter, isTerminal: boolean): Promise<number> {
    const work = ctlProgram(parseCommandLine(words), this.#io(words, isTerminal));
    let most = 0;
    let received = NOTHING;
    await counter.take();
    for (;;) {
      const step = work.next(received);
      most = Math.max(most, await counter.take());
      this.#frames.written(this.#frames.bytes);
      if (step.done === true) return most;
      received = this.#outcome(step.value);
      // What the order of another does is not the command's.
      if (step.value.kind === "receive") await counter.take();
    }
  }

  #io(words: readonly string[], isOutTerminal: boolean): ClientIo {
    const session = new ControlSession({
      host: this.#host,
      hub: this.#hub,
      onOutput: () => {},
      isInner: true,
    });
    this.#hub.add(session);
    const connection = new InnerConnection(session, 0, () => this.#hub.remove(session));
    return runIo({
      programName: "dinitctl",
      order: { isOutTerminal, userId: 0, words, variables: new Map() },
      context: {
        ...{ peerUid: 0, ownUid: 0, files: this.#files },
        // Time stands still: only the number of things ends a turn.
        now: () => instant(0),
        errnoText: () => ({ name: "ENOENT", text: "no such file or directory" }),
        openSession: () => session,
        closeSession: () => {},
        reportFault: () => {},
      },
      frames: this.#frames,
      connect: () => connection,
      outFault: () => undefined,
    });
  }

  #outcome(wait: Wait): Received {
    if (wait.kind === "pause") return NOTHING;
    assert(wait.kind === "receive");
    const received = wait.connection.receive(0);
    if (received !== "timeout") return received;
    // Whatever waits for the gate starts or stops in one go.
    const gate = this.#host.services.find("gate");
    assert(gate !== undefined);
    this.#host.order({ kind: "trigger", service: gate, on: true });
    return wait.connection.receive(0);
  }
}

/** From the same state on, in this order. A reload of several is one step: it is not among them. */
const LINES: readonly (readonly string[])[] = [
  ...[["list"], ["list", "--json"], ["list", "[ab]-*", "*9", "a-1000", "none*"]],
  ...[["list", "--failed"], ["tree"], ["tree", "--json"], ["status", "--json", "a-*"]],
  ...[["start", "b-*", "gate"], ["restart", "b-*"], ["stop", "[ab]-*"], ["list"]],
  ...[["start", "a-none"], ["is-started", "a-1000"], ["reload", "a-1000"], ["unload", "*"]],
];

/** Lists are read and printed in pieces of up to 128: the last ones are alike. */
const [FEW, MANY] = [66, 66 + 256];
/** V8 does not count every call of a method that it has made a shorter way for. */
const ROOM = { share: 1.1, blocks: 160 } as const;

Deno.test("no command does more between two turns of the manager when there are more services", async () => {
  const counter = await WorkCounter.open("core/description", "core/protocol", "ctl", "daemon");
  const worlds = [new World(1), new World(FEW), new World(MANY)];
  for (const words of LINES) {
    for (const isTerminal of words[0] === "list" ? [true, false] : [false]) {
      const most: number[] = [];
      // What runs for the first time counts in another way.
      for (const world of worlds) most.push(await world.most(words, counter, isTerminal));
      const [, few = 0, many = 0] = most;
      const limit = few * ROOM.share + ROOM.blocks;
      assert(many <= limit, `${words.join(" ")}: ${few} of ${FEW}, ${many} of ${MANY}`);
    }
  }
  counter.close();
});
