/**
 * What PID 1 does when the manager itself could not start: it must not exit, for that is a kernel
 * panic, so it shows the cause and gives the person at the console a shell, again and again.
 */
import type { Pid } from "../../core/types.ts";
import type { Platform } from "../../platform/mod.ts";
import { consoleChild } from "./console_child.ts";
import { restoreOomScore } from "../processes/oom_scores.ts";

const CONSOLE = "/dev/console";
const SHELL = "/bin/sh";
/** A shell that ends at once must not be started without end. */
const PAUSE_MS = 1000;

/** Never returns. @param show Writes one line to the console. */
export function lastResort(
  platform: Platform,
  error: unknown,
  show: (line: string) => void,
): never {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  // The manager may have failed before it opened the console. Opening it again changes nothing.
  platform.openConsole(CONSOLE);
  restoreOomScore(platform, 0);
  show(`dinit: The manager cannot start: ${text}`);
  platform.poller.watchSignals([platform.signalNumber("CHLD") ?? 17]);
  for (;;) {
    show(`dinit: Starting ${SHELL}. To end the machine's run: shutdown --system -p, or reboot -f`);
    const failure = runShell(platform);
    if (failure !== undefined) {
      show(`dinit: Cannot start ${SHELL}: ${platform.errnoText(failure.errno).text}`);
    }
    platform.reclaimConsole();
    const end = platform.now() + PAUSE_MS;
    while (platform.now() < end) waitForSomething(platform, end - platform.now());
  }
}

/** @returns Why there was no shell. */
function runShell(platform: Platform): { readonly errno: number } | undefined {
  const launch = platform.launch(consoleChild([SHELL], "foreground"));
  if (launch.kind !== "launched") return launch;
  waitFor(platform, launch.pid);
  const outcome = launch.outcome(true);
  if (launch.report !== undefined) platform.close(launch.report);
  return outcome.kind === "exec-failed" ? outcome : undefined;
}

function waitFor(platform: Platform, shell: Pid): void {
  for (;;) {
    const reaped = platform.reap();
    if (reaped?.pid === shell) return;
    if (reaped === undefined) waitForSomething(platform, Infinity);
  }
}

function waitForSomething(platform: Platform, limitMs: number): void {
  platform.poller.wait(limitMs, { descriptor: () => {}, signal: () => {} });
}
