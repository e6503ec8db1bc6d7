/**
 * What a row of `TYPE_RULES` (`step.ts`) says: in which points the types of services differ.
 */
import type { PidFileReading } from "../../event.ts";
import type { ExitStatus, SignalName } from "../../types.ts";
import type { ServiceRecord } from "../record/record.ts";
import type { Work } from "../effects/work.ts";

/** What is done to one service. */
export type Rule = (work: Work, service: ServiceRecord) => void;

/** `ended`: the start is broken off; `ending`: the process was told to end and is stopping. */
export type InterruptResult = "not-interruptible" | "ended" | "ending";

/** What is particular to a type of service. */
export interface TypeRules {
  /** BRING-UP: the service's own start. */
  readonly bringUp: Rule;
  /** BRING-DOWN: the service's own stop. */
  readonly bringDown: Rule;
  /** INTERRUPT: breaks off the service's own start. */
  readonly interrupt: (work: Work, service: ServiceRecord) => InterruptResult;
  /**
   * With runs-on-console the console is its own until it is stopped, not only until it is started.
   */
  readonly keepsConsole: boolean;
  /** What the reports about its processes lead to; undefined: it has none. */
  readonly processes: ProcessRules | undefined;
}

/**
 * Of a type with processes: the main one (process, launcher, start command) and the stop command.
 */
export interface ProcessRules {
  /**
   * Its process is there as long as it is started: restart delay, restart limit and "on-failure"
   * are about that.
   */
  readonly isSupervised: boolean;
  readonly executed: Rule;
  readonly notExecuted: Rule;
  /**
   * Its main process has ended. A daemon's end is that of a supervised process whatever is said
   * here.
   */
  readonly ended: (
    work: Work,
    service: ServiceRecord,
    status: ExitStatus,
    pidFile: PidFileReading | undefined,
  ) => void;
  /**
   * Its main process may say that it is up; undefined: that is known from its being executed, or
   * its end.
   */
  readonly readiness: { readonly given: Rule; readonly closed: Rule } | undefined;
  /** The stop command could not be run; the signal would end the process instead. */
  readonly stopCommandFailed: (
    work: Work,
    service: ServiceRecord,
    signal: SignalName | "none",
  ) => void;
  readonly stopCommandEnded: (work: Work, service: ServiceRecord, status: ExitStatus) => void;
}
