/** What is handed over within the manager is what would have come as bytes. */
import {
  encodeReply,
  handedReply,
  type Reply,
  ReplyReader,
  type Request,
  type ServerPacket,
} from "../../../core/protocol/mod.ts";
import { InnerConnection } from "../../../daemon/clients/inner_connection.ts";
import { ControlSession } from "../../../daemon/control/session.ts";
import { assert, assertEquals } from "../../assert.ts";
import { DETAILS, STARTED } from "../control/fake_host.ts";
import { randomRequest, randomSource } from "../control/random_requests.ts";
import { SessionClient } from "../control/session_client.ts";
import { type SimulatedWorld, simulatedWorld } from "../control/simulated_world.ts";

const RUNS = 200;
const REQUESTS_PER_RUN = 100;

const DESCRIPTIONS = {
  a: "type = process\ncommand = /bin/sleep 3\nwaits-for = b\nrestart = true\n",
  b: "type = scripted\ncommand = /bin/false\nstop-command = /bin/false\n",
  c: "type = internal\ndepends-on = b\n",
  d: "type = process\ncommand = /bin/sh /slow.sh\nlog-type = buffer\nrestart = false\n",
  ö: "type = triggered\n",
};

function innerClient({ host, hub }: SimulatedWorld): InnerConnection {
  const session = new ControlSession({ host, hub, onOutput: () => {}, isInner: true });
  hub.add(session);
  return new InnerConnection(session, 0, () => hub.remove(session));
}

/** Takes all packets that have come. */
function taken({ packets }: InnerConnection): ServerPacket[] {
  const all: ServerPacket[] = [];
  for (let packet = packets.next(); packet !== undefined; packet = packets.next()) all.push(packet);
  return all;
}

/** As those do who wait: they do not know whether anything will be handed over. */
function takeAsBytes(inner: InnerConnection): void {
  for (let got = inner.receive(); got instanceof Uint8Array; got = inner.receive()) {
    inner.packets.push(got);
  }
}

/** Without properties that say nothing. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

/** Upstream's form of two requests, which no client of ours sends to a manager of ours. */
function isOld({ kind }: Request): boolean {
  return kind === "list" || kind === "status";
}

Deno.test("an inner client gets the packets of one with a socket, in the same order", () => {
  let compared = 0;
  for (let run = 0; run < RUNS; run++) {
    const random = randomSource(run);
    const [far, near] = [simulatedWorld(DESCRIPTIONS), simulatedWorld(DESCRIPTIONS)];
    let client = new SessionClient(far.host, far.hub);
    let inner = innerClient(near);
    for (let count = 0; count < REQUESTS_PER_RUN; count++) {
      const request = randomRequest(random);
      if (request.kind === "shutdown" || isOld(request)) continue;
      client.send(request);
      inner.packets.send(request);
      // What happens meanwhile is told behind the answer. A list is made while it is taken.
      const steps = request.kind === "list-5" ? 0 : random(4);
      for (const { host } of [far, near]) {
        for (let step = 0; step < steps; step++) host.advance();
      }
      if (random(3) === 0) takeAsBytes(inner);
      const where = `run ${run}, ${request.kind}`;
      assertEquals(plain(taken(inner)), plain(client.packets()), where);
      compared += 1;
      const hasEnded = client.session.phase !== "open";
      assertEquals(inner.receive(), hasEnded ? "end" : "timeout", where);
      if (!hasEnded) continue;
      inner.close();
      client.disconnect();
      inner = innerClient(near);
      client = new SessionClient(far.host, far.hub);
    }
  }
  assert(compared > RUNS * REQUESTS_PER_RUN / 2, `only ${compared} were compared`);
});

const FAILED = {
  ...STARTED,
  state: "stopped",
  target: "stopped",
  pid: 0,
} as const;

const REPLIES: readonly Reply[] = [
  ...[
    STARTED,
    { ...STARTED, pid: 7, exit: { kind: "exited", code: 3 } } as const,
    { ...STARTED, pid: 7, execFailure: { stage: 3, errno: 2 } } as const,
    { ...FAILED, reason: "exec-failed", execFailure: { stage: 18, errno: 2 } } as const,
    { ...FAILED, reason: "terminated", execFailure: { stage: 18, errno: 2 } } as const,
    {
      ...FAILED,
      reason: "terminated",
      exit: { kind: "signalled", signal: 9, dumpedCore: true },
    } as const,
  ].flatMap((status): Reply[] => [
    { kind: "service-info", form: 5, name: "a", status },
    { kind: "service-info", form: 5, name: "ö".repeat(200), status },
    { kind: "status", existed: false, form: 5, status },
    {
      kind: "status",
      existed: true,
      form: 6,
      status: { ...status, descriptionTime: { seconds: 3, nanoseconds: 4 } },
    },
    {
      kind: "status",
      existed: true,
      form: 6,
      status: { ...status, descriptionTime: { seconds: 0, nanoseconds: 0 } },
    },
  ]),
  { kind: "details", details: DETAILS },
  { kind: "details", details: { ...DETAILS, statusText: undefined, inStateMs: 1234.5 } },
  { kind: "details", details: { ...DETAILS, statusText: undefined, inStateMs: -1 } },
  { kind: "description-directory", directory: "/etc/dinit.d" },
  { kind: "nak" },
];

Deno.test("handedReply() gives what comes out of the reply's bytes", () => {
  for (const reply of REPLIES) {
    const reader = new ReplyReader();
    const form = reply.kind === "status" ? reply.form : 5;
    reader.expect(form === 6 ? { kind: "status-6", handle: 0 as never } : { kind: "list-5" });
    reader.push(encodeReply(reply));
    const packet = reader.next();
    const handed = handedReply(reply);
    if (handed === undefined) continue;
    assertEquals(plain(handed), plain(packet?.kind === "reply" ? packet.reply : packet));
  }
});
