/**
 * Everything that can happen to the scheduler: events (the platform reports) and orders (a client
 * asks).
 *
 * Plain data only, so that a trace of a run can be stored and replayed. `ServiceId` numbers come
 * from the scheduler itself.
 */
import type { ServiceDescription } from "./description/contract/description.ts";
import type { FailureCause } from "./failure.ts";
import type {
  ExecStage,
  ExitStatus,
  Pid,
  RuntimeDependencyKind,
  ServiceId,
  ShutdownType,
} from "./types.ts";

/** Which of a service's two command lines a process was made from. */
export type ProcessRole = "start" | "stop";

/**
 * What was found of the daemon of a bgprocess when its launcher has exited with status 0: by its
 * pid file, or else among what it left.
 */
export type PidFileReading =
  /**
   * A living process. Tracked: its end will be reported, of a stranger (no child of ours) mostly
   * without its status.
   */
  | {
    readonly kind: "running";
    readonly pid: Pid;
    readonly tracked: boolean;
    readonly isStranger?: boolean;
  }
  /** Our child, which has ended already. */
  | { readonly kind: "ended"; readonly pid: Pid; readonly status: ExitStatus }
  /** There is none, or none that can be believed; the text says why, for the log. */
  | { readonly kind: "invalid"; readonly why: string };

/** Whether conditions and assertions hold; the text is the one that does not, for people. */
export type CheckVerdict =
  | { readonly kind: "met" }
  /** A condition does not hold. */
  | { readonly kind: "skip"; readonly text: string }
  /** An assertion does not hold, and all conditions do. */
  | { readonly kind: "fail"; readonly text: string };

/** What a service is asked for: whether it is up, or whether it still is. */
export type ProbePurpose = "readiness" | "liveness";

export type Event =
  /** A child exists; whether it could execute its program is not known yet. Changes no state. */
  | { readonly kind: "spawned"; readonly service: ServiceId; role: ProcessRole; pid: Pid }
  /** No child could be made at all (fork, pipes, activation socket): for the log. */
  | { readonly kind: "spawn-failed"; readonly service: ServiceId; role: ProcessRole; why: string }
  | { readonly kind: "exec-succeeded"; readonly service: ServiceId; role: ProcessRole }
  /** The child could not execute its program and is gone; no `exited` follows. */
  | {
    readonly kind: "exec-failed";
    readonly service: ServiceId;
    readonly role: ProcessRole;
    readonly stage: ExecStage;
    readonly errno: number;
    /** A sentence for the log, where more is known than the stage and the system's words. */
    readonly why?: string | undefined;
  }
  /**
   * The child is gone and had not executed its program, for want of something; another will be
   * made.
   */
  | { readonly kind: "launch-deferred"; readonly service: ServiceId; readonly role: ProcessRole }
  /** A process of a service has ended and been reaped. */
  | {
    readonly kind: "exited";
    readonly service: ServiceId;
    readonly role: ProcessRole;
    readonly status: ExitStatus;
    /**
     * Present exactly when this was the launcher of a bgprocess and it exited with status 0, or
     * what was found in its place has ended and left another.
     */
    readonly pidFile?: PidFileReading;
  }
  /** The first byte came over the readiness pipe. */
  | { readonly kind: "ready"; readonly service: ServiceId }
  /** The readiness pipe was closed without a byte. */
  | { readonly kind: "readiness-closed"; readonly service: ServiceId }
  /** By its notification socket: the process has begun to end. */
  | { readonly kind: "stopping"; readonly service: ServiceId }
  /**
   * By its notification socket: this process is the main one from now on; its end will be reported.
   */
  | { readonly kind: "main-pid"; readonly service: ServiceId; readonly pid: Pid }
  /** By its notification socket: what it is doing may take so long from now on. */
  | { readonly kind: "extend-timeout"; readonly service: ServiceId; readonly timeoutMs: number }
  /** No sign of life came within `watchdog-timeout`. */
  | { readonly kind: "watchdog-expired"; readonly service: ServiceId }
  /**
   * What a service's answers to probes have come to: for readiness once, for liveness each time
   * that it changes. `why`: a sentence without its end; empty when it is good.
   */
  | {
    readonly kind: "probed";
    readonly service: ServiceId;
    readonly purpose: ProbePurpose;
    readonly isGood: boolean;
    readonly why: string;
  }
  /**
   * The kernel has ended processes in the service's control group because memory ran out: so many
   * more since it was launched, or since the last such event. Where one of them is the main
   * process, its own end is reported as well.
   */
  | { readonly kind: "memory-ran-out"; readonly service: ServiceId; readonly count: number }
  /** What starts a service on demand is watched: its sockets, which are open, or the time. */
  | { readonly kind: "listening"; readonly service: ServiceId }
  /** They cannot be opened or watched; the text is a sentence for the log. */
  | {
    readonly kind: "listen-failed";
    readonly service: ServiceId;
    readonly errno: number;
    readonly why: string;
  }
  /**
   * Something came in over one of them, or it is time for a run; nothing is watched any more until
   * `listen` asks again.
   */
  | {
    readonly kind: "demand";
    readonly service: ServiceId;
    /** It was there when the watch began: the last process had left it. */
    readonly wasWaiting: boolean;
    /** Address of the socket, for the log; or what the time is. */
    readonly where: string;
  }
  /** The manager's log has unfinished output on the console and cannot hand it over at once. */
  | { readonly kind: "console-busy" }
  /** The log's line is out. */
  | { readonly kind: "console-idle" }
  /** What `check` asked for. */
  | { readonly kind: "checked"; readonly service: ServiceId; readonly verdict: CheckVerdict }
  /** What `kill-all` asked for is done. */
  | { readonly kind: "all-killed"; readonly service: ServiceId }
  /**
   * Nothing is launched from now on, and no time limit of a service passes, until it is said to be
   * over.
   */
  | { readonly kind: "hold"; readonly isHeld: boolean }
  /** The time is at or after `Scheduler.nextDeadline()`. */
  | { readonly kind: "deadline" };

/** A service that is to have another description. */
export interface ReloadedService {
  readonly service: ServiceId;
  readonly description: ServiceDescription;
}

export type Order =
  | { readonly kind: "start"; readonly service: ServiceId; readonly pin: boolean }
  /** As start without a pin, by the end of another service that names this one (chain-to). */
  | { readonly kind: "chain"; readonly service: ServiceId }
  /** As start without a pin, by the failure of another service that names this one (on-failure). */
  | { readonly kind: "handle-failure"; readonly service: ServiceId; readonly cause: FailureCause }
  | { readonly kind: "stop"; readonly service: ServiceId; pin: boolean; force: boolean }
  | { readonly kind: "restart"; readonly service: ServiceId; readonly force: boolean }
  | { readonly kind: "wake"; readonly service: ServiceId; readonly pin: boolean }
  | { readonly kind: "release"; readonly service: ServiceId; readonly pin: boolean }
  | { readonly kind: "unpin"; readonly service: ServiceId }
  /**
   * The manager's own: it has crashed over this service again and again. Its processes have been
   * ended by others; nothing more is done for it. `why`: a sentence for the log.
   */
  | { readonly kind: "set-aside"; readonly service: ServiceId; readonly why: string }
  | { readonly kind: "trigger"; readonly service: ServiceId; readonly on: boolean }
  | { readonly kind: "add-link"; link: RuntimeDependencyKind; from: ServiceId; to: ServiceId }
  | { readonly kind: "remove-link"; link: RuntimeDependencyKind; from: ServiceId; to: ServiceId }
  /** As add-link; then `to` is started if `from` is up. */
  | { readonly kind: "enable"; link: RuntimeDependencyKind; from: ServiceId; to: ServiceId }
  | { readonly kind: "unload"; readonly service: ServiceId }
  | ({ readonly kind: "reload" } & ReloadedService)
  /** All of them in one step, or none; each service once. */
  | { readonly kind: "reload-together"; readonly reloads: readonly ReloadedService[] }
  | {
    readonly kind: "shutdown";
    readonly type: ShutdownType;
    /** A person at the console pressed keys for it; to press them again and again is to insist. */
    readonly byKeys?: boolean;
  };

/**
 * The answer to an order. Which kinds an order can give is said in `docs/design` and by the
 * protocol.
 */
export type Answer =
  /** Accepted; what was asked for is not reached yet. */
  | { readonly kind: "accepted" }
  /** What was asked for holds when the reply is made. */
  | { readonly kind: "already" }
  /** Refused; `why` is for the log and for people. */
  | { readonly kind: "refused"; readonly why: string }
  | { readonly kind: "pinned-started" }
  | { readonly kind: "pinned-stopped" }
  | { readonly kind: "shutting-down" }
  /** Refused: these services hold it. */
  | { readonly kind: "dependents"; readonly services: readonly ServiceId[] }
  /** add-link and enable: done; whether an equal link had been there. */
  | { readonly kind: "linked"; readonly existed: boolean };
