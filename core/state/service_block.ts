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
import type { ProcessRecord, ServiceRecord } from "../service/record/record.ts";
import type { ExecStage, ExitStatus, ServiceName } from "../types.ts";
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
  ],
});

/** What few records have, after the row. */
export interface RareParts {
  readonly failedDependency?: ServiceName;
  readonly execFailure?: { readonly stage: ExecStage; readonly errno: number };
  readonly mainEnd?: RareEnd;
  readonly stopperEnd?: RareEnd;
}

/** Of a process that ended before its exec report. */
export interface RareEnd {
  readonly status: ExitStatus;
  readonly pidFile?: PidFileReading;
}

/** @returns False when there is no room left. */
export function putService(blocks: KeptBlocks, service: ServiceRecord): boolean {
  const rare = rareBytes(service);
  const { size } = SERVICE_LAYOUT;
  const length = rare === undefined ? size : size + rare.length;
  const at = blocks.begin(KIND.service, service.id, length);
  if (at < 0) return false;
  // The bytes may not fill the last word.
  blocks.words[((at + size) >> 2) - 1] = 0;
  putDoubles(blocks.doubles, at >> 3, service);
  putWords(blocks.words, at >> 2, service);
  putBytes(blocks.bytes, at, service);
  if (rare !== undefined) blocks.bytes.set(rare, at + size);
  const { words } = blocks;
  const first = at >> 2;
  const check = first + SERVICE_LAYOUT.word.check;
  words[check] = 0;
  words[check] = checkOf(words, first, (at + length) >> 2);
  return true;
}

function putDoubles(doubles: Float64Array, at: number, service: ServiceRecord): void {
  const { double } = SERVICE_LAYOUT;
  const { history } = service;
  const isTimed = service.heapIndex >= 0;
  doubles[at + double.lastLaunch] = service.lastLaunch ?? NaN;
  doubles[at + double.windowStart] = service.windowStart;
  doubles[at + double.activationWindowStart] = service.activationWindowStart;
  doubles[at + double.stateSince] = history.stateSince ?? NaN;
  doubles[at + double.lastEndAt] = history.lastEndAt ?? NaN;
  doubles[at + double.deadline] = isTimed ? service.deadline : NaN;
  doubles[at + double.deadlineSequence] = isTimed ? service.deadlineSequence : 0;
}

function putWords(words: Int32Array, at: number, service: ServiceRecord): void {
  const { word, flagWord } = SERVICE_LAYOUT;
  const { main, stopper, exit, runExit } = service;
  words[at + word.consumer] = service.consumer === undefined ? 0 : service.consumer.id;
  words[at + word.mainPid] = main.pid;
  words[at + word.stopperPid] = stopper.pid;
  words[at + word.exitNumber] = exit.kind === "none" ? 0 : exitNumber(exit);
  words[at + word.runExitNumber] = runExit.kind === "none" ? 0 : exitNumber(runExit);
  words[at + word.restartCount] = service.restartCount;
  words[at + word.activationCount] = service.activationCount;
  words[at + word.restarts] = service.history.restarts;
  words[at + flagWord] = flagsOf(service);
}

function flagsOf(service: ServiceRecord): number {
  const { flag } = SERVICE_LAYOUT;
  return (service.target === "started" ? flag.isWanted : 0) |
    (service.isMarked ? flag.isMarked : 0) |
    (service.isPinnedStarted ? flag.isPinnedStarted : 0) |
    (service.isPinnedStopped ? flag.isPinnedStopped : 0) |
    (service.isPinnedByDependent ? flag.isPinnedByDependent : 0) |
    (service.isForced ? flag.isForced : 0) |
    (service.isUserRestart ? flag.isUserRestart : 0) |
    (service.isAutoRestart ? flag.isAutoRestart : 0) |
    (service.isFollowing ? flag.isFollowing : 0) |
    (service.isRestartCounted ? flag.isRestartCounted : 0) |
    (service.hasStartFailed ? flag.hasStartFailed : 0) |
    (service.hasGoneWrong ? flag.hasGoneWrong : 0) |
    (service.isStartSkipped ? flag.isStartSkipped : 0) |
    (service.awaitsReadiness ? flag.awaitsReadiness : 0) |
    (service.isRecovering ? flag.isRecovering : 0) |
    (service.hasMissedWatchdog ? flag.hasMissedWatchdog : 0) |
    (service.isTriggered ? flag.isTriggered : 0) |
    (service.history.isLimitReached ? flag.isLimitReached : 0) |
    (service.main.isTracked ? flag.isMainTracked : 0) |
    (service.stopper.isTracked ? flag.isStopperTracked : 0);
}

function putBytes(bytes: Uint8Array, at: number, service: ServiceRecord): void {
  const { byte } = SERVICE_LAYOUT;
  const { main, stopper, exit, runExit } = service;
  bytes[at + byte.phase] = CODES.phase[service.phase];
  bytes[at + byte.reason] = CODES.reason[service.reason];
  bytes[at + byte.timer] = CODES.timer[service.timer];
  bytes[at + byte.height] = service.height;
  bytes[at + byte.mainPhase] = CODES.processPhase[main.phase];
  bytes[at + byte.mainSignal] = CODES.signal[main.signalOnSpawn ?? "none"];
  bytes[at + byte.stopperPhase] = CODES.processPhase[stopper.phase];
  bytes[at + byte.stopperSignal] = CODES.signal[stopper.signalOnSpawn ?? "none"];
  bytes[at + byte.exit] = exit.kind === "none" ? CODES.exit.none : exitCode(exit);
  bytes[at + byte.runExit] = runExit.kind === "none" ? CODES.exit.none : exitCode(runExit);
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
  return exit.kind === "signalled" && exit.dumpedCore ? CODES.exit.dumped : CODES.exit[exit.kind];
}

/** Undefined when there is nothing to say. */
function rareBytes(service: ServiceRecord): Uint8Array | undefined {
  const { history: { failedDependency }, execFailure, main, stopper } = service;
  const isPlain = failedDependency === undefined && execFailure === undefined &&
    main.endStatus.kind === "none" && stopper.endStatus.kind === "none" &&
    main.endPidFile === undefined;
  if (isPlain) return undefined;
  const mainEnd = endOf(main);
  const stopperEnd = endOf(stopper);
  const rare: RareParts = {
    ...(failedDependency === undefined ? {} : { failedDependency }),
    ...(execFailure === undefined ? {} : { execFailure }),
    ...(mainEnd === undefined ? {} : { mainEnd }),
    ...(stopperEnd === undefined ? {} : { stopperEnd }),
  };
  return paddedJson(rare, SERVICE_LAYOUT.size);
}

function endOf({ endStatus, endPidFile }: ProcessRecord): RareEnd | undefined {
  if (endStatus.kind === "none" && endPidFile === undefined) return undefined;
  return endPidFile === undefined
    ? { status: endStatus }
    : { status: endStatus, pidFile: endPidFile };
}
