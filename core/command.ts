/**
 * Everything the scheduler may ask of the outside: plain data, carried out in order by
 * `daemon/commands/execute.ts`.
 *
 * The scheduler never waits for a command; what comes of it returns as an event.
 */
import type { ProbePurpose, ProcessRole } from "./event.ts";
import type { FailureCause } from "./failure.ts";
import type {
  ExecStage,
  ExitStatus,
  HealthState,
  LogLevel,
  Pid,
  SentSignal,
  ServiceEvent,
  ServiceId,
  ServiceName,
  ServiceState,
  StopReason,
} from "./types.ts";

/** A service as clients see it, at one moment. */
export interface ServiceStatus {
  readonly state: ServiceState;
  readonly target: "stopped" | "started";
  readonly waitsForConsole: boolean;
  readonly hasConsole: boolean;
  readonly startSkipped: boolean;
  /** Explicitly started. */
  readonly marked: boolean;
  /** The main process, or the running start or stop script; 0 when there is none. */
  readonly pid: Pid | 0;
  readonly reason: StopReason;
  /** Meaningful when `reason` is "exec-failed" and there is no process. */
  readonly execFailure: { readonly stage: ExecStage; readonly errno: number } | undefined;
  readonly exit: ExitStatus;
}

export type Command =
  /**
   * Makes a process from `command` (role start) or `stop-command` (role stop) of the description.
   */
  | {
    readonly kind: "spawn";
    readonly service: ServiceId;
    readonly role: ProcessRole;
    /** The service owns the console now (runs- or starts-on-console). */
    readonly onConsole: boolean;
    /** One of the commands before or after, in place of that of the role. */
    readonly side?: {
      readonly list: "startPre" | "startPost" | "stopPost";
      readonly index: number;
    };
    /** Readiness is waited for: watch the pipe and report `ready` or `readiness-closed`. */
    readonly watchReadiness: boolean;
    /** Of a service that is started because another has failed: its processes are told. */
    readonly cause?: FailureCause;
  }
  /**
   * Sends a signal to a process or its group. A process already gone is no error.
   */
  | {
    readonly kind: "signal";
    readonly service: ServiceId;
    readonly role: ProcessRole;
    readonly pid: Pid;
    readonly signal: SentSignal;
    readonly target: "group" | "process";
  }
  /**
   * kill-tree of a daemon that is no child: its end, and that of all that the service left behind,
   * is to be looked for and reported as `exited` of role start, because nobody else reports it.
   */
  | { readonly kind: "end-tree"; readonly service: ServiceId; readonly daemon: Pid }
  /** What a service with kill-tree left behind, if it is being ended, is given no more time. */
  | { readonly kind: "kill-tree"; readonly service: ServiceId }
  /** Asks whether conditions and assertions of the service hold: `checked` answers, soon. */
  | { readonly kind: "check"; readonly service: ServiceId }
  /**
   * Opens the activation sockets, if they are not open, and watches them for `demand`; or waits for
   * the next time of its timer, which is a demand, too.
   */
  | { readonly kind: "listen"; readonly service: ServiceId }
  /** Closes the activation sockets, or forgets the timer: the service has become inactive. */
  | { readonly kind: "close-socket"; readonly service: ServiceId }
  /** Asks a running service again and again, in place of what was asked before, for `probed`. */
  | { readonly kind: "probe"; readonly service: ServiceId; readonly purpose: ProbePurpose }
  /** Nothing is asked any more. */
  | { readonly kind: "end-probes"; readonly service: ServiceId }
  /** Runs the command that `[liveness]` names for this; nothing is reported of it. */
  | { readonly kind: "tell-unhealthy"; readonly service: ServiceId; readonly why: string }
  /** What is known of its health is another now. `why`: what was wrong; empty: nothing. */
  | {
    readonly kind: "notify-health";
    readonly service: ServiceId;
    readonly state: HealthState;
    readonly why: string;
  }
  /** Hands the console to a service, or back to the manager's log. */
  | { readonly kind: "console"; readonly owner: ServiceId | "log" }
  /** The log is asked to finish its line and answer with `console-idle`. */
  | { readonly kind: "want-console" }
  | {
    readonly kind: "notify";
    readonly service: ServiceId;
    readonly event: ServiceEvent;
    readonly status: ServiceStatus;
  }
  /** The line `[  OK  ] NAME` and the like on the console, and its form in the main log. */
  | {
    readonly kind: "status-line";
    readonly service: ServiceId;
    readonly outcome: "started" | "skipped" | "stopped" | "failed" | "failed-by-dependency";
  }
  /** A message to the log about a service; the text is a sentence without the service's name. */
  | { readonly kind: "log"; readonly level: LogLevel; readonly service: ServiceId; text: string }
  /** A message to the log about the whole, shown even while a service has the console. */
  | { readonly kind: "announce"; readonly level: LogLevel; readonly text: string }
  /** The named service is to be loaded and started (chain-to). */
  | { readonly kind: "chain"; readonly from: ServiceId; readonly to: ServiceName }
  /** The named service is to be loaded and started (on-failure). */
  | {
    readonly kind: "handle-failure";
    readonly from: ServiceId;
    readonly to: ServiceName;
    readonly cause: FailureCause;
  }
  /** A service with the option starts-rwfs is up: the root file system can be written. */
  | { readonly kind: "root-writable" }
  /** A service with the option starts-log is up: the system log can be reached. */
  | { readonly kind: "log-available" }
  /** Option kill-all-on-stop: TERM to every process, one second, KILL, before the service stops. */
  | { readonly kind: "kill-all"; readonly service: ServiceId }
  /** What the shutdown is for is to follow now, although services have not stopped. */
  | { readonly kind: "abandon" }
  /** The record is gone (unload, or a reload that changed the type): free what belongs to it. */
  | { readonly kind: "forget"; readonly service: ServiceId; readonly name: ServiceName }
  /** The record has a new description; log target and activation socket may differ. */
  | { readonly kind: "redescribe"; readonly service: ServiceId };
