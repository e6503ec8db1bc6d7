import {
  encodeInformation,
  encodeReply,
  handle,
  ReplyReader,
  type Request,
  type ServerPacket,
} from "../../../core/protocol/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { fromHex } from "../../transcripts/transcripts.ts";
import { STATUS } from "./examples.ts";
import { NO_DETAILS } from "../../reported_details.ts";

const service = handle(3);

/** A request, its answers, and the information that comes in between. */
const DIALOGUE: readonly (Request | ServerPacket)[] = [
  { kind: "query-version" },
  { kind: "reply", reply: { kind: "version", minimum: 1, current: 7 } },
  { kind: "load", name: "p" },
  {
    kind: "reply",
    reply: { kind: "service-record", state: "starting", handle: service, target: "stopped" },
  },
  { kind: "stop", handle: service, pin: false, gentle: true, restart: true, preack: true },
  { kind: "reply", reply: { kind: "preack" } },
  {
    kind: "information",
    information: {
      kind: "service-event",
      form: 5,
      handle: service,
      event: "stopped",
      status: STATUS,
    },
  },
  {
    kind: "information",
    information: {
      kind: "service-event",
      form: 1,
      handle: service,
      event: "stopped",
      status: STATUS,
    },
  },
  { kind: "reply", reply: { kind: "dependents", handles: [handle(9), handle(10)] } },
  { kind: "list-5" },
  { kind: "reply", reply: { kind: "service-info", name: "ö", form: 5, status: STATUS } },
  {
    kind: "information",
    information: { kind: "environment-event", text: "A=".padEnd(500, "x"), hadValue: true },
  },
  { kind: "reply", reply: { kind: "service-info", name: "p", form: 5, status: STATUS } },
  { kind: "reply", reply: { kind: "list-done" } },
  { kind: "list" },
  { kind: "reply", reply: { kind: "service-info", name: "p", form: 1, status: STATUS } },
  { kind: "reply", reply: { kind: "list-done" } },
  { kind: "status-6", handle: service },
  {
    kind: "reply",
    reply: {
      kind: "status",
      existed: false,
      form: 6,
      status: { ...STATUS, descriptionTime: { seconds: 1, nanoseconds: 2 } },
    },
  },
  { kind: "enable-7", dependency: "waits-for", from: service, to: handle(4) },
  { kind: "reply", reply: { kind: "status", existed: true, form: 6, status: STATUS } },
  { kind: "query-load-mechanism" },
  {
    kind: "reply",
    reply: {
      kind: "load-mechanism",
      mechanism: 1,
      workingDirectory: "/",
      directories: ["/etc/dinit.d", "x"],
    },
  },
  { kind: "query-name", handle: service },
  { kind: "reply", reply: { kind: "service-name", name: "p".repeat(300) } },
  { kind: "query-details", handle: service },
  { kind: "reply", reply: { kind: "details", details: NO_DETAILS } },
  { kind: "query-details", handle: service },
  {
    kind: "reply",
    reply: {
      kind: "details",
      details: {
        ...NO_DETAILS,
        statusText: "Serving 3 clients=0",
        inStateMs: 12,
        restarts: 41,
        isLimitReached: true,
        lastEnd: { agoMs: 5000, exit: { kind: "signalled", signal: 11, dumpedCore: true } },
        isPinnedStarted: true,
        isPinnedStopped: true,
        isSetAside: true,
        unmetCondition: "!path-exists /x=1 or first-boot",
        timer: { times: "Mon *-*-* 02:00:00; every 2h", nextInMs: 5000, lastAgoMs: undefined },
        failedDependency: "db@a b",
        fault: { text: "Process exited with status 3", agoMs: 0 },
      },
    },
  },
  { kind: "query-cause" },
  { kind: "reply", reply: { kind: "cause", faults: ["a.toml:1:2: error: x\n  1 | y", "z"] } },
  { kind: "query-cause" },
  { kind: "reply", reply: { kind: "cause", faults: [] } },
  { kind: "read-log", handle: service, clear: false },
  { kind: "reply", reply: { kind: "log", bytes: new Uint8Array(500).fill(65) } },
  { kind: "query-description-directory", handle: service },
  { kind: "reply", reply: { kind: "description-directory", directory: "/etc/dinit.d" } },
  { kind: "list-environment" },
  { kind: "reply", reply: { kind: "environment", entries: ["A=1", "B=", "C=\udcff"] } },
  { kind: "list-environment" },
  { kind: "reply", reply: { kind: "environment", entries: [] } },
  { kind: "signal", handle: service, signal: 1 },
  { kind: "reply", reply: { kind: "signal-no-process" } },
];

const EXPECTED = DIALOGUE.filter(isPacket);

function isPacket(step: Request | ServerPacket): step is ServerPacket {
  return step.kind === "reply" || step.kind === "information";
}

function serverBytes(): Uint8Array {
  const packets: number[] = [];
  for (const packet of EXPECTED) {
    if (packet.kind === "reply") packets.push(...encodeReply(packet.reply));
    if (packet.kind === "information") packets.push(...encodeInformation(packet.information));
  }
  return Uint8Array.from(packets);
}

Deno.test("ReplyReader gives the same packets however the bytes are split", () => {
  const bytes = serverBytes();
  for (const size of [1, 2, 3, 7, 64, bytes.length]) {
    const reader = new ReplyReader();
    for (const step of DIALOGUE) if (!isPacket(step)) reader.expect(step);
    const packets: ServerPacket[] = [];
    for (let at = 0; at < bytes.length; at += size) {
      reader.push(bytes.subarray(at, at + size));
      for (let next = reader.next(); next !== undefined; next = reader.next()) packets.push(next);
    }
    assertEquals(packets, EXPECTED);
    assertEquals(reader.pending, 0);
  }
});

Deno.test("ReplyReader never throws on a damaged stream, and ends in malformed or waits", () => {
  const bytes = serverBytes();
  let malformed = 0;
  for (let at = 0; at < bytes.length; at++) {
    for (const value of [0x00, 0x01, 0x3f, 0x65, 0x7f, 0x80, 0xff]) {
      const damaged = bytes.slice();
      damaged[at] = value;
      const reader = new ReplyReader();
      for (const step of DIALOGUE) if (!isPacket(step)) reader.expect(step);
      reader.push(damaged);
      let packet = reader.next();
      for (let count = 0; packet !== undefined && packet.kind !== "malformed"; count++) {
        assert(count <= bytes.length, "without end");
        packet = reader.next();
      }
      if (packet !== undefined) malformed += 1;
    }
  }
  assert(malformed > 100, `${malformed}`);
});

Deno.test("ReplyReader skips information of unknown kinds and takes short service events", () => {
  const reader = new ReplyReader();
  reader.push(fromHex("7f04aabb" + "64070300000001" + "32"));
  assertEquals(reader.next(), {
    kind: "information",
    information: {
      kind: "service-event",
      form: 1,
      handle: service,
      event: "stopped",
      status: undefined,
    },
  });
  assertEquals(reader.next(), { kind: "reply", reply: { kind: "ack" } });
  assertEquals(reader.next(), undefined);
});

Deno.test("ReplyReader reads form 1 of a server before version 5 as a wait status", () => {
  const reader = new ReplyReader();
  reader.expect({ kind: "query-version" });
  reader.expect({ kind: "status", handle: service });
  reader.push(fromHex("3a01000400" + "4600" + "00000006000000030000"));
  reader.next();
  const packet = reader.next();
  assertEquals(
    packet?.kind === "reply" && packet.reply.kind === "status" && packet.reply.status.exit,
    { kind: "exited", code: 3 },
  );
});

Deno.test("ReplyReader ends with malformed for what no server sends", () => {
  const cases = [
    ["80", "Packet 128 was not expected"],
    ["4600", "Packet 70 was not expected"],
    ["3b0900000000" + "02", "Packet 59 has a value that is not defined"],
    ["4effffffff00000000", "Packet 78 of 4294967304 bytes is too long"],
    ["4100000000000000ff", "Packet 65 of Infinity bytes is too long"],
    ["6400", "Packet 100 is cut short: Packet ends after 0 bytes, not 1"],
  ] as const;
  for (const [digits, why] of cases) {
    const reader = new ReplyReader();
    reader.push(fromHex(digits));
    assertEquals(reader.next(), { kind: "malformed", why });
    reader.push(fromHex("32"));
    assertEquals(reader.next(), { kind: "malformed", why });
  }
});

Deno.test("encodeReply() cuts a listed name to 255 bytes at a whole character", () => {
  const entry = (name: string) =>
    encodeReply({ kind: "service-info", name, form: 1, status: STATUS });
  assertEquals(entry("x".repeat(255))[1], 255);
  assertEquals(entry("x".repeat(256))[1], 255);
  assertEquals(entry("x".repeat(256)).length, 2 + 10 + 255);
  assertEquals(entry("x".repeat(254) + "ö")[1], 254);
});
