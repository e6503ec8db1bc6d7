import { encodeRequest } from "../../../core/protocol/mod.ts";
import type { ServiceId } from "../../../core/types.ts";
import { ControlHub } from "../../../daemon/control/hub.ts";
import { EVENT_LIMIT_BYTES, HIGH_WATER_BYTES } from "../../../daemon/control/output.ts";
import { assert, assertEquals } from "../../assert.ts";
import { toHex } from "../../transcripts/transcripts.ts";
import { FakeHost } from "./fake_host.ts";
import { randomRequest, randomSource } from "./random_requests.ts";
import { SessionClient } from "./session_client.ts";

const SEED = 0x5eed;

function setUp() {
  const host = new FakeHost();
  const hub = new ControlHub();
  host.listeners = hub;
  for (const name of ["a", "b", "c"]) {
    host.add(name, new TextEncoder().encode(name));
    host.loadable.set(name, "loaded");
  }
  host.loadable.set("ö", "description-error");
  return { host, hub };
}

Deno.test("session answers the same however the stream is split", () => {
  for (let run = 0; run < 300; run++) {
    const random = randomSource(SEED + run);
    const stream: number[] = [];
    for (let count = 0; count < 30; count++) stream.push(...encodeRequest(randomRequest(random)));

    const whole = answers(stream, () => stream.length);
    assertEquals(answers(stream, () => 1), whole);
    assertEquals(answers(stream, () => 1 + random(40)), whole);
  }
});

function answers(stream: readonly number[], pieceSize: () => number): string[] {
  const { host, hub } = setUp();
  const client = new SessionClient(host, hub);
  const packets: string[] = [];
  for (let at = 0; at < stream.length;) {
    const size = pieceSize();
    client.session.receive(Uint8Array.from(stream.slice(at, at + size)));
    packets.push(...client.raw().map((packet) => toHex(packet)));
    at += size;
  }
  packets.push(client.session.phase);
  return packets;
}

const FUZZED_PACKETS = 200_000;

Deno.test("session never throws and never exceeds its bounds on 200,000 random packets", () => {
  const random = randomSource(SEED);
  const { host, hub } = setUp();
  host.onOrder = (order) => random(4) === 0 ? { kind: "refused", why: "Chance" } : host.obey(order);
  let clients: SessionClient[] = [];
  let closed = 0;

  for (let count = 0; count < FUZZED_PACKETS; count++) {
    if (clients.length < 4) clients.push(new SessionClient(host, hub));
    const client = clients[random(clients.length)];
    assert(client !== undefined);
    const { session } = client;
    if (session.inputRoomBytes > 0) session.receive(randomBytes(random));
    checkBounds(session);
    if (random(3) === 0) client.raw();
    if (random(50) === 0) tellSomething(host, random);
    if (random(2000) === 0) client.disconnect();
    if (session.phase === "closed" || random(2000) === 0) {
      client.disconnect();
      clients = clients.filter((other) => other !== client);
      closed += 1;
    }
  }
  assert(closed > 1000, `only ${closed} connections were closed`);
});

/** A request, often damaged: bytes changed, cut off, or put before it. At most 1024 bytes. */
function randomBytes(random: (below: number) => number): Uint8Array {
  let bytes = [...encodeRequest(randomRequest(random))];
  if (random(3) === 0) bytes[random(bytes.length)] = random(256);
  if (random(10) === 0) bytes = bytes.slice(0, random(bytes.length));
  if (random(10) === 0) bytes = [...bytes, ...encodeRequest(randomRequest(random))];
  if (random(20) === 0) bytes = Array.from({ length: random(64) }, () => random(256));
  return Uint8Array.from(bytes.slice(0, 1024));
}

function checkBounds(session: SessionClient["session"]): void {
  const oneReply = 16_384;
  const bound = HIGH_WATER_BYTES + EVENT_LIMIT_BYTES + oneReply;
  assert(session.waitingBytes <= bound, `${session.waitingBytes} bytes wait`);
  assert(session.inputRoomBytes <= 1024);
}

function tellSomething(host: FakeHost, random: (below: number) => number): void {
  const services = host.services.list();
  const service: ServiceId | undefined = services[random(services.length + 1)];
  if (service !== undefined) host.tell(service, "stopped");
}
