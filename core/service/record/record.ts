/**
 * The record of one service: everything the scheduler knows about it between two events.
 *
 * Only data and its makers. Terms derived from it are in `terms.ts`, what happens to it is in the
 * rule files beside this one; the model as a whole is told at the head of `step.ts`.
 */
import type { BrokenService, ServiceDescription } from "../../description/contract/description.ts";
import type { PidFileReading } from "../../event.ts";
import type { FailureCause } from "../../failure.ts";
import type {
  ExecStage,
  ExitStatus,
  Instant,
  Pid,
  SentSignal,
  ServiceId,
  ServiceName,
  ServiceState,
  StopReason,
} from "../../types.ts";
import { makeHistory, type ServiceHistory } from "./history.ts";
import type { Phase } from "./phase.ts";

/** Kinds of link; `need` is written `depends-on`. The last two only order, they never hold. */
export type LinkKind = "need" | "milestone" | "waits-for" | "prepared-by" | "before" | "after";

/** One dependency: `from` depends on `to`. It is in `from.links` and in `to.dependents`. */
export interface Link {
  /** Never given twice; `dependents` is in the order of it. */
  readonly number: number;
  /** `links` is in the order of it: the number, or a later one when the link came to the end. */
  place: number;
  readonly kind: LinkKind;
  /** Changes only when a placeholder or a record of another type takes the place of a record. */
  from: ServiceRecord;
  to: ServiceRecord;
  /** `from` waits for `to` to be started (or to be out of the way). */
  waits: boolean;
  /** `from` counts among the holders of `to`. */
  holds: boolean;
  /** It is among those that `Changes` has noted. */
  isChanged: boolean;
}

/**
 * What is known of a process: `launching`: asked for, exec not reported yet. `running`: exec
 * reported. `ended`: its end came before its exec report, which is still due. `daemon`: the pid
 * file's process.
 */
export type ProcessPhase = "none" | "launching" | "running" | "ended" | "daemon";

/** The one process that a service has in a role, and what is known of it. */
export interface ProcessRecord {
  phase: ProcessPhase;
  /** 0 until it is known. */
  pid: Pid | 0;
  /** Its end will be reported. False for a daemon that is not our child. */
  isTracked: boolean;
  /** Wanted while the pid was not known yet; sent as soon as it is. */
  signalOnSpawn: SentSignal | undefined;
  /** For the phase `ended`: how it ended. */
  endStatus: ExitStatus;
  /** For the phase `ended`: what came with the end of a launcher. */
  endPidFile: PidFileReading | undefined;
}

/** Lists of commands before and after. */
export type SideList = "startPre" | "startPost" | "stopPost";

/** One command of such a list. */
export interface SideStep {
  readonly list: SideList;
  readonly index: number;
}

/** What the service's one timer stands for. */
export type TimerKind = "none" | "start" | "stop" | "relaunch";

/**
 * `named`: an ordering or a log consumer speaks of it, but it is not loaded. `broken`: a service
 * depends on it softly, but it cannot be loaded; it is shown as failed and never starts.
 */
export type Presence =
  | { readonly kind: "loaded" }
  | { readonly kind: "named" }
  | { readonly kind: "broken"; readonly fault: BrokenService };

export const LOADED: Presence = Object.freeze({ kind: "loaded" });
export const NAMED: Presence = Object.freeze({ kind: "named" });

export interface ServiceRecord {
  readonly id: ServiceId;
  readonly name: ServiceName;
  /** What there is of the service. */
  presence: Presence;
  /** Of one that is only named, or broken: that of an internal service without settings. */
  description: ServiceDescription;
  /** Dependencies, in order. */
  links: Link[];
  /** Links of dependents, in order. */
  dependents: Link[];
  /**
   * Services in the longest chain of dependencies from here down, itself included: 1 to
   * `LONGEST_CHAIN`.
   */
  height: number;
  /** The service that reads this one's output (consumer-of). */
  consumer: ServiceRecord | undefined;

  /** Where it is on its way; written by `Work.enter` only. */
  readonly phase: Phase;
  /** The state of that phase, kept beside it because it is asked for often. */
  readonly state: ServiceState;
  target: "stopped" | "started";
  /** Explicitly started; counts as one holder. */
  isMarked: boolean;
  /** `isMarked` (0 or 1) plus the dependent links that hold. */
  holders: number;
  isPinnedStarted: boolean;
  isPinnedStopped: boolean;
  /** Some hard dependent is pinned. */
  isPinnedByDependent: boolean;
  /** The manager has crashed over it: nothing is done for it before its pin is lifted. */
  isSetAside: boolean;
  /** This stop must be carried out; a start does not cancel it. */
  isForced: boolean;
  /** The coming stop is part of a restart order on a dependency. */
  isUserRestart: boolean;
  /** The last stop was to restart automatically: the next launch keeps the restart delay. */
  isAutoRestart: boolean;
  /**
   * It is forced to stop because of a dependency that restarts by itself; that one's restart limit
   * counts.
   */
  isFollowing: boolean;
  /** The automatic restart of this stop has been counted. */
  isRestartCounted: boolean;
  hasStartFailed: boolean;
  /**
   * Something of the present or last run went wrong that a container is not to end with 0 for,
   * whatever `reason` says: that is upstream's, and "normal" or "terminated" with status 0 after
   * some failures.
   */
  hasGoneWrong: boolean;
  isStartSkipped: boolean;
  /**
   * It counts as started although nothing of it was run: the condition that did not hold, for
   * people.
   */
  unmetCondition: string | undefined;
  /** Whether a run of its timer may begin is being found out. */
  isCheckingRun: boolean;
  reason: StopReason;

  pendingAcquire: boolean;
  pendingRelease: boolean;
  pendingFail: boolean;
  pendingStart: boolean;
  pendingStop: boolean;
  pendingPin: boolean;
  /** Where in `links` the last search found one that waits; the next begins there. */
  waitHint: number;
  /** Where in `dependents` the last search found one in the way. */
  barHint: number;
  /** How often it is on the propagation list (see `work_list.ts` for why that may be 2). */
  propagationEntries: number;
  transitionEntries: number;

  /** The process, start script, or launcher and then daemon. */
  readonly main: ProcessRecord;
  /** The stop command, or a command before or after. */
  readonly stopper: ProcessRecord;
  /** The command before or after that is under way; undefined: the stopper is the stop command. */
  side: SideStep | undefined;
  /** Its own start has begun since it was stopped, and commands are to follow its stop. */
  needsCleaningUp: boolean;
  /** Last recorded end of the main process or script. */
  exit: ExitStatus;
  /** The end of the process of the present run; `none` again at each launch. */
  runExit: ExitStatus;
  execFailure: { readonly stage: ExecStage; readonly errno: number } | undefined;
  /** The present process was launched with a readiness pipe, which decides when it is up. */
  awaitsReadiness: boolean;
  /** Smooth recovery is under way. */
  isRecovering: boolean;
  /**
   * The process gave no sign of life, or no answer, or others of the service were ended for want of
   * memory: its end is a failure however it comes.
   */
  hasMissedWatchdog: boolean;
  /** The last verdict of its liveness probe; undefined: there is none of this run yet. */
  health: { readonly isGood: boolean; readonly since: Instant; readonly why: string } | undefined;
  /** Trigger of a triggered service. */
  isTriggered: boolean;

  lastLaunch: Instant | undefined;
  /** Start of the restart limit's window, and the restarts in it. */
  windowStart: Instant;
  restartCount: number;
  /** Restarts of which none followed a good run; 0 where the delay before them does not grow. */
  restartsInRow: number;
  /** Launches on demand for what an earlier process had left, and when the first of them was. */
  activationCount: number;
  activationWindowStart: Instant;

  /** Whose failure it is started for; until it is stopped again. */
  cause: FailureCause | undefined;
  /** How often its own failures were handled, and since when that is counted. */
  handled: { readonly since: Instant; readonly count: number } | undefined;

  /** For those who ask. */
  readonly history: ServiceHistory;

  timer: TimerKind;
  /** When the timer fires; meaningful while it is in the heap. */
  deadline: Instant;
  /** Order of arming, for timers that are due at the same instant. */
  deadlineSequence: number;
  /** Place in the heap of deadlines, −1 when not in it. */
  heapIndex: number;
  /** It is among those that `Changes` has noted. */
  isChanged: boolean;
}

export const NO_EXIT: ExitStatus = Object.freeze({ kind: "none" });

/** A record at rest. */
export function makeRecord(id: ServiceId, description: ServiceDescription): ServiceRecord {
  return {
    id,
    name: description.name,
    presence: LOADED,
    description,
    links: [],
    dependents: [],
    height: 1,
    consumer: undefined,
    phase: "stopped",
    state: "stopped",
    target: "stopped",
    isMarked: false,
    holders: 0,
    isPinnedStarted: false,
    isPinnedStopped: false,
    isPinnedByDependent: false,
    isSetAside: false,
    isForced: false,
    isUserRestart: false,
    isAutoRestart: false,
    isFollowing: false,
    isRestartCounted: false,
    hasStartFailed: false,
    hasGoneWrong: false,
    isStartSkipped: false,
    unmetCondition: undefined,
    isCheckingRun: false,
    reason: "normal",
    pendingAcquire: false,
    pendingRelease: false,
    pendingFail: false,
    pendingStart: false,
    pendingStop: false,
    pendingPin: false,
    waitHint: 0,
    barHint: 0,
    propagationEntries: 0,
    transitionEntries: 0,
    main: makeProcess(),
    stopper: makeProcess(),
    side: undefined,
    needsCleaningUp: false,
    exit: NO_EXIT,
    runExit: NO_EXIT,
    execFailure: undefined,
    awaitsReadiness: false,
    isRecovering: false,
    hasMissedWatchdog: false,
    health: undefined,
    isTriggered: false,
    lastLaunch: undefined,
    windowStart: 0 as Instant,
    restartCount: 0,
    restartsInRow: 0,
    activationCount: 0,
    activationWindowStart: 0 as Instant,
    cause: undefined,
    handled: undefined,
    history: makeHistory(),
    timer: "none",
    deadline: 0 as Instant,
    deadlineSequence: 0,
    heapIndex: -1,
    isChanged: false,
  };
}

function makeProcess(): ProcessRecord {
  return {
    phase: "none",
    pid: 0,
    isTracked: true,
    signalOnSpawn: undefined,
    endStatus: NO_EXIT,
    endPidFile: undefined,
  };
}

/** Forgets a process that has ended or never came to be. */
export function clearProcess(process: ProcessRecord): void {
  process.phase = "none";
  process.pid = 0;
  process.isTracked = true;
  process.signalOnSpawn = undefined;
  process.endStatus = NO_EXIT;
  process.endPidFile = undefined;
}

/** Forgets how the last run ended: a new one begins. */
export function clearRunExit(service: ServiceRecord): void {
  service.runExit = NO_EXIT;
  service.hasMissedWatchdog = false;
}
