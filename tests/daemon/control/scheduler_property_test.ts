/**
 * Random requests and random passing of time against the real scheduler: every request gets its one
 * answer, and the stream of packets can always be understood.
 */
import { encodeRequest, ReplyReader, type ServerPacket } from "../../../core/protocol/mod.ts";
import { isFinal } from "../../../core/protocol/replies.ts";
import type { ControlHub } from "../../../daemon/control/hub.ts";
import { assert, assertEquals } from "../../assert.ts";
import { randomRequest, randomSource } from "./random_requests.ts";
import { SessionClient } from "./session_client.ts";
import type { SimulatedHost } from "./simulated_host.ts";
import { simulatedWorld } from "./simulated_world.ts";

const RUNS = 400;
const REQUESTS_PER_RUN = 150;

const DESCRIPTIONS = {
  a: "type = process\ncommand = /bin/sleep 3\nwaits-for = b\nrestart = true\n",
  b: "type = scripted\ncommand = /bin/sleep 1\nstop-command = /bin/false\n" +
    "options = start-interruptible skippable\n",
  c: "type = internal\ndepends-on = b\ndepends-on = d\n",
  d: "type = process\ncommand = /bin/sh /slow.sh\nlog-type = buffer\nrestart = false\n",
  ö: "type = triggered\n",
};

Deno.test("session answers every request once, whatever the services are doing", () => {
  let answered = 0;
  for (let run = 0; run < RUNS; run++) answered += checkRun(run);
  assert(answered > RUNS * REQUESTS_PER_RUN / 2, `only ${answered} requests were answered`);
});

function checkRun(run: number): number {
  const random = randomSource(run);
  const { host, hub } = simulatedWorld(DESCRIPTIONS);
  let talks: Talk[] = [];
  let answered = 0;
  for (let count = 0; count < REQUESTS_PER_RUN; count++) {
    if (talks.length < 2) talks.push(new Talk(host, hub));
    const talk = talks[random(talks.length)];
    assert(talk !== undefined);
    const request = randomRequest(random);
    // A shutdown would leave nothing to see for the rest of the run.
    if (request.kind === "shutdown" && count < REQUESTS_PER_RUN - 20) continue;
    talk.ask(request, `run ${run}, request ${count}`);
    answered += 1;
    if (talk.client.session.phase !== "open") {
      talk.client.disconnect();
      talks = talks.filter((other) => other !== talk);
    }
    for (let steps = random(4); steps > 0; steps--) host.advance();
    if (random(10) === 0) host.pass(random(2000));
    for (const other of talks) other.readEvents(`run ${run}, after request ${count}`);
  }
  return answered;
}

/** A connection and what is known of it. */
class Talk {
  readonly client: SessionClient;
  readonly #reader = new ReplyReader();

  constructor(host: SimulatedHost, hub: ControlHub) {
    this.client = new SessionClient(host, hub);
    this.ask({ kind: "find", name: "a" }, "first");
    this.ask({ kind: "load", name: "b" }, "second");
  }

  ask(request: Parameters<typeof encodeRequest>[0], where: string): void {
    this.#reader.expect(request);
    this.client.session.receive(encodeRequest(request));
    const finals = this.#packets(where).filter((packet) =>
      packet.kind === "reply" && isFinal(packet.reply.kind)
    );
    assertEquals(finals.length, 1, `${where}: answers to ${JSON.stringify(request)}`);
  }

  /** Between requests there are only events. */
  readEvents(where: string): void {
    for (const { kind } of this.#packets(where)) assertEquals(kind, "information", where);
  }

  #packets(where: string): ServerPacket[] {
    for (const packet of this.client.raw()) this.#reader.push(packet);
    const packets: ServerPacket[] = [];
    for (let next = this.#reader.next(); next !== undefined; next = this.#reader.next()) {
      assert(next.kind !== "malformed", `${where}: ${JSON.stringify(next)}`);
      packets.push(next);
    }
    return packets;
  }
}
