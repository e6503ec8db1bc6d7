/** What a build for tests may be asked for by its environment. */
import { eventBackend, spawnBackend } from "../../../../platform/linux/kernel/backends.ts";
import { assertEquals, assertThrows } from "../../../assert.ts";

Deno.test("eventBackend() is the system's own without a wish", () => {
  for (const value of [undefined, ""]) assertEquals(eventBackend(value), { kind: "native" });
});

Deno.test("eventBackend() takes the absolute path of a kqueue library", () => {
  assertEquals(eventBackend("kqueue:/lib/k.so"), { kind: "kqueue", library: "/lib/k.so" });
});

Deno.test("eventBackend() names the allowed form for anything else", () => {
  for (const value of ["epoll", "kqueue", "kqueue:", "kqueue:lib.so", "kevent:/lib/k.so"]) {
    assertThrows(
      () => eventBackend(value),
      /Cannot read DINIT_EVENT_BACKEND=.*: allowed is "kqueue:" with the absolute path/,
    );
  }
});

Deno.test("spawnBackend() is the stub unless posix_spawn is asked for", () => {
  for (const value of [undefined, "", "stub"]) assertEquals(spawnBackend(value), "stub");
  assertEquals(spawnBackend("posix_spawn"), "posix_spawn");
  assertThrows(
    () => spawnBackend("fork"),
    /Cannot read DINIT_SPAWN_BACKEND="fork": allowed is "stub" and "posix_spawn"/,
  );
});
