/** The record of a terminal's end, as FreeBSD's C library takes it. */
import { pid } from "../../../core/types.ts";
import { encodeEnded, freebsdLogins, UTMPX } from "../../../platform/freebsd/utmpx.ts";
import { assertEquals } from "../../assert.ts";
import facts from "../abi_freebsd.json" with { type: "json" };
import { recordingKernel } from "./recording_kernel.ts";

Deno.test("UTMPX has the layout of struct utmpx", () => {
  const { size, fields } = facts.structs.utmpx;
  assertEquals(UTMPX, {
    BYTES: size,
    TYPE: fields.ut_type.offset,
    SECONDS: fields.ut_tv.offset,
    MICROSECONDS: fields.ut_tv.offset + 8,
    ID: fields.ut_id.offset,
    PID: fields.ut_pid.offset,
    LINE: fields.ut_line.offset,
    ID_BYTES: fields.ut_id.size,
    LINE_BYTES: fields.ut_line.size,
    DEAD_PROCESS: facts.utmpx.DEAD_PROCESS,
  });
});

Deno.test("encodeEnded() writes a record, and cuts texts that do not fit", () => {
  const record = { kind: "ended", id: "much-too-long", line: "ttyv0", pid: pid(77) } as const;
  const bytes = encodeEnded(record, 1_234_567_890_123);
  const view = new DataView(bytes.buffer);
  const text = (at: number, length: number) =>
    new TextDecoder().decode(bytes.slice(at, at + length));
  assertEquals(view.getInt16(UTMPX.TYPE, true), facts.utmpx.DEAD_PROCESS);
  assertEquals(view.getInt32(UTMPX.PID, true), 77);
  assertEquals(view.getBigInt64(UTMPX.SECONDS, true), 1_234_567_890n);
  assertEquals(view.getBigInt64(UTMPX.MICROSECONDS, true), 123_000n);
  assertEquals(text(UTMPX.ID, 8), "much-too");
  assertEquals(text(UTMPX.LINE, 16), "ttyv0" + "\0".repeat(11));
});

Deno.test("freebsdLogins() leaves the boot and waiting terminals to others", () => {
  const record = freebsdLogins(recordingKernel().kernel);
  assertEquals(record({ kind: "boot" }), undefined);
  assertEquals(record({ kind: "started", id: "v0", line: "ttyv0", pid: pid(77) }), undefined);
});
