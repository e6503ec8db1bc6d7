import { parseNotifications } from "../../../core/service/notification.ts";
import { assertEquals } from "../../assert.ts";

function parse(text: string) {
  return parseNotifications(new TextEncoder().encode(text));
}

Deno.test("parseNotifications() reads every message of a datagram in its order", () => {
  assertEquals(
    parse("READY=1\nSTATUS=Up = well\nMAINPID=42\nWATCHDOG=1\nSTOPPING=1\nRELOADING=1\n"),
    [
      { kind: "ready" },
      { kind: "status", text: "Up = well" },
      { kind: "main-pid", pid: 42 },
      { kind: "watchdog-ping" },
      { kind: "stopping" },
      { kind: "reloading" },
    ],
  );
});

Deno.test("parseNotifications() gives times in milliseconds", () => {
  assertEquals(parse("WATCHDOG_USEC=2500\nEXTEND_TIMEOUT_USEC=30000000\nWATCHDOG=trigger"), [
    { kind: "watchdog-timeout", timeoutMs: 2.5 },
    { kind: "extend-timeout", timeoutMs: 30_000 },
    { kind: "watchdog-trigger" },
  ]);
});

Deno.test("parseNotifications() takes 0 and the largest number for a watchdog that is off", () => {
  const off = { kind: "watchdog-timeout", timeoutMs: 0 } as const;
  assertEquals(parse("WATCHDOG_USEC=0\nWATCHDOG_USEC=18446744073709551615"), [off, off]);
  // sd_notify(3): no extension.
  assertEquals(parse("EXTEND_TIMEOUT_USEC=0\nEXTEND_TIMEOUT_USEC=18446744073709551615"), []);
  const longest = { kind: "watchdog-timeout", timeoutMs: Number(2n ** 64n - 2n) / 1000 } as const;
  assertEquals(parse("WATCHDOG_USEC=18446744073709551614"), [longest]);
});

Deno.test("parseNotifications() skips what it does not know and values that mean nothing", () => {
  for (
    const line of [
      "READY=0",
      "READY",
      "ready=1",
      "X_MINE=1",
      "FDSTORE=1",
      "BARRIER=1",
      "RELOADING=0",
      "MONOTONIC_USEC=12345",
      "MAINPID=",
      "MAINPID=1",
      "MAINPID=-5",
      "MAINPID=99999999",
      "WATCHDOG=2",
      "WATCHDOG_USEC=18446744073709551616",
      "WATCHDOG_USEC=-1",
      "EXTEND_TIMEOUT_USEC=99999999999999999999",
      "",
    ]
  ) assertEquals(parse(line), [], line);
});

Deno.test("parseNotifications() takes control characters out of a status", () => {
  assertEquals(parse("STATUS=\x1b[2Jhello\x07"), [{ kind: "status", text: "[2Jhello" }]);
});

Deno.test("parseNotifications() takes any bytes", () => {
  assertEquals(parseNotifications(Uint8Array.from([0xff, 0xfe, 0x0a, 0x3d, 0x00])), []);
});
