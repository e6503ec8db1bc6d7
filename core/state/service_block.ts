/**
 * The block of a service's record: all that changes while it is loaded. Written after every turn
 * for each service that the turn has changed, so it is a fixed row of numbers, and what most
 * records do not have follows as JSON.
 *
 * Not written: what follows from links and descriptions (`state`, `holders`, `heapIndex`), what is
 * set only within a turn (`pending…`, entries on work lists), and where a search goes on
 * (`waitHint`, `barHint`).
 */
import type { PidFileReading } from "../event.ts";
import type { ProcessRecord, ServiceRecord, SideStep } from "../service/record/record.ts";
import type { FailureCause } from "../failure.ts";
import type { ExecStage, ExitStatus, Instant, ServiceName } from "../types.ts";
import { durationNumber } from "../service/record/usual_duration.ts";
import { CODES } from "./codes.ts";
import { checkOf } from "./check_word.ts";
import type { KeptBlocks } from "./kept_blocks.ts";
import { KIND } from "./kinds.ts";
import { layoutOf } from "./layout.ts";
import { paddedJson } from "./json_block.ts";

/** Instants that are not there are NaN, services 0. */
export const SERVICE_LAYOUT = layoutOf({
  doubles: [
    "lastLaunch",
    "windowStart",
    "activationWindowStart",
    "stateSince",
    "lastEndAt",
    "deadline",
    "deadlineSequence",
  ],
  words: [
    "check",
    "consumer",
    "mainPid",
    "stopperPid",
    "exitNumber",
    "runExitNumber",
    "restartCount",
    "activationCount",
    "restarts",
    "usualDurations",
  ],
  flags: [
    "isWanted",
    "isMarked",
    "isPinnedStarted",
    "isPinnedStopped",
    "isPinnedByDependent",
    "isForced",
    "isUserRestart",
    "isAutoRestart",
    "isFollowing",
    "isRestartCounted",
    "hasStartFailed",
    "hasGoneWrong",
    "isStartSkipped",
    "awaitsReadiness",
    "isRecovering",
    "hasMissedWatchdog",
    "isTriggered",
    "isLimitReached",
    "isMainTracked",
    "isStopperTracked",
    "isSetAside",
    "needsCleaningUp",
    "isCheckingRun",
  ],
  bytes: [
    "phase",
    "reason",
    "timer",
    "height",
    "mainPhase",
    "mainSignal",
    "stopperPhase",
    "stopperSignal",
    "exit",
    "runExit",
    "stopWaitHigh",
    "stopWaitLow",
  ],
});

/** What few records have, after the row. */
export interface RareParts {
  readonly failedDependency?: ServiceName;
  readonly unmetCondition?: string;
  /** The command before or after that is under way. */
  readonly side?: SideStep;
  readonly execFailure?: { readonly stage: ExecStage; readonly errno: number };
  readonly health?: ServiceRecord["health"];
  /** Of a service whose restart delay grows. */
  readonly restartsInRow?: number;
  readonly cause?: FailureCause;
  readonly handled?: { readonly since: Instant; readonly count: number };
  readonly mainEnd?: RareEnd;
  readonly stopperEnd?: RareEnd;
}

/** Of a process that ended before its exec report. */
export interface RareEnd {
  readonly status: ExitStatus;
  readonly pidFile?: PidFileReading;
}

const F = SERVICE_LAYOUT.flag;
const { size: SIZE } = SERVICE_LAYOUT;
const { phase: PHASES, processPhase: PROCESS_PHASES, exit: EXITS, signal: SIGNALS } = CODES;
const { reason: REASONS, timer: TIMERS } = CODES;
/** An instant that is not there. */
const NEVER = NaN;

/**
 * One long function over names of this module: without JIT each call and each look into another
 * module costs as much as a field, and there is a block for each service and turn. So fields are
 * written one after the other, in the order of the layout, whose bytes fill whole words.
 *
 * @returns False when there is no room left.
 */
export function putService(blocks: KeptBlocks, service: ServiceRecord): boolean {
  const { history, main, stopper, exit, runExit } = service;
  const hasRare = history.failedDependency !== undefined || service.execFailure !== undefined ||
    service.side !== undefined || main.endStatus.kind !== "none" ||
    stopper.endStatus.kind !== "none" ||
    main.endPidFile !== undefined || service.unmetCondition !== undefined ||
    service.restartsInRow !== 0 || service.cause !== undefined || service.handled !== undefined ||
    service.health !== undefined;
  const rare = hasRare ? rareBytes(service) : NOTHING;
  const length = SIZE + rare.length;
  const at = blocks.begin(KIND.service, service.id, length);
  if (at < 0) return false;

  const { doubles, words, bytes } = blocks;
  let d = at >> 3;
  const isTimed = service.heapIndex >= 0;
  doubles[d++] = service.lastLaunch ?? NEVER;
  doubles[d++] = service.windowStart;
  doubles[d++] = service.activationWindowStart;
  doubles[d++] = history.stateSince ?? NEVER;
  doubles[d++] = history.lastEndAt ?? NEVER;
  doubles[d++] = isTimed ? service.deadline : NEVER;
  doubles[d++] = isTimed ? service.deadlineSequence : 0;

  const check = d << 1;
  let w = check;
  words[++w] = service.consumer === undefined ? 0 : service.consumer.id;
  words[++w] = main.pid;
  words[++w] = stopper.pid;
  words[++w] = exit.kind === "none" ? 0 : exitNumber(exit);
  words[++w] = runExit.kind === "none" ? 0 : exitNumber(runExit);
  words[++w] = service.restartCount;
  words[++w] = service.activationCount;
  words[++w] = history.restarts;
  words[++w] = usualDurations(history);
  words[++w] = (service.target === "started" ? F.isWanted : 0) |
    (service.isMarked ? F.isMarked : 0) |
    (service.isPinnedStarted ? F.isPinnedStarted : 0) |
    (service.isPinnedStopped ? F.isPinnedStopped : 0) |
    (service.isPinnedByDependent ? F.isPinnedByDependent : 0) |
    (service.isForced ? F.isForced : 0) |
    (service.isUserRestart ? F.isUserRestart : 0) |
    (service.isAutoRestart ? F.isAutoRestart : 0) |
    (service.isFollowing ? F.isFollowing : 0) |
    (service.isRestartCounted ? F.isRestartCounted : 0) |
    (service.hasStartFailed ? F.hasStartFailed : 0) |
    (service.hasGoneWrong ? F.hasGoneWrong : 0) |
    (service.isStartSkipped ? F.isStartSkipped : 0) |
    (service.awaitsReadiness ? F.awaitsReadiness : 0) |
    (service.isRecovering ? F.isRecovering : 0) |
    (service.hasMissedWatchdog ? F.hasMissedWatchdog : 0) |
    (service.isTriggered ? F.isTriggered : 0) |
    (history.isLimitReached ? F.isLimitReached : 0) |
    (main.isTracked ? F.isMainTracked : 0) |
    (stopper.isTracked ? F.isStopperTracked : 0) |
    (service.isSetAside ? F.isSetAside : 0) |
    (service.needsCleaningUp ? F.needsCleaningUp : 0) |
    (service.isCheckingRun ? F.isCheckingRun : 0);

  let b = (w + 1) << 2;
  bytes[b++] = PHASES[service.phase];
  bytes[b++] = REASONS[service.reason];
  bytes[b++] = TIMERS[service.timer];
  bytes[b++] = service.height;
  bytes[b++] = PROCESS_PHASES[main.phase];
  bytes[b++] = main.signalOnSpawn === undefined ? 0 : SIGNALS[main.signalOnSpawn];
  bytes[b++] = PROCESS_PHASES[stopper.phase];
  bytes[b++] = stopper.signalOnSpawn === undefined ? 0 : SIGNALS[stopper.signalOnSpawn];
  bytes[b++] = exit.kind === "none" ? 0 : exitCode(exit);
  bytes[b++] = runExit.kind === "none" ? 0 : exitCode(runExit);
  const stopWait = history.stopWaitMs === undefined ? 0 : durationNumber(history.stopWaitMs);
  bytes[b++] = stopWait >> 8;
  bytes[b++] = stopWait & 0xff;
  if (hasRare) bytes.set(rare, at + SIZE);

  words[check] = checkOf(words, check + 1, (at + length) >> 2);
  return true;
}

const NOTHING = new Uint8Array(0);

/** That of the start in the upper half. */
function usualDurations({ usualStartMs, usualStopMs }: ServiceRecord["history"]): number {
  if (usualStartMs === undefined && usualStopMs === undefined) return 0;
  return durationNumber(usualStartMs) << 16 | durationNumber(usualStopMs);
}

/** The exit code or the signal. */
function exitNumber(exit: ExitStatus): number {
  switch (exit.kind) {
    case "none":
      return 0;
    case "exited":
      return exit.code;
    case "signalled":
      return exit.signal;
  }
}

function exitCode(exit: ExitStatus): number {
  return exit.kind === "signalled" && exit.dumpedCore ? EXITS.dumped : EXITS[exit.kind];
}

function rareBytes(service: ServiceRecord): Uint8Array {
  const { history: { failedDependency }, execFailure, main, side, stopper, unmetCondition } =
    service;
  const { cause, handled, health, restartsInRow } = service;
  const mainEnd = endOf(main);
  const stopperEnd = endOf(stopper);
  const rare: RareParts = {
    ...(failedDependency === undefined ? {} : { failedDependency }),
    ...(unmetCondition === undefined ? {} : { unmetCondition }),
    ...(execFailure === undefined ? {} : { execFailure }),
    ...(side === undefined ? {} : { side }),
    ...(health === undefined ? {} : { health }),
    ...(restartsInRow === 0 ? {} : { restartsInRow }),
    ...(cause === undefined ? {} : { cause }),
    ...(handled === undefined ? {} : { handled }),
    ...(mainEnd === undefined ? {} : { mainEnd }),
    ...(stopperEnd === undefined ? {} : { stopperEnd }),
  };
  return paddedJson(rare, SIZE);
}

function endOf({ endStatus, endPidFile }: ProcessRecord): RareEnd | undefined {
  if (endStatus.kind === "none" && endPidFile === undefined) return undefined;
  return endPidFile === undefined
    ? { status: endStatus }
    : { status: endStatus, pidFile: endPidFile };
}
