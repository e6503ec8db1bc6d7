import { PacketReader, PacketWriter } from "../../../core/protocol/layout/packet_bytes.ts";
import {
  readStatus,
  type ReportedStatus,
  STATUS_SIZE,
  type StatusForm,
  writeStatus,
} from "../../../core/protocol/status_block.ts";
import { assertEquals, assertThrows } from "../../assert.ts";
import { fromHex, toHex } from "../../transcripts/transcripts.ts";

const STOPPED: ReportedStatus = {
  state: "stopped",
  target: "stopped",
  waitsForConsole: false,
  hasConsole: false,
  startSkipped: false,
  marked: false,
  pid: 0,
  reason: "normal",
  execFailure: undefined,
  exit: { kind: "none" },
  descriptionTime: undefined,
};

function written(status: ReportedStatus, form: StatusForm): string {
  const packet = new PacketWriter();
  writeStatus(packet, status, form);
  return toHex(packet.finish());
}

function read(digits: string, form: StatusForm, exit?: "wait-status") {
  return readStatus(new PacketReader(fromHex(digits)), form, exit);
}

Deno.test("writeStatus() gives each form its size", () => {
  for (const form of [1, 5, 6] as const) {
    assertEquals(written(STOPPED, form), "00".repeat(STATUS_SIZE[form]));
  }
});

Deno.test("writeStatus() tells a running process by its pid alone", () => {
  const status: ReportedStatus = {
    ...STOPPED,
    state: "started",
    target: "started",
    marked: true,
    hasConsole: true,
    pid: 0x1234,
    reason: "exec-failed",
    execFailure: { stage: 18, errno: 2 },
    exit: { kind: "exited", code: 3 },
  };
  assertEquals(written(status, 1), "02021a04000034120000");
  assertEquals(written(status, 5), "02021a0400003412000000000000");
});

Deno.test("writeStatus() tells stage and errno of an exec failure, even one that left no details", () => {
  const failed: ReportedStatus = {
    ...STOPPED,
    reason: "exec-failed",
    execFailure: { stage: 5, errno: 13 },
    exit: { kind: "exited", code: 1 },
  };
  assertEquals(written(failed, 1), "0000000405000d000000");
  assertEquals(written(failed, 5), "0000000405000d00000000000000");
  assertEquals(written({ ...failed, execFailure: undefined }, 5), "0000000400000000000000000000");
});

Deno.test("writeStatus() tells exits in form 1 as 0 or -1, in form 5 by code and status", () => {
  const cases = [
    [{ kind: "exited", code: 0 }, "00000000", "0100000000000000"],
    [{ kind: "exited", code: 3 }, "ffffffff", "0100000003000000"],
    [{ kind: "signalled", signal: 15, dumpedCore: false }, "ffffffff", "020000000f000000"],
    [{ kind: "signalled", signal: 11, dumpedCore: true }, "ffffffff", "030000000b000000"],
  ] as const;
  for (const [exit, formOne, formFive] of cases) {
    const status: ReportedStatus = { ...STOPPED, reason: "terminated", exit };
    assertEquals(written(status, 1), "000000060000" + formOne);
    assertEquals(written(status, 5), "000000060000" + formFive);
  }
});

Deno.test("writeStatus() refuses an exec stage that clients have no text for", () => {
  const status: ReportedStatus = {
    ...STOPPED,
    reason: "exec-failed",
    execFailure: { stage: 13, errno: 2 },
  };
  assertThrows(() => written(status, 5), /Exec stage 13 is not assigned/);
});

Deno.test("readStatus() gives back what form 6 was written from", () => {
  const status: ReportedStatus = {
    ...STOPPED,
    reason: "terminated",
    startSkipped: true,
    waitsForConsole: true,
    exit: { kind: "signalled", signal: 9, dumpedCore: true },
    descriptionTime: { seconds: -5, nanoseconds: 999_999_999 },
  };
  assertEquals(read(written(status, 6), 6), status);
});

Deno.test("readStatus() reads form 1 as a wait status from old servers, as good or bad from others", () => {
  const exited3 = "00000006000000030000";
  const killed9 = "00000006000089000000";
  assertEquals(read(exited3, 1, "wait-status")?.exit, { kind: "exited", code: 3 });
  assertEquals(read(killed9, 1, "wait-status")?.exit, {
    kind: "signalled",
    signal: 9,
    dumpedCore: true,
  });
  assertEquals(read("000000060000ffffffff", 1)?.exit, { kind: "unsuccessful" });
  assertEquals(read("00000006000000000000", 1)?.exit, { kind: "none" });
});

Deno.test("readStatus() refuses states and reasons that do not exist", () => {
  assertEquals(read("04000000000000000000", 1), undefined);
  assertEquals(read("00010000000000000000", 1), undefined);
  assertEquals(read("00000007000000000000", 1), undefined);
});
