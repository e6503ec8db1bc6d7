/**
 * Whoever was let in to look changes nothing: random packets of theirs, sound, broken and torn,
 * against the real scheduler in the middle of anything. The state is compared before and after
 * each, and the manager is asked for nothing but answers.
 */
import { encodeRequest } from "../../../core/protocol/mod.ts";
import { neededRight, type Role, ROLE_RIGHTS } from "../../../core/protocol/rights.ts";
import type { ControlHost } from "../../../daemon/control/host.ts";
import { ControlSession } from "../../../daemon/control/session.ts";
import { assert, assertEquals } from "../../assert.ts";
import { randomRequest, randomSource } from "./random_requests.ts";
import { toHex } from "../../transcripts/transcripts.ts";
import { SessionClient } from "./session_client.ts";
import type { SimulatedHost } from "./simulated_host.ts";
import { simulatedWorld } from "./simulated_world.ts";

const RUNS = 30;
const STEPS = 120;
const SECRET = "hunter2";

const DESCRIPTIONS = {
  a: "type = process\ncommand = /bin/sleep 3\nwaits-for = b\nrestart = true\n",
  b: "type = scripted\ncommand = /bin/sleep 1\nstop-command = /bin/false\n" +
    "options = start-interruptible skippable\n",
  c: "type = internal\ndepends-on = b\ndepends-on = d\n",
  d: "type = process\ncommand = /bin/sh /slow.sh\nlog-type = buffer\nrestart = false\n",
  ö: "type = triggered\n",
};

/** What a guest may have asked of the manager; anything else is told. */
const ANSWERS: readonly (keyof ControlHost)[] = [
  ...["services", "starts", "usage", "managerUsage", "details", "searchPath"] as const,
];

/** The manager as guests reach it. @param isAllowed Of calls that are none of {@link ANSWERS}. */
function watched(
  host: SimulatedHost,
  forbidden: string[],
  isAllowed: (name: string, args: readonly unknown[]) => boolean,
): ControlHost {
  return new Proxy(host, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== "function") return member;
      return (...args: unknown[]) => {
        const isAnswer = (ANSWERS as readonly (string | symbol)[]).includes(name);
        if (!isAnswer && !isAllowed(String(name), args)) forbidden.push(String(name));
        return Reflect.apply(member, target, args);
      };
    },
  });
}

function guest(role: Role) {
  return { rights: ROLE_RIGHTS[role], isGuest: true, who: () => "a guest" };
}

/** A packet of a client that has no good intentions. */
function badPacket(random: (below: number) => number): Uint8Array {
  const bytes = [...encodeRequest(randomRequest(random))];
  if (random(4) === 0) bytes[random(bytes.length)] = random(256);
  if (random(8) === 0) bytes.splice(random(bytes.length));
  if (random(20) === 0) return Uint8Array.from({ length: random(64) }, () => random(256));
  return Uint8Array.from(bytes);
}

function stateOf(host: SimulatedHost): string {
  const { services } = host;
  const logs = services.list().map((service) => [...host.readLog(service, false) ?? []]);
  return `${toHex(services.write())} ${JSON.stringify([host.listEnvironment(), logs])}`;
}

for (const role of ["read", "log"] as const) {
  Deno.test(`no packets of a member of the ${role} group change anything`, () => {
    let answered = 0;
    for (let run = 0; run < RUNS; run++) {
      const random = randomSource(run);
      const { host, hub } = simulatedWorld(DESCRIPTIONS);
      host.setEnvironment("PASSWORD", SECRET);
      const owner = new SessionClient(host, hub);
      const forbidden: string[] = [];
      const isAllowed = (name: string, [, clear]: readonly unknown[]) =>
        role === "log" && name === "readLog" && clear === false;
      const host2 = watched(host, forbidden, isAllowed);
      let session: ControlSession | undefined;
      for (let step = 0; step < STEPS; step++) {
        // Others go on meanwhile, and are in no guest's way, nor he in theirs.
        const request = randomRequest(random);
        if (request.kind !== "shutdown" || step > STEPS - 10) owner.ask(request);
        host.advance();
        if (random(10) === 0) host.pass(random(2000));
        if (session === undefined || session.phase !== "open") {
          if (session !== undefined) hub.remove(session);
          session = new ControlSession({
            ...{ host: host2, hub, onOutput: () => {} },
            peer: guest(role),
          });
          hub.add(session);
          // Handles 0 to 3, mostly: what names a service is to be about one.
          for (const name of ["a", "b", "c", "d"]) {
            session.receive(encodeRequest({ kind: "find", name }));
          }
        }
        const before = stateOf(host);
        const packet = badPacket(random);
        const cut = random(3) === 0 ? random(packet.length + 1) : packet.length;
        session.receive(packet.slice(0, cut));
        if (cut < packet.length) session.receive(packet.slice(cut));
        const told = textOf(session);
        answered += told.length > 0 ? 1 : 0;
        assertEquals(stateOf(host), before, `run ${run}, step ${step}`);
        assert(!told.includes(SECRET), `run ${run}, step ${step}: ${told}`);
        assertEquals(forbidden, [], `run ${run}, step ${step}`);
        for (const id of host.services.list()) assert(!session.holds(id));
      }
    }
    assert(answered > RUNS * STEPS / 3, `only ${answered} were answered`);
  });
}

/** Takes all that waits. */
function textOf(session: ControlSession): string {
  let text = "";
  for (let next = session.nextOutput(); next !== undefined; next = session.nextOutput()) {
    text += new TextDecoder().decode(next);
    session.outputWritten(next.length);
  }
  return text;
}

Deno.test("a member of the power group orders a shutdown and nothing else", () => {
  for (let run = 0; run < RUNS; run++) {
    const random = randomSource(run);
    const { host, hub } = simulatedWorld(DESCRIPTIONS);
    const forbidden: string[] = [];
    const session = new ControlSession({
      host: watched(
        host,
        forbidden,
        (name, [order]) => name === "order" && (order as { kind: string }).kind === "shutdown",
      ),
      hub,
      onOutput: () => {},
      peer: guest("power"),
    });
    for (const name of ["a", "b", "c", "d"]) session.receive(encodeRequest({ kind: "find", name }));
    for (let step = 0; step < STEPS && session.phase === "open"; step++) {
      const request = randomRequest(random);
      session.receive(encodeRequest(request));
      textOf(session);
      assertEquals(forbidden, [], JSON.stringify(request));
      if (neededRight(request) === "power") break;
    }
  }
});
