/** Who may choose the event interface and the making of children, and what the choice may be. */
import { type BackendSituation, eventBackend, spawnBackend } from "../../platform/backends.ts";
import { assert, assertEquals, assertIncludes, assertThrows } from "../assert.ts";

function situation(parts: Partial<BackendSituation>): BackendSituation {
  return { value: undefined, isFirstProcess: false, hasForeignRights: () => false, ...parts };
}

Deno.test("eventBackend() is the system's own without a wish", () => {
  const hasForeignRights = () => {
    throw new Error("must not be asked without a wish");
  };
  for (const value of [undefined, ""]) {
    assertEquals(eventBackend(situation({ value, hasForeignRights })), { kind: "native" });
  }
});

Deno.test("eventBackend() takes the absolute path of a kqueue library", () => {
  assertEquals(eventBackend(situation({ value: "kqueue:/lib/k.so" })), {
    kind: "kqueue",
    library: "/lib/k.so",
  });
});

Deno.test("eventBackend() refuses process 1 and foreign rights, even for nonsense", () => {
  for (
    const [parts, why] of [
      [{ isFirstProcess: true }, "process 1"],
      [{ hasForeignRights: () => true }, "more rights"],
    ] as const
  ) {
    for (const value of ["kqueue:/lib/k.so", "nonsense"]) {
      const decision = eventBackend(situation({ value, ...parts }));
      assert(decision.kind === "refused");
      assertIncludes(decision.message, "DINIT_EVENT_BACKEND is ignored");
      assertIncludes(decision.message, why);
    }
  }
});

Deno.test("eventBackend() names the allowed form for anything else", () => {
  for (const value of ["epoll", "kqueue", "kqueue:", "kqueue:lib.so", "kevent:/lib/k.so"]) {
    assertThrows(
      () => eventBackend(situation({ value })),
      /Cannot read DINIT_EVENT_BACKEND=.*: allowed is "kqueue:" with the absolute path/,
    );
  }
});

Deno.test("spawnBackend() is the stub unless posix_spawn is asked for", () => {
  for (const value of [undefined, "", "stub"]) {
    assertEquals(spawnBackend(situation({ value })), { kind: "stub" });
  }
  const value = "posix_spawn";
  assertEquals(spawnBackend(situation({ value })), { kind: "posix_spawn" });
  assertEquals(spawnBackend(situation({ value, isFirstProcess: true })).kind, "refused");
  assertEquals(spawnBackend(situation({ value, hasForeignRights: () => true })).kind, "refused");
  assertThrows(
    () => spawnBackend(situation({ value: "fork" })),
    /Cannot read DINIT_SPAWN_BACKEND="fork": allowed is "stub" and "posix_spawn"/,
  );
});
