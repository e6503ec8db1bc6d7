/** Connections that go on under another manager: the same bytes as if there had been one. */
import { encodeRequest } from "../../../core/protocol/mod.ts";
import { ControlHub } from "../../../daemon/control/hub.ts";
import { ControlSession } from "../../../daemon/control/session.ts";
import { ControlServer } from "../../../daemon/control/server.ts";
import { assert, assertEquals } from "../../assert.ts";
import { toHex } from "../../transcripts/transcripts.ts";
import { FakeHost } from "../control/fake_host.ts";
import { FakeSockets } from "../control/fake_sockets.ts";
import { randomRequest, randomSource } from "../control/random_requests.ts";
import { handedOn, keptOf } from "./handed_on.ts";

const SEED = 0xc0;

function setUp() {
  const host = new FakeHost();
  for (const name of ["a", "b", "c"]) {
    host.add(name, new TextEncoder().encode(name));
    host.loadable.set(name, "loaded");
  }
  return host;
}

/** @param isHandedOn Asked between two pieces. */
function answers(stream: readonly number[], random: (below: number) => number, mayHandOn: boolean) {
  const host = setUp();
  let hub = new ControlHub();
  host.listeners = hub;
  const sessionOf = () => new ControlSession({ host, hub, onOutput: () => {} });
  let session = sessionOf();
  hub.add(session);
  const written: string[] = [];
  for (let at = 0; at < stream.length && session.phase !== "closed";) {
    const size = Math.min(1 + random(60), session.inputRoomBytes);
    if (size > 0) session.receive(Uint8Array.from(stream.slice(at, at + size)));
    at += size;
    // Parts of packets, too.
    for (let count = random(6); count > 0; count--) {
      const next = session.nextOutput();
      if (next === undefined) break;
      const taken = 1 + random(next.length);
      written.push(toHex(next.subarray(0, taken)));
      session.outputWritten(taken);
    }
    if (size === 0 && session.nextOutput() === undefined) break;
    const isHandedOn = random(4) === 0;
    if (!isHandedOn || !mayHandOn) continue;
    const kept = handedOn(session.keep());
    hub = new ControlHub();
    host.listeners = hub;
    session = sessionOf();
    session.adopt(kept);
    hub.add(session);
  }
  for (let next = session.nextOutput(); next; next = session.nextOutput()) {
    written.push(toHex(next));
    session.outputWritten(next.length);
  }
  return { text: written.join(""), phase: session.phase, orders: host.orders };
}

Deno.test("a session that is handed on says the same bytes, wherever it is interrupted", () => {
  for (let run = 0; run < 300; run++) {
    const random = randomSource(SEED + run);
    const stream: number[] = [];
    for (let count = 0; count < 30; count++) stream.push(...encodeRequest(randomRequest(random)));
    const alone = answers(stream, randomSource(run), false);
    assertEquals(answers(stream, randomSource(run), true), alone, `run ${run}`);
  }
});

function serverOf(platform: FakeSockets, host: FakeHost): ControlServer {
  const server = new ControlServer({ platform, host, socketPath: "/run/dinitctl", log: () => {} });
  host.listeners = server;
  return server;
}

Deno.test("a server goes on with its socket and connections, and answers what was to be answered later", () => {
  const sockets = new FakeSockets();
  const host = setUp();
  const before = serverOf(sockets, host);
  assertEquals(before.open(), undefined);
  const [listener] = [...sockets.watched.keys()];
  assert(listener !== undefined);
  const client = sockets.connect();
  client.send(encodeRequest({ kind: "reexec", program: "-" }));
  client.send(encodeRequest({ kind: "query-version" }));
  before.handleDescriptor(listener, true, false);
  const { fd } = client;
  before.handleDescriptor(fd, true, false);
  assertEquals([host.successors, client.received()], [[undefined], []]);

  const { kept, descriptors } = keptOf(before);
  assertEquals(descriptors, [listener, fd]);
  sockets.watched.clear();
  const after = serverOf(sockets, host);
  after.adopt(kept);
  assert(after.isListening);
  assertEquals([after.connectionCount, [...sockets.watched.keys()]], [1, [listener, fd]]);
  after.answerAwaiting({ kind: "ack" }, []);
  after.handleDescriptor(fd, false, true);
  // Ack, then the answer to the request that had to wait for it.
  assertEquals(client.received().map((bytes) => bytes.slice(0, 2)), ["32", "3a"]);
  assertEquals(sockets.watched.get(fd), { read: true, write: false });
});

Deno.test("a connection that was passed to a service may name no program, under either manager", () => {
  const sockets = new FakeSockets();
  const host = setUp();
  const before = serverOf(sockets, host);
  const client = sockets.connect(0, true);
  before.admitPassed(client.fd, undefined);
  const { kept } = keptOf(before);
  sockets.watched.clear();
  const after = serverOf(sockets, host);
  after.adopt(kept);
  client.send(encodeRequest({ kind: "reexec", program: "/tmp/mine" }));
  after.handleDescriptor(client.fd, true, false);
  assertEquals([client.received(), host.successors], [["33"], []]);
  client.send(encodeRequest({ kind: "reexec", program: "-" }));
  after.handleDescriptor(client.fd, true, false);
  assertEquals([client.received(), host.successors], [[], [undefined]]);
});
