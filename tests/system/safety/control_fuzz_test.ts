/**
 * Rubbish thrown at the control socket of the built manager, and what it must not cost.
 *
 * `FUZZ_SEED=N` throws other packets than usual.
 */
import { within } from "../../../tools/limit.ts";
import { encodeOrder, openPipe, readAnswer } from "../../pipe_client.ts";
import { encodeRequest } from "../../../core/protocol/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { identityIn } from "../../build_identity.ts";
import { randomSource } from "../../daemon/control/random_requests.ts";
import { surroundings, testNeeding } from "../../skip.ts";
import { brokenPacket, soundPacket } from "./fuzz_packets.ts";
import { until } from "../../wait.ts";
import { type Manager, PROGRAM, withManager } from "../manager.ts";

const PACKETS = 200_000;
const SEED = Number(Deno.env.get("FUZZ_SEED") ?? 1);

/** Connections that read what they are answered, and throw most of the packets. */
const READING = 6;
/** Connections that never read. */
const DEAF = 4;

/** Packets in one write; the last may be a broken one, after which the connection is given up. */
const BATCH = 40;

const LIMIT_MS = 120_000;

/**
 * How much more memory of its own the manager may have afterwards than before. Measured: 56 MB,
 * garbage of the engine's heap that it saw no reason to collect yet, and young space at its full
 * size. After orders: 34 MB.
 */
const GROWTH_LIMIT_BYTES = 96 * 1024 * 1024;

const SERVICES: Readonly<Record<string, string>> = {
  // Not named to the throwers: without any service that is up, a user's manager ends.
  boot: 'type = "internal"\n',
  a: 'type = "internal"\ndepends-on = ["b"]\n',
  b: 'type = "internal"\n',
  c: 'type = "triggered"\n',
  d: 'type = "process"\ncommand = ["/bin/sleep", "1000"]\nlog-type = "buffer"\n' +
    'restart = false\nstop-timeout = "100ms"\n',
};

const NAMES = ["a", "b", "c", "d", "a", "b"];

/** Handles 0 to 5. */
const LOADS = NAMES.map((name) => encodeRequest({ kind: "load", name }));

const VERSION = encodeRequest({ kind: "query-version" });
const VERSION_ANSWER = [0x3a, 1, 0, 7, 0];

interface Thrown {
  packets: number;
  /** In batches after which the connection was still there. */
  workedOff: number;
  connections: number;
}

/** Memory that belongs to the process alone: proc(5), smaps_rollup, in kibibytes. */
function anonymousBytes(pid: number): number {
  const text = Deno.readTextFileSync(`/proc/${pid}/smaps_rollup`);
  return Number(/^Anonymous:\s+(\d+) kB$/m.exec(text)?.[1]) * 1024;
}

function descriptorCount(pid: number): number {
  return [...Deno.readDirSync(`/proc/${pid}/fd`)].length;
}

/**
 * The manager may still have to notice that the last client has gone; each question is a turn for
 * it. It may have had to when they were counted before, too, so there may be fewer now.
 */
async function hasDescriptors(manager: Manager, most: number): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if (descriptorCount(manager.pid) <= most) return;
    await versionAnswer(manager.socket);
  }
  const names = [...Deno.readDirSync(`/proc/${manager.pid}/fd`)].map(({ name }) =>
    Deno.readLinkSync(`/proc/${manager.pid}/fd/${name}`)
  );
  assert(names.length <= most, `more than ${most} descriptors: ${names.join(", ")}`);
}

function joined(packets: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(packets.reduce((sum, packet) => sum + packet.length, 0));
  let at = 0;
  for (const packet of packets) {
    bytes.set(packet, at);
    at += packet.length;
  }
  return bytes;
}

/** False when the other side has closed. */
async function sendAll(connection: Deno.Conn, bytes: Uint8Array): Promise<boolean> {
  try {
    for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
    return true;
  } catch {
    return false;
  }
}

/** Reads until the end of the stream and throws everything away. */
async function drain(connection: Deno.UnixConn): Promise<void> {
  const buffer = new Uint8Array(65_536);
  try {
    while (await connection.read(buffer) !== null);
  } catch { /* reset: it was closed with bytes unread */ }
}

/** Throws batches over one connection after another until all packets are thrown. */
async function throwPackets(path: string, seed: number, thrown: Thrown): Promise<void> {
  const random = randomSource(seed);
  while (thrown.packets < PACKETS) {
    const connection = await Deno.connect({ transport: "unix", path });
    thrown.connections += 1;
    const draining = drain(connection);
    await sendAll(connection, joined(LOADS));
    for (let isOpen = true; isOpen && thrown.packets < PACKETS;) {
      const packets = Array.from({ length: BATCH }, () => soundPacket(random));
      const isLast = random(3) === 0;
      if (isLast) packets.push(brokenPacket(random));
      thrown.packets += packets.length;
      isOpen = await sendAll(connection, joined(packets)) && !isLast;
      if (isOpen) thrown.workedOff += packets.length;
    }
    await connection.closeWrite().catch(() => {});
    await draining;
    connection.close();
  }
}

/** Asks without end and never reads. The write that is under way ends with the manager. */
async function openDeaf(path: string, seed: number) {
  const random = randomSource(seed);
  const connection = await Deno.connect({ transport: "unix", path });
  const asking = [
    ...LOADS,
    encodeRequest({ kind: "listen-environment" }),
    ...Array.from({ length: 20_000 }, () => soundPacket(random)).filter((bytes) => bytes[0] === 25),
    ...Array.from({ length: 100_000 }, () => encodeRequest({ kind: "list-environment" })),
  ];
  const pending = sendAll(connection, joined(asking));
  return { connection, pending };
}

async function versionAnswer(path: string): Promise<readonly number[]> {
  const connection = await Deno.connect({ transport: "unix", path });
  await connection.write(VERSION);
  const buffer = new Uint8Array(VERSION_ANSWER.length);
  let length = 0;
  while (length < buffer.length) {
    const count = await connection.read(buffer.subarray(length));
    if (count === null) break;
    length += count;
  }
  connection.close();
  return [...buffer.subarray(0, length)];
}

async function bombard(manager: Manager): Promise<Thrown> {
  const thrown: Thrown = { packets: 0, workedOff: 0, connections: 0 };
  const throwers = Array.from(
    { length: READING },
    (_, index) => throwPackets(manager.socket, SEED * 1000 + index, thrown),
  );
  await within(LIMIT_MS, `${PACKETS} packets`, Promise.all(throwers));
  return thrown;
}

testNeeding(
  `dinit survives ${PACKETS} random packets, keeps its size, and serves a good client`,
  [surroundings("dist/dinit (npm run build)", isBuilt())],
  () =>
    withManager({ services: SERVICES }, async (manager) => {
      assertEquals(await versionAnswer(manager.socket), VERSION_ANSWER);
      // The pipe of its output is made at the first start and kept.
      await manager.ctlOk("start", "d");
      await manager.ctlOk("stop", "d");
      const before = anonymousBytes(manager.pid);
      const descriptorsBefore = descriptorCount(manager.pid);

      const deaf = await Promise.all(
        Array.from({ length: DEAF }, (_, index) => openDeaf(manager.socket, SEED + index)),
      );
      const thrown = await bombard(manager);

      assertEquals(await versionAnswer(manager.socket), VERSION_ANSWER);
      assertEquals(await manager.ctlOk("is-started", "boot"), "STARTED\n");
      const grown = anonymousBytes(manager.pid) - before;
      assert(grown < GROWTH_LIMIT_BYTES, `grew by ${grown} bytes`);
      assert(thrown.workedOff > PACKETS / 3, `of ${thrown.packets} only ${thrown.workedOff}`);
      // The packets may have pinned anything, and linked anything to it.
      for (const name of Object.keys(SERVICES)) await manager.ctl("unpin", name);
      await manager.ctlOk("stop", "--force", "d");
      await hasDescriptors(manager, descriptorsBefore + DEAF);

      manager.signal("SIGTERM");
      await manager.ended();
      for (const { connection, pending } of deaf) {
        await pending;
        connection.close();
      }
    }),
);

/** What the client programs and their first collection leave. */
const GROWTH_AT_REST_BYTES = 32 * 1024 * 1024;

/** Connections that give orders at the same time. */
const ORDERING = 6;
const ORDERS = 20_000;

/** Command lines that end by themselves, whatever the services are. Nothing shuts down. */
const LINES: readonly (readonly string[])[] = [
  ...[["list"], ["status", "*"], ["is-started", "a"], ["tree"], ["start", "a"], [
    "stop",
    "--force",
    "b",
  ]],
  ...[["wait", "--timeout", "1ms", "c"], ["enable", "a"], ["logs", "-f", "d"], ["watch"], [
    "nonsense",
  ]],
  ...[["catlog", "d"], ["reload", "c"], ["setenv", "X=1"], ["status", "a".repeat(3000)], [
    "--help",
  ]],
];

/** Gives orders, sound ones and broken ones, and goes away in the middle of some. */
async function throwOrders(
  path: string,
  identity: string,
  seed: number,
  given: { orders: number },
): Promise<void> {
  const random = randomSource(seed);
  while (given.orders < ORDERS) {
    given.orders += 1;
    const connection = await openPipe(path);
    const order = encodeOrder(["dinitctl", ...LINES[random(LINES.length)] ?? []], {
      variables: { HOME: "/", TERM: "xterm" },
      isTerminal: random(2) === 0,
      identity,
    });
    const isBroken = random(3) === 0;
    if (isBroken) order[random(order.length)] = random(256);
    const isCut = random(5) === 0;
    await sendAll(connection, isCut ? order.subarray(0, random(order.length)) : order);
    if (random(8) === 0) await sendAll(connection, Uint8Array.of(1, 28, 0, 0, 0, random(2)));
    // A broken length may leave both sides waiting.
    if (isBroken || isCut) await connection.closeWrite().catch(() => {});
    if (random(4) !== 0) await readAnswer(connection);
    connection.close();
  }
}

testNeeding(
  `dinit survives ${ORDERS} orders of clients that are only a pipe, and keeps its size`,
  [surroundings("dist/dinit (npm run build)", isBuilt())],
  () =>
    withManager({ services: SERVICES }, async (manager) => {
      await manager.ctlOk("start", "d");
      await manager.ctlOk("is-started", "boot");
      const before = anonymousBytes(manager.pid);
      const descriptorsBefore = descriptorCount(manager.pid);
      const given = { orders: 0 };
      const identity = identityIn(PROGRAM);
      const throwers = Array.from(
        { length: ORDERING },
        (_, index) => throwOrders(manager.socket, identity, SEED * 1000 + index, given),
      );
      await within(LIMIT_MS, `${ORDERS} orders`, Promise.all(throwers));
      assertEquals(await versionAnswer(manager.socket), VERSION_ANSWER);
      assertEquals(await manager.ctlOk("is-started", "boot"), "STARTED\n");
      // Garbage is given back once nobody asks for anything.
      await until(
        "the memory is given back",
        () => anonymousBytes(manager.pid) - before < GROWTH_AT_REST_BYTES,
      );
      await manager.ctlOk("start", "d");
      await hasDescriptors(manager, descriptorsBefore);
      assert(!manager.log().includes("Internal error"), manager.log());
    }),
);

function isBuilt(): boolean {
  try {
    return Deno.statSync(PROGRAM).isFile;
  } catch {
    return false;
  }
}
