/** Processes, signals and limits, on every system. */
import { type Pid, pid as asPid } from "../../../../core/types.ts";
import { posixInheritance } from "../../../../platform/posix/processes/inheritance.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { DEADLINE_MS, start } from "../../linux/children.ts";
import { testSystems } from "../systems.ts";

testSystems("children are told apart, collected and signalled", ({ platform }) => {
  assertEquals(platform.processId(), asPid(Deno.pid));
  assertEquals(platform.userId(), Deno.uid());
  assertEquals(platform.hasChildren(), false);
  const child: Pid = start({ command: ["/bin/sleep", "1000"] });
  assertEquals(platform.childState(child), "running");
  assertEquals(platform.childState(asPid(Deno.ppid)), "foreign");
  assertEquals(platform.hasChildren(), true);
  assertEquals(platform.reap(), undefined);
  assertEquals(platform.signal(child, 15, "group"), undefined);
  const deadline = platform.now() + DEADLINE_MS;
  while (platform.childState(child) !== "ended") assert(platform.now() < deadline);
  assertEquals(platform.reap(), {
    pid: child,
    status: { kind: "signalled", signal: 15, dumpedCore: false },
  });
  assertEquals(platform.childState(child), "none");
  assertEquals(platform.signal(child, 15, "process")?.errno, 3);
  assertEquals(platform.signal(child, 15, "group")?.errno, 3);
});

testSystems(
  "an end is told before it is collected, with the status that it has then",
  ({ platform }) => {
    const deadline = platform.now() + DEADLINE_MS;
    const ends = [
      ["exit 0", { kind: "exited", code: 0 }],
      ["exit 255", { kind: "exited", code: 255 }],
      ["kill -KILL $$", { kind: "signalled", signal: 9, dumpedCore: false }],
    ] as const;
    for (const [script, status] of ends) {
      const child: Pid = start({ command: ["/bin/sh", "-c", script] });
      while (platform.childState(child) !== "ended") assert(platform.now() < deadline);
      const told: unknown[] = [];
      const reaped = platform.reap((ended) => told.push(ended, platform.childState(ended.pid)));
      assertEquals([reaped, told], [{ pid: child, status }, [{ pid: child, status }, "ended"]]);
      assertEquals(platform.childState(child), "none");
      assertEquals(platform.reap(() => told.push("another")), undefined);
    }
  },
);

testSystems("a signal to the manager's own group spares the manager", ({ platform }) => {
  const WINCH = 28;
  assertEquals(platform.signal(platform.processId(), WINCH, "group"), undefined);
});

testSystems("signals are ignored, but not CHLD, reset, blocked and let through", (system) => {
  const { mask } = system.parts;
  const [USR1, CHLD, TERM] = [10, 17, 15];
  const before = mask.ignored();
  mask.ignore([USR1, CHLD]);
  assertEquals(mask.ignored(), [...before, USR1].sort((a, b) => a - b));
  assert(mask.isIgnored(USR1));
  mask.restoreAction(USR1);
  assertEquals(mask.ignored(), before);
  const ofTerm = 1n << 14n;
  assertEquals(mask.withBlocked([TERM], () => blockedBits()), blockedBits() | ofTerm);
  assertEquals(mask.withBlocked("all", () => blockedBits()) & ofTerm, ofTerm);
  assertEquals(blockedBits() & ofTerm, 0n);
  mask.block([USR1, TERM]);
  assertEquals([mask.isBlocked([USR1, TERM]), mask.isBlocked([TERM, CHLD])], [true, false]);
  mask.unblock([TERM]);
  assertEquals([mask.isBlocked([USR1]), mask.isBlocked([TERM])], [true, false]);
  mask.unblockAll();
  assertEquals(mask.isBlocked([USR1]), false);
});

/** The mask of this thread. */
function blockedBits(): bigint {
  const status = Deno.readTextFileSync("/proc/thread-self/status");
  return BigInt(`0x${/^SigBlk:\t(\w+)$/m.exec(status)?.[1] ?? "0"}`);
}

testSystems("limits are read, and the limit of descriptors is raised", ({ kernel, limits }) => {
  if (limits === undefined) return;
  const capabilities = { permitted: 0n, inheritable: 0n };
  const inheritance = posixInheritance(kernel, limits, capabilities);
  const { RLIMIT_NOFILE } = kernel.abi.resources;
  const before = inheritance.present();
  const own = before.limits.get(RLIMIT_NOFILE);
  assert(own !== undefined && own.soft > 0n && own.hard >= own.soft);
  assertEquals(inheritance.raiseDescriptorLimit(), undefined);
  assertEquals(inheritance.present().descriptorLimitRaised, own.soft !== own.hard);
});
