/** What the manager does on which signal. */
import { signalActions } from "../../../daemon/orders/signals.ts";
import { assertEquals } from "../../assert.ts";

Deno.test("signalActions() of FreeBSD's PID 1 are what its kernel and shutdown(8) send", () => {
  const { INT, USR1, USR2, WINCH, CHLD } = signalActions("machine", "freebsd");
  assertEquals([INT, USR1, USR2, WINCH, CHLD], [
    "shutdown-reboot",
    "shutdown-halt",
    "shutdown-poweroff",
    "shutdown-reboot",
    "reap",
  ]);
});

Deno.test("signalActions() of a machine on Linux know what systemd's engines send", () => {
  const actions = signalActions("machine", "linux");
  assertEquals(["RTMIN+3", "RTMIN+4", "RTMIN+5"].map((name) => actions[name]), [
    "shutdown-halt",
    "shutdown-poweroff",
    "shutdown-reboot",
  ]);
});

Deno.test("signalActions() of containers and users are the same on all systems", () => {
  for (const role of ["container", "user"] as const) {
    assertEquals(signalActions(role, "freebsd"), signalActions(role, "linux"));
  }
});

Deno.test("signalActions() of a container never end it without stopping its services", () => {
  assertEquals(Object.values(signalActions("container", "linux")).includes("end-at-once"), false);
});
