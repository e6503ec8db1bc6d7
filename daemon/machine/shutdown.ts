/**
 * The end of the machine's run: everything that must happen between the last service's stop and the
 * kernel's halt. Runs in PID 1 itself; the order is upstream's `shutdown --system`.
 */
import type { Pid, ShutdownType } from "../../core/types.ts";
import { openPlatform, type Platform } from "../../platform/mod.ts";
import { consoleChild } from "./console_child.ts";
import { askAllToEnd } from "../processes/end_signal.ts";
import { KeyPresses } from "../../core/key_presses.ts";

/** Hooks that may deal with file systems themselves; only the first that exists is run. */
const HOOKS: readonly string[] = ["/etc/dinit/shutdown-hook", "/lib/dinit/shutdown-hook"];

/** Time that processes get between TERM and KILL, unless all have ended before. */
const TERM_TO_KILL_MS = 1000;
/** KILL cannot be refused, but a process in an uninterruptible wait may outlive it. */
const KILL_TO_GO_ON_MS = 500;
/** Between two lines about a hook that still runs. */
const HOOK_REPORT_MS = 10_000;

export type MachineEnd = Exclude<ShutdownType, "remain">;

export interface ShutdownScreen {
  /** Shows one line on the console; must not block. */
  show(line: string): void;
}

/**
 * Ends all processes, runs the hook, releases the file systems and syncs; then halts, powers off,
 * reboots or hands over to a loaded kernel; without one it reboots. For a soft reboot it returns
 * before the file systems.
 *
 * @returns Only after a soft reboot's preparation, or when the kernel refused.
 */
export function shutDownMachine(
  platform: Platform,
  type: MachineEnd,
  screen: ShutdownScreen,
): void {
  screen.show("Sending TERM to all processes");
  askAllToEnd(platform);
  if (!allEnded(platform, TERM_TO_KILL_MS)) {
    screen.show("Sending KILL to all processes");
    platform.signalAll(platform.signalNumber("KILL") ?? 9);
    allEnded(platform, KILL_TO_GO_ON_MS);
  }
  const hookDidIt = runHook(platform, type, screen);
  if (type === "soft-reboot") return;
  if (!hookDidIt) {
    screen.show("Unmounting file systems");
    for (const failure of platform.releaseFileSystems()) {
      screen.show(`${failure.call}: ${failure.message}`);
    }
  }
  issue(platform, type, screen);
  if (type !== "kexec") return;
  // Nothing runs any more, and a machine that nobody stands before must come back.
  screen.show("Is a kernel loaded? See kexec(8). Rebooting instead");
  issue(platform, "reboot", screen);
}

/** Returns only when the kernel refused. */
function issue(
  platform: Platform,
  type: Exclude<MachineEnd, "soft-reboot">,
  screen: ShutdownScreen,
): void {
  screen.show(`Issuing ${type}`);
  const failure = platform.reboot(type);
  screen.show(`Cannot ${type}: ${failure.message}`);
}

/**
 * Collects children until none is left, or the time is over. Only PID 1 can know that all have
 * ended: every process becomes its child in the end. Others wait for the whole time.
 *
 * @returns Whether none is left.
 */
function allEnded(platform: Platform, limitMs: number): boolean {
  const isFirst = platform.processId() === 1;
  const end = platform.now() + limitMs;
  for (;;) {
    while (platform.reap() !== undefined) { /* an ended child needs no more than that */ }
    if (isFirst && !platform.hasChildren()) return true;
    const left = end - platform.now();
    if (left <= 0) return false;
    platform.poller.wait(left, { descriptor: ignore, signal: ignore });
  }
}

function ignore(): void {}

/** @returns Whether a hook ran and exited with 0: it has dealt with the file systems then. */
function runHook(platform: Platform, type: MachineEnd, screen: ShutdownScreen): boolean {
  const hook = HOOKS.find((path) => platform.exists(path));
  if (hook === undefined) return false;
  const word = type === "kexec" ? "reboot" : type === "soft-reboot" ? "soft" : type;
  const launch = platform.launch(consoleChild([hook, word], "shares"));
  const cannotRun = (errno: number) => {
    screen.show(`Cannot run ${hook}: ${platform.errnoText(errno).text}`);
    return false;
  };
  if (launch.kind !== "launched") return cannotRun(launch.errno);
  const hasSucceeded = waitForHook(platform, hook, launch.pid, screen);
  const outcome = launch.outcome(true);
  if (launch.report !== undefined) platform.close(launch.report);
  return outcome.kind === "exec-failed" ? cannotRun(outcome.errno) : hasSucceeded;
}

/**
 * A hook has no time limit: it may have much to write out. Lines on the console show that it still
 * runs, and whoever reads them can end it.
 */
function waitForHook(platform: Platform, hook: string, pid: Pid, screen: ShutdownScreen): boolean {
  const interrupt = platform.signalNumber("INT");
  const presses = new KeyPresses();
  const began = platform.now();
  let reportAt = began + HOOK_REPORT_MS;
  const report = (more: string) => {
    const seconds = Math.round((platform.now() - began) / 1000);
    screen.show(`${hook} (process ${pid}) has been running for ${seconds} s${more}`);
  };
  const sink = {
    descriptor: ignore,
    signal: (signal: number) => {
      if (signal !== interrupt) return;
      const left = presses.press(platform.now());
      if (left > 0) return report(`; press Ctrl-Alt-Del ${left} more times to kill it`);
      report("; killing it");
      platform.signal(pid, platform.signalNumber("KILL") ?? 9, "group");
    },
  };
  for (;;) {
    const reaped = platform.reap();
    if (reaped?.pid === pid) return reaped.status.kind === "exited" && reaped.status.code === 0;
    if (reaped !== undefined) continue;
    platform.poller.wait(Math.max(0, reportAt - platform.now()), sink);
    if (platform.now() < reportAt) continue;
    report("");
    reportAt = platform.now() + HOOK_REPORT_MS;
  }
}

/**
 * `shutdown --system`: the same sequence for whoever calls it, without asking a manager.
 *
 * @returns The exit status: 0 after the preparations for a soft reboot, 1 when the kernel refused.
 */
export function runSystemShutdown(type: MachineEnd, screen: ShutdownScreen): number {
  const platform = openPlatform();
  // The ends of the processes wake the waits up.
  platform.poller.watchSignals([platform.signalNumber("CHLD") ?? 17]);
  shutDownMachine(platform, type, screen);
  return type === "soft-reboot" ? 0 : 1;
}
