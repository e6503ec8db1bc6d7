/** What the manager does on which signal. */
import { signalActions } from "../../daemon/signals.ts";
import { assertEquals } from "../assert.ts";

Deno.test("signalActions() of FreeBSD's PID 1 are what its kernel and shutdown(8) send", () => {
  const { INT, USR1, USR2, WINCH, CHLD } = signalActions(true, "freebsd");
  assertEquals([INT, USR1, USR2, WINCH, CHLD], [
    "shutdown-reboot",
    "shutdown-halt",
    "shutdown-poweroff",
    "shutdown-reboot",
    "reap",
  ]);
});

Deno.test("signalActions() of a user's manager are the same on all systems", () => {
  assertEquals(signalActions(false, "freebsd"), signalActions(false, "linux"));
});
