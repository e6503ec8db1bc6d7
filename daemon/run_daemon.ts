/**
 * The manager as a program: its words → what to do, and its exit status.
 */
import { type Fd, fd as asFd, systemNamed } from "../core/types.ts";
import { openPlatform, type Platform } from "../platform/mod.ts";
import { type Adopted, Daemon } from "./daemon.ts";
import type { Handover } from "./kept/handover.ts";
import { wasSent } from "./kept/work_notes.ts";
import { handedOn } from "./recovery/handed_on.ts";
import type { WrittenManager } from "./recovery/kept_manager.ts";
import { readLeftManager } from "./recovery/left_manager.ts";
import { lastResort } from "./machine/last_resort.ts";
import { managerPlaces } from "./manager_places.ts";
import { schedulerFault } from "./start/manager_scheduler.ts";
import type { DaemonOptions } from "./start/options.ts";
import type { DaemonStart } from "./parts.ts";
import { openStateFile, stateFilePath } from "./recovery/state_file.ts";
import { daemonHelp, parseDaemonOptions, type ParsedOptions } from "./start/command_line.ts";
import { environmentTexts } from "./start/environment.ts";
import { startEnvironment } from "./start/inherited_environment.ts";
import { closeHandover, giveBack, readState, takeHandover } from "./succession/taking_over.ts";
import { TRIAL_PASSED, TRIAL_WORD } from "./succession/trial.ts";
import { versionText } from "./start/version_text.ts";

/** Parts of the program that are loaded on demand. */
export type PartLoaders = Pick<
  DaemonStart,
  "loadClients" | "loadTimetable" | "loadConditions" | "loadLogStore" | "loadProbes"
>;

/**
 * Runs the manager.
 *
 * @param loaders Load what only some managers need, when they do.
 * @returns Its exit status; as PID 1 it does not return.
 */
export function runDaemon(words: readonly string[], loaders: PartLoaders): number {
  if (words[0] === TRIAL_WORD && Deno.pid !== 1) return tryState();
  const handover = takeHandover();
  if (handover !== undefined) return goOn(handover, words, loaders);
  const os = systemNamed(Deno.build.os);
  const parsed = parsedOptions(words);
  switch (parsed.kind) {
    case "help":
      return show(daemonHelp());
    case "version":
      return show(versionText(os));
    case "faulty":
      if (isMachinesFirst(words)) {
        // Its end would be the kernel's panic, and nobody could read the message.
        lastResort(openPlatform(), parsed.message, (line) => console.error(line));
      }
      console.error(`dinit: ${parsed.message}`);
      return 1;
    case "run":
      break;
  }
  const platform = openPlatformHere();
  if (platform === undefined) return 1;
  if (!platform.signalsBlockedByStub()) {
    console.error(`dinit: ${NOT_BY_STUB}`);
    return 1;
  }
  const { options } = parsed;
  const { leftState } = platform.lastResort;
  const start = { words, ...loaders };
  const run = leftState === undefined
    ? () => startDaemon(platform, options, start)
    : () => goOnAfterCrash(platform, options, start, leftState);
  return options.isSystemManager && Deno.pid === 1 ? neverEnds(platform, run) : run();
}

/** What a manager that was killed has left is taken over. Nothing outlives process 1. */
function startDaemon(
  platform: Platform,
  options: DaemonOptions,
  start: Pick<DaemonStart, "words"> & PartLoaders,
): number {
  if (platform.processId() === 1 || platform.keptMemories === undefined) {
    return new Daemon(platform, options, start).run();
  }
  const path = stateFilePath(managerPlaces(platform, options).socketPath);
  const stateFile = openStateFile(path, platform);
  if (stateFile.kind !== "left") {
    return new Daemon(platform, options, { ...start, stateFile }).run();
  }
  const { left } = stateFile;
  const outcome = new Daemon(platform, options, { ...start, left }).takeOver(left);
  return outcome === "starts-over" ? startOver(platform, options, start.words) : outcome;
}

/** Returns only on failure. @returns The exit status. */
function startOver(
  platform: Platform,
  { readyDescriptor }: DaemonOptions,
  words: readonly string[],
): number {
  const own = platform.ownProgram();
  if (readyDescriptor !== undefined) platform.passOn([asFd(readyDescriptor)], true);
  const environment = environmentTexts(startEnvironment(platform, Deno.env.toObject()));
  const failure = "kind" in own
    ? own
    : platform.execute(own.path, [own.path, ...words], environment);
  console.error(`dinit: Cannot start the manager anew: ${failure.message}`);
  return 1;
}

/** @throws {Error} When it cannot. */
function goOnAfterCrash(
  platform: Platform,
  options: DaemonOptions,
  start: Pick<DaemonStart, "words"> & PartLoaders,
  state: Fd,
): number {
  const memory = platform.keptMemories?.adopt(state);
  if (memory === undefined) throw new Error("there is no memory that outlives a manager here");
  const left = "kind" in memory ? memory.message : readLeftManager(memory, platform);
  if (typeof left === "string") {
    throw new Error(`Cannot go on with the state that is left: ${left}`);
  }
  const { lastCrash: crash } = platform.lastResort;
  const daemon = new Daemon(platform, options, { ...start, left });
  return daemon.goOn(left, {
    // Children are children still, and nobody else has collected them.
    isThere: (pid) => ["running", "ended"].includes(platform.childState(pid)),
    isOpen: (fd) => platform.descriptorKind(fd) !== "closed",
    areCollected: false,
    isNobodysFault: crash === undefined || wasSent(crash, platform.processId()),
    isOwnSocket: false,
  }, crash);
}

const NOT_BY_STUB =
  "This program was not started through its entry program, so signals would be lost. " +
  'Build it with "npm run build" and run dist/dinit';

/** As the first process of a machine: what comes after the end is the last resort. */
function neverEnds(platform: Platform, run: () => number): never {
  let fault: unknown;
  try {
    fault = `it ended with status ${run()}`;
  } catch (error) {
    fault = error;
  }
  lastResort(platform, fault, (line) => console.error(line));
}

/** In the place of a manager whose state is there; gives the place back if that cannot be. */
function goOn(
  handover: Handover,
  words: readonly string[],
  loaders: PartLoaders,
): number {
  const platform = openPlatform();
  let adopted: Adopted;
  try {
    adopted = adopt(platform, handover, words, loaders);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const environment = environmentTexts(startEnvironment(platform, Deno.env.toObject()));
    const failure = giveBack(platform, handover, { environment, why });
    const text = `Cannot go on with the manager's state: ${why}` +
      (failure === "was-back-already" ? "" : `, nor give it back: ${failure.message}`);
    if (isMachinesFirst(words)) lastResort(platform, text, (line) => console.error(line));
    console.error(`dinit: ${text}`);
    return 1;
  }
  return isMachinesFirst(words) ? neverEnds(platform, adopted.run) : adopted.run();
}

/** @throws {Error} When it cannot be. */
function adopt(
  platform: Platform,
  handover: Handover,
  words: readonly string[],
  loaders: PartLoaders,
): Adopted {
  if (!platform.signalsBlockedByStub()) throw new Error(NOT_BY_STUB);
  const parsed = parsedOptions(words);
  if (parsed.kind !== "run") {
    throw new Error(
      parsed.kind === "faulty" ? parsed.message : `it is asked for its ${parsed.kind}`,
    );
  }
  const reading = readState(platform, handover.state);
  if (reading.kind === "refused") throw new Error(`the state is refused: ${reading.why}`);
  const { kept, memory } = handedOn(reading.data as WrittenManager, platform);
  platform.continueClock(kept.clock);
  const daemon = new Daemon(platform, parsed.options, { words, ...loaders, kept, memory });
  return daemon.adopt({
    signals: kept.signals,
    isBackBecause: handover.isBackBecause,
    close: () => closeHandover(platform, handover),
  });
}

/** A manager asks whether this program can go on with its state, which is the standard input. */
function tryState(): number {
  const platform = openPlatform();
  const reading = readState(platform, 0);
  if (reading.kind === "refused") return show(`The state is refused: ${reading.why}`);
  const { scheduler } = reading.data as WrittenManager;
  const fault = scheduler === undefined
    ? "The state of the services is missing"
    : schedulerFault(platform, scheduler);
  return show(fault === undefined ? TRIAL_PASSED.trimEnd() : fault);
}

function parsedOptions(words: readonly string[]): ParsedOptions {
  return parseDaemonOptions(words, {
    isFirstProcess: Deno.pid === 1,
    isRoot: Deno.uid() === 0,
    os: systemNamed(Deno.build.os),
  });
}

/** @returns The exit status. */
function show(text: string): number {
  try {
    console.log(text);
    return 0;
  } catch (error) {
    // A reader that has gone has seen enough.
    if (error instanceof Deno.errors.BrokenPipe) return 0;
    const why = error instanceof Error ? error.message : String(error);
    console.error(`dinit: Cannot write to standard output: ${why}`);
    return 1;
  }
}

/** PID 1 of a machine. In a container the one who started it gets the status. */
function isMachinesFirst(words: readonly string[]): boolean {
  return Deno.pid === 1 && Deno.uid() === 0 &&
    !words.includes("-o") && !words.includes("--container");
}

/**
 * What the environment asks for may be impossible, or the system one that is not known: no error of
 * ours.
 */
function openPlatformHere(): Platform | undefined {
  try {
    return openPlatform();
  } catch (error) {
    console.error(`dinit: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}
