/** The end of the machine's run, with a record of what was asked of the kernel. */
import { type ExitStatus, fd, instant, pid } from "../../../core/types.ts";
import { type MachineEnd, shutDownMachine } from "../../../daemon/machine/shutdown.ts";
import type { Platform, PollSink } from "../../../platform/mod.ts";
import { assert, assertEquals, assertIncludes } from "../../assert.ts";

const HOOK = "/etc/dinit/shutdown-hook";
const HOOK_PID = pid(77);
const NUMBERS: Readonly<Record<string, number>> = { INT: 2, KILL: 9, TERM: 15, CHLD: 17, CONT: 18 };

interface Machine {
  /** Files that are there. */
  readonly files?: readonly string[];
  /** How the hook ends; undefined: not before it is killed. */
  readonly hookEnds?: ExitStatus;
  /** The hook cannot be executed. */
  readonly cannotExecute?: boolean;
  /** Processes do not end when told to, only when killed. */
  readonly areStubborn?: boolean;
  /** Presses of Ctrl-Alt-Del while the hook runs, one a second. */
  readonly presses?: number;
}

/** What was done, in order, and what the console showed. */
function shutDown(type: MachineEnd, machine: Machine = {}): { done: string[]; screen: string } {
  const done: string[] = [];
  const shown: string[] = [];
  let now = 1000;
  let hasChildren = true;
  let hook: "none" | "running" | "killed" = "none";
  let presses = machine.presses ?? 0;
  const platform = {
    now: () => instant(now),
    processId: () => pid(1),
    signalNumber: (name: string) => NUMBERS[name],
    errnoText: () => ({ name: "ENOENT", text: "no such file" }),
    signalAll: (signal: number) => {
      done.push(`all ${signal}`);
      if (signal === 9 || !machine.areStubborn) hasChildren = false;
    },
    signal: (to: number, signal: number, target: string) => {
      done.push(`${to} ${signal} ${target}`);
      if (signal === 9) hook = "killed";
    },
    hasChildren: () => hasChildren,
    reap: () => {
      const status: ExitStatus | undefined = hook === "killed"
        ? { kind: "signalled", signal: 9, dumpedCore: false }
        : machine.hookEnds;
      if (hook === "none" || status === undefined) return undefined;
      hook = "none";
      return { pid: HOOK_PID, status };
    },
    exists: (path: string) => (machine.files ?? []).includes(path),
    launch: ({ command }: { command: readonly string[] }) => {
      done.push(command.join(" "));
      hook = "running";
      const outcome = machine.cannotExecute
        ? { kind: "exec-failed", stage: 18, errno: 2 }
        : { kind: "executed" };
      return { kind: "launched", pid: HOOK_PID, report: fd(9), outcome: () => outcome };
    },
    close: () => {},
    releaseFileSystems: () => {
      done.push("release");
      return [{ kind: "failure", call: "umount2", errno: 16, message: '"/data": busy (EBUSY)' }];
    },
    reboot: (how: string) => {
      done.push(`reboot ${how}`);
      return { kind: "failure", call: "reboot", errno: 22, message: "invalid argument (EINVAL)" };
    },
    poller: {
      wait: (timeoutMs: number, sink: PollSink) => {
        assert(now < 10_000_000, "it waits for ever");
        if (hook === "running" && presses > 0) {
          now += Math.min(timeoutMs, 1000);
          presses--;
          sink.signal(2);
          return;
        }
        now += timeoutMs;
        sink.descriptor(fd(0), false, false);
      },
    },
  } as unknown as Platform;
  shutDownMachine(platform, type, { show: (line) => void shown.push(line) });
  return { done, screen: shown.join("\n") };
}

Deno.test("shutDownMachine() tells all processes to end before the file systems go", () => {
  const { done, screen } = shutDown("halt");
  assertEquals(done, ["all 15", "all 18", "release", "reboot halt"]);
  assertIncludes(screen, 'umount2: "/data": busy (EBUSY)');
});

Deno.test("shutDownMachine() kills what does not end when told to", () => {
  assertEquals(shutDown("poweroff", { areStubborn: true }).done, [
    "all 15",
    "all 18",
    "all 9",
    "release",
    "reboot poweroff",
  ]);
});

Deno.test("shutDownMachine() leaves the file systems to a hook that exits with 0", () => {
  const machine = { files: [HOOK], hookEnds: { kind: "exited", code: 0 } } as const;
  assertEquals(shutDown("reboot", machine).done, [
    "all 15",
    "all 18",
    `${HOOK} reboot`,
    "reboot reboot",
  ]);
  const failing = { files: [HOOK], hookEnds: { kind: "exited", code: 1 } } as const;
  assertEquals(shutDown("reboot", failing).done, [
    "all 15",
    "all 18",
    `${HOOK} reboot`,
    "release",
    "reboot reboot",
  ]);
});

Deno.test("shutDownMachine() runs the hook of the system when the machine has none of its own", () => {
  const hookEnds = { kind: "exited", code: 0 } as const;
  const { done } = shutDown("halt", { files: ["/lib/dinit/shutdown-hook"], hookEnds });
  assertEquals(done[2], "/lib/dinit/shutdown-hook halt");
});

Deno.test("shutDownMachine() tells of a hook that cannot be run, and does its work", () => {
  const hookEnds = { kind: "exited", code: 127 } as const;
  const { done, screen } = shutDown("halt", { files: [HOOK], hookEnds, cannotExecute: true });
  assertIncludes(screen, `Cannot run ${HOOK}: no such file`);
  assertEquals(done.slice(-3), [`${HOOK} halt`, "release", "reboot halt"]);
});

Deno.test("shutDownMachine() for a soft reboot keeps the file systems", () => {
  assertEquals(shutDown("soft-reboot").done, ["all 15", "all 18"]);
  const hookEnds = { kind: "exited", code: 0 } as const;
  assertEquals(shutDown("soft-reboot", { files: [HOOK], hookEnds }).done[2], `${HOOK} soft`);
});

Deno.test("shutDownMachine() says why no loaded kernel was entered, and reboots", () => {
  const hookEnds = { kind: "exited", code: 0 } as const;
  const { done, screen } = shutDown("kexec", { files: [HOOK], hookEnds });
  assertEquals(done, ["all 15", "all 18", `${HOOK} reboot`, "reboot kexec", "reboot reboot"]);
  assertIncludes(screen, "Cannot kexec: invalid argument (EINVAL)\nIs a kernel loaded?");
  assertIncludes(screen, "Rebooting instead");
});

Deno.test("shutDownMachine() tells of a hook that hangs, and five presses kill it", () => {
  const { done, screen } = shutDown("reboot", { files: [HOOK], presses: 5 });
  assertEquals(done, [
    "all 15",
    "all 18",
    `${HOOK} reboot`,
    "77 9 group",
    "release",
    "reboot reboot",
  ]);
  assertIncludes(screen, `${HOOK} (process 77) has been running for 1 s; press Ctrl-Alt-Del 4`);
  assertIncludes(screen, "killing it");
});
