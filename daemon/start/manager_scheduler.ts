/** The scheduler of a manager: what it must know of the system, and of the manager before. */
import { Scheduler } from "../../core/schedule/scheduler.ts";
import type { Platform } from "../../platform/mod.ts";
import type { DaemonOptions } from "./options.ts";

/** Death by one of these is no failure for `restart = "on-failure"`. */
const DELIBERATE_SIGNALS: readonly string[] = ["HUP", "INT", "USR1", "USR2", "TERM"];

type SchedulerPlatform = Pick<Platform, "errnoText" | "signalNumber">;

/** @param kept State of the scheduler that is to go on. @throws {Error} When it cannot. */
export function managerScheduler(
  platform: SchedulerPlatform,
  options: Pick<DaemonOptions, "graceMs" | "isSystemManager">,
  kept: Uint8Array | undefined,
): Scheduler {
  const facts = {
    errnoText: (errno: number) => {
      const { name, text } = platform.errnoText(errno);
      return `${text} (${name})`;
    },
    deliberateSignals: new Set(
      DELIBERATE_SIGNALS.flatMap((name) => platform.signalNumber(name) ?? []),
    ),
    // The two numberings there are differ in this.
    signals: platform.signalNumber("USR1") === 30 ? "bsd" : "linux",
    shutdown: {
      graceMs: options.graceMs,
      keys: options.isSystemManager ? "Ctrl-Alt-Del" : "Ctrl-C",
    },
  } as const;
  if (kept === undefined) return new Scheduler(facts);
  const restored = Scheduler.restored(kept, facts);
  if (restored instanceof Scheduler) return restored;
  throw new Error(`the state of the services is refused: ${restored.why}`);
}

/** Why a manager could not go on with this state; undefined: it could. */
export function schedulerFault(platform: SchedulerPlatform, kept: Uint8Array): string | undefined {
  try {
    managerScheduler(platform, { graceMs: undefined, isSystemManager: false }, kept);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
