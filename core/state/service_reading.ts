/**
 * A service's block read: by the names of its fields, whoever wrote it. What it does not say is as
 * in a fresh record.
 */
import { LONGEST_CHAIN } from "../graph/chain_limit.ts";
import type { Phase } from "../service/record/phase.ts";
import {
  makeRecord,
  NO_EXIT,
  type ProcessRecord,
  type ServiceRecord,
} from "../service/record/record.ts";
import { durationOf } from "../service/record/usual_duration.ts";
import { type ExitStatus, type Instant, pid, serviceId, type ServiceState } from "../types.ts";
import { isWhole } from "./check_word.ts";
import { type CodeName, STATE_OF, type Word, type Words } from "./codes.ts";
import type { WrittenDescription } from "./description_block.ts";
import { Fields, type Layout } from "./layout.ts";
import { isObject, parseJson } from "./json_block.ts";
import type { RareEnd, RareParts } from "./service_block.ts";

/** How the writer has written services. */
export interface ServiceForm {
  readonly layout: Layout;
  readonly words: Words;
}

/** What links, other records and the list of deadlines still have to be told of. */
export interface ReadService {
  readonly service: ServiceRecord;
  /** Number of the service that reads its output; 0: none. */
  readonly consumer: number;
}

/** @returns Undefined when the block is not as it was written, or says what cannot be. */
export function readService(
  number: number,
  contents: Uint8Array,
  described: WrittenDescription,
  form: ServiceForm,
): ReadService | undefined {
  const { layout } = form;
  if (!isWhole(contents, layout)) return undefined;
  const rare = contents.length === layout.size ? {} : readRare(contents.subarray(layout.size));
  if (rare === undefined) return undefined;
  const service = makeRecord(serviceId(number), described.description);
  service.presence = described.presence;
  const reading = new Reading(new Fields(layout, contents), form.words);
  fillRecord(service, reading);
  fillHistory(service, reading, rare);
  fillProcess(service.main, reading, "main", rare.mainEnd);
  fillProcess(service.stopper, reading, "stopper", rare.stopperEnd);
  service.side = rare.side;
  service.unmetCondition = rare.unmetCondition;
  service.health = rare.health;
  service.restartsInRow = rare.restartsInRow ?? 0;
  service.cause = rare.cause;
  service.handled = rare.handled;
  service.execFailure = rare.execFailure;
  const consumer = reading.count("consumer");
  const isPossible = service.height >= 1 && service.height <= LONGEST_CHAIN;
  return reading.isWhole && isPossible ? { service, consumer } : undefined;
}

/** Fields with the meaning that records give them. */
class Reading {
  readonly #fields: Fields;
  readonly #words: Words;
  /** No word was met that is not known here. */
  isWhole = true;

  constructor(fields: Fields, words: Words) {
    this.#fields = fields;
    this.#words = words;
  }

  flag(name: string, otherwise = false): boolean {
    return this.#fields.flag(name) ?? otherwise;
  }

  /** Not below 0. */
  count(name: string): number {
    return (this.#fields.word(name) ?? 0) >>> 0;
  }

  word(name: string): number {
    return this.#fields.word(name) ?? 0;
  }

  byte(name: string, otherwise: number): number {
    return this.#fields.byte(name) ?? otherwise;
  }

  instant(name: string): Instant | undefined {
    const value = this.#fields.double(name);
    return value === undefined || !Number.isFinite(value) ? undefined : value as Instant;
  }

  oneOf<Name extends CodeName>(field: string, of: Name, otherwise: Word<Name>): Word<Name> {
    const code = this.#fields.byte(field);
    if (code === undefined) return otherwise;
    const word = (this.#words[of] as ReadonlyMap<number, Word<Name>>).get(code);
    if (word === undefined) this.isWhole = false;
    return word ?? otherwise;
  }

  exit(name: string): ExitStatus {
    const number = this.word(`${name}Number`);
    switch (this.oneOf(name, "exit", "none")) {
      case "none":
        return NO_EXIT;
      case "exited":
        return { kind: "exited", code: number };
      case "signalled":
        return { kind: "signalled", signal: number, dumpedCore: false };
      case "dumped":
        return { kind: "signalled", signal: number, dumpedCore: true };
    }
  }
}

function fillRecord(service: ServiceRecord, reading: Reading): void {
  // `Work.enter` would count the service as active and change its history.
  const state: { phase: Phase; state: ServiceState } = service;
  state.phase = reading.oneOf("phase", "phase", "stopped");
  state.state = STATE_OF[state.phase];
  service.height = reading.byte("height", 1);
  service.target = reading.flag("isWanted") ? "started" : "stopped";
  service.isMarked = reading.flag("isMarked");
  service.isPinnedStarted = reading.flag("isPinnedStarted");
  service.isPinnedStopped = reading.flag("isPinnedStopped");
  service.isPinnedByDependent = reading.flag("isPinnedByDependent");
  service.isForced = reading.flag("isForced");
  service.isUserRestart = reading.flag("isUserRestart");
  service.isAutoRestart = reading.flag("isAutoRestart");
  service.isFollowing = reading.flag("isFollowing");
  service.isRestartCounted = reading.flag("isRestartCounted");
  service.hasStartFailed = reading.flag("hasStartFailed");
  service.hasGoneWrong = reading.flag("hasGoneWrong");
  service.isStartSkipped = reading.flag("isStartSkipped");
  service.reason = reading.oneOf("reason", "reason", "normal");
  service.exit = reading.exit("exit");
  service.runExit = reading.exit("runExit");
  service.awaitsReadiness = reading.flag("awaitsReadiness");
  service.isRecovering = reading.flag("isRecovering");
  service.hasMissedWatchdog = reading.flag("hasMissedWatchdog");
  service.isTriggered = reading.flag("isTriggered");
  service.isSetAside = reading.flag("isSetAside");
  service.needsCleaningUp = reading.flag("needsCleaningUp");
  service.isCheckingRun = reading.flag("isCheckingRun");
  service.lastLaunch = reading.instant("lastLaunch");
  service.windowStart = reading.instant("windowStart") ?? service.windowStart;
  service.restartCount = reading.count("restartCount");
  service.activationCount = reading.count("activationCount");
  service.activationWindowStart = reading.instant("activationWindowStart") ??
    service.activationWindowStart;
  const deadline = reading.instant("deadline");
  if (deadline === undefined) return;
  service.timer = reading.oneOf("timer", "timer", "none");
  service.deadline = deadline;
  service.deadlineSequence = reading.instant("deadlineSequence") ?? 0;
}

function fillHistory(service: ServiceRecord, reading: Reading, rare: RareParts): void {
  const { history } = service;
  history.stateSince = reading.instant("stateSince");
  history.lastEndAt = reading.instant("lastEndAt");
  const durations = reading.count("usualDurations");
  history.usualStartMs = durationOf(durations >>> 16);
  history.usualStopMs = durationOf(durations & 0xffff);
  history.stopWaitMs = durationOf(
    reading.byte("stopWaitHigh", 0) << 8 | reading.byte("stopWaitLow", 0),
  );
  history.restarts = reading.count("restarts");
  history.isLimitReached = reading.flag("isLimitReached");
  history.failedDependency = rare.failedDependency;
}

function fillProcess(
  process: ProcessRecord,
  reading: Reading,
  role: "main" | "stopper",
  end: RareEnd | undefined,
): void {
  process.phase = reading.oneOf(`${role}Phase`, "processPhase", "none");
  const number = reading.count(`${role}Pid`);
  process.pid = number === 0 ? 0 : pid(number);
  const isTracked = role === "main" ? "isMainTracked" : "isStopperTracked";
  process.isTracked = reading.flag(isTracked, true);
  const signal = reading.oneOf(`${role}Signal`, "signal", "none");
  process.signalOnSpawn = signal === "none" ? undefined : signal;
  if (end === undefined) return;
  process.endStatus = end.status;
  process.endPidFile = end.pidFile;
}

function readRare(bytes: Uint8Array): RareParts | undefined {
  const value = parseJson(bytes)?.value;
  return isObject(value) ? value : undefined;
}
