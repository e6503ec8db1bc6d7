/**
 * What a manager finds of its services when it goes on where another one died: plain data, made
 * from the kernel's tables and from what the daemon has noted.
 */
import type { PidFileReading, ProcessRole } from "../event.ts";
import type { ExecStage, ExitStatus, Pid, ServiceId } from "../types.ts";

/** How far a child came on the way to its program. */
export type Execution =
  /** It has not executed it, and may do so still. */
  | { readonly kind: "pending" }
  | { readonly kind: "executed" }
  /** It could not, and is gone or about to go. */
  | { readonly kind: "failed"; readonly stage: ExecStage; readonly errno: number };

/** What came over a readiness pipe, whoever has read it. `open`: nothing yet, or there is none. */
export type Readiness = "open" | "given" | "closed";

/** A process that is there. Its number stands for the one that was noted: start times agree. */
export interface LivingProcess {
  readonly kind: "alive";
  readonly execution: Execution;
  readonly readiness: Readiness;
}

/** A process that has ended, and it is known how. */
export interface EndedProcess {
  readonly kind: "ended";
  readonly execution: Execution;
  readonly status: ExitStatus;
  /** Of the launcher of a bgprocess that exited with status 0: what its pid file says now. */
  readonly pidFile?: PidFileReading;
}

/**
 * A process that is not there any more, and nobody knows how it ended: somebody else has collected
 * it, or its number is another process's by now.
 */
export interface GoneProcess {
  readonly kind: "gone";
  /** Of the launcher of a bgprocess: what its pid file says now, if it was written since. */
  readonly pidFile?: PidFileReading;
}

export type ObservedProcess = LivingProcess | EndedProcess | GoneProcess;

/**
 * A process that was launched for a service and that the kept state does not know: the launch was
 * in the turn that was broken off.
 */
export interface FoundProcess {
  /** A service that is not in the state either was loaded in that turn. */
  readonly service: ServiceId;
  readonly role: ProcessRole;
  readonly pid: Pid;
  readonly now: LivingProcess | EndedProcess;
}

export interface Observation {
  /** Asked for each process that the state has a number of, and that is to be there. */
  processOf(service: ServiceId, role: ProcessRole, pid: Pid): ObservedProcess;
  /** In the order in which they were launched. */
  readonly found: readonly FoundProcess[];
  /** The manager's log has unfinished output on the console. */
  readonly isLogBusy: boolean;
}
