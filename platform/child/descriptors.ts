/**
 * Which descriptor of the manager becomes which of the child, and the moves that get it there.
 *
 * All of the manager's descriptors are close-on-exec, so a child holds only what is moved (the copy
 * lacks the flag) or kept in its place (the flag is cleared). The child's table is a copy: moving
 * over a number that the manager uses hurts nobody, unless that number is still needed as a source.
 * Such sources are parked on a free number first.
 */
import { PID_TEXT_BYTES } from "../../native/programs/child_list.ts";
import { EXEC_STAGE, type ExecStage, type Fd } from "../../core/types.ts";
import { call, type ChildCall, type ChildSystem, type ImpossibleChild } from "./call.ts";
import type { ChildSettings, StandardStream } from "../interface/child_settings.ts";

/** First descriptor of the passed sockets: sd_listen_fds(3). */
const FIRST_PASSED = 3;

/** Equal on all systems: sys/errno.h. */
const EBUSY = 16;

/** A descriptor is an int, but the call takes any unsigned one: close_range(2). */
const HIGHEST_DESCRIPTOR = 0xffff_ffff;

const BOTH_OUTPUTS: readonly number[] = [1, 2];

/** Variables whose value the stub overwrites with the child's PID. */
const OWN_PID_PLACEHOLDERS = ["LISTEN_PID", "WATCHDOG_PID"].map((name) =>
  `${name}=${"0".repeat(PID_TEXT_BYTES)}`
);
const [LISTEN_PID_PLACEHOLDER = "", WATCHDOG_PID_PLACEHOLDER = ""] = OWN_PID_PLACEHOLDERS;

/**
 * Which of descriptors 0 to 2 are connected here; a forced readiness descriptor takes its number
 * away.
 */
export interface StreamTargets {
  readonly input: StandardStream | undefined;
  readonly output: StandardStream;
  /** In ascending order; 1 and 2, or what the readiness pipe leaves of them. */
  readonly outputNumbers: readonly number[];
}

export type DescriptorPlan =
  | {
    readonly kind: "descriptors";
    /** Parking and moves of everything but the standard streams. */
    readonly calls: readonly ChildCall[];
    /** `NAME=VALUE` that tell the child the numbers. */
    readonly variables: readonly string[];
    /** The standard streams, with parked descriptors for their sources. */
    readonly streams: StreamTargets;
  }
  | ImpossibleChild;

interface Move {
  readonly source: number;
  readonly target: number;
  readonly stage: ExecStage;
}

/** Numbers that a child's program wants, whatever they are in the manager. */
export function forcedNumbers(settings: ChildSettings): readonly number[] {
  const { readiness, activationSockets } = settings;
  const passed = activationSockets.map((_, index) => FIRST_PASSED + index);
  return readiness !== undefined && "number" in readiness ? [...passed, readiness.number] : passed;
}

/**
 * Plans all descriptors of a child but opens nothing.
 *
 * What the child does not need is closed first of all: while it waits for a file system, or because
 * its user has stopped it, it must not keep a connection or a socket of the manager's open; and
 * when it becomes another user's it must hold nothing of the manager's.
 *
 * @param report Stays as it is; none of {@link forcedNumbers}.
 * @param input The settings' standard input, with /dev/null as a descriptor where it is open.
 * @param output The same of the standard output.
 */
export function arrangeDescriptors(
  system: ChildSystem,
  settings: ChildSettings,
  input: StandardStream,
  output: StandardStream,
  report: Fd | undefined,
): DescriptorPlan {
  const { readiness, activationSockets, controlSocket, passesWatchdogPid } = settings;
  const isPlain = readiness === undefined && controlSocket === undefined &&
    activationSockets.length === 0 && passesWatchdogPid !== true && !isStandard(input) &&
    !isStandard(output);
  // Nothing can be in the way of anything: most children.
  if (isPlain) {
    return {
      kind: "descriptors",
      calls: closeOthers(system, [input, output], [], report),
      variables: [],
      streams: { input, output, outputNumbers: BOTH_OUTPUTS },
    };
  }
  const moves: Move[] = activationSockets.map((source, index) => ({
    source,
    target: FIRST_PASSED + index,
    stage: EXEC_STAGE.activationSocket,
  }));
  const variables: string[] = [];
  if (activationSockets.length > 0) {
    variables.push(`LISTEN_FDS=${activationSockets.length}`, LISTEN_PID_PLACEHOLDER);
  }
  if (passesWatchdogPid === true) variables.push(WATCHDOG_PID_PLACEHOLDER);
  if (readiness !== undefined && "number" in readiness) {
    if (moves.some((move) => move.target === readiness.number)) {
      const stage = EXEC_STAGE.activationSocket;
      return { kind: "impossible", stage, errno: EBUSY };
    }
    const { fd: source, number: target } = readiness;
    moves.push({ source, target, stage: EXEC_STAGE.arrangeDescriptors });
  }
  if (readiness !== undefined && "variable" in readiness) {
    const target = freeTarget(readiness.fd, moves, report);
    moves.push({ source: readiness.fd, target, stage: EXEC_STAGE.readinessVariable });
    variables.push(`${readiness.variable}=${target}`);
  }
  if (controlSocket !== undefined) {
    const target = freeTarget(controlSocket, moves, report);
    moves.push({ source: controlSocket, target, stage: EXEC_STAGE.controlSocket });
    variables.push(`DINIT_CS_FD=${target}`);
  }
  return finish(system, { input, output, moves, variables, report });
}

/** The descriptor's own number where nothing else goes, else the first number that is free. */
function freeTarget(source: Fd, moves: readonly Move[], report: Fd | undefined): number {
  const isTaken = (number: number) =>
    number === report || moves.some((move) => move.target === number || move.source === number);
  if (source >= FIRST_PASSED && !isTaken(source)) return source;
  let number = FIRST_PASSED;
  while (isTaken(number)) number++;
  return number;
}

/** A source among the numbers that the child's streams get. */
function isStandard(stream: StandardStream): boolean {
  return stream.kind === "descriptor" && stream.fd < FIRST_PASSED;
}

interface Wanted {
  readonly input: StandardStream;
  readonly output: StandardStream;
  readonly moves: readonly Move[];
  readonly variables: readonly string[];
  readonly report: Fd | undefined;
}

function finish(system: ChildSystem, wanted: Wanted): DescriptorPlan {
  const { input, output, moves, variables, report } = wanted;
  const forced = new Set(moves.map((move) => move.target));
  const outputNumbers = BOTH_OUTPUTS.filter((number) => !forced.has(number));
  const parking = parkedSources(wanted, forced);
  const sourceOf = (source: number) => parking.get(source) ?? source;
  const parkStage = EXEC_STAGE.arrangeDescriptors;
  const parkCalls = [...parking].map(([source, parked]) =>
    system.duplicate(parkStage, source, parked, "closes-on-exec")
  );
  const moveCalls = moves.map(({ source, target, stage }) =>
    source === target
      ? call(stage, "fcntl", source, system.file.F_SETFD, 0)
      : system.duplicate(stage, sourceOf(source), target, "stays")
  );
  const pidCalls = variables.filter((variable) => OWN_PID_PLACEHOLDERS.includes(variable))
    .map((variable) =>
      call(EXEC_STAGE.activationSocket, "write-own-pid", { kind: "pid-text", variable })
    );
  const streams = {
    input: forced.has(0) ? undefined : withSource(input, sourceOf),
    output: withSource(output, sourceOf),
    outputNumbers,
  };
  const closeCalls = closeOthers(system, [streams.input, streams.output], forced, report);
  return {
    kind: "descriptors",
    calls: [...parkCalls, ...moveCalls, ...closeCalls, ...pidCalls],
    variables,
    streams,
  };
}

/** Closes all but the standard descriptors and those that are still needed. */
function closeOthers(
  system: ChildSystem,
  streams: readonly (StandardStream | undefined)[],
  moved: Iterable<number>,
  report: Fd | undefined,
): readonly ChildCall[] {
  const sources = streams.map((stream) => stream === undefined ? -1 : sourceNumber(stream));
  const needed = new Set([...moved, ...sources, report ?? -1]);
  const kept = [...needed].filter((number) => number >= FIRST_PASSED).sort((a, b) => a - b);
  const calls: ChildCall[] = [];
  let first = FIRST_PASSED;
  for (const number of kept) {
    if (number > first) calls.push(...system.closeRange(first, number - 1));
    first = number + 1;
  }
  return [...calls, ...system.closeRange(first, HIGHEST_DESCRIPTOR)];
}

function withSource(stream: StandardStream, sourceOf: (fd: number) => number): StandardStream {
  if (stream.kind !== "descriptor") return stream;
  const source = sourceOf(stream.fd);
  return source === stream.fd ? stream : { kind: "descriptor", fd: source as Fd };
}

/** Sources that some other move overwrites → the number where each waits. */
function parkedSources(
  { input, output, moves, report }: Wanted,
  forced: ReadonlySet<number>,
): ReadonlyMap<number, number> {
  const stage = EXEC_STAGE.standardDescriptors;
  const streams = [[input, 0], [output, 1], [output, 2]] as const;
  const streamMoves = streams
    .filter(([stream, target]) => stream.kind !== "inherit" && !forced.has(target))
    // What the child opens itself has no source, but overwrites its target all the same.
    .map(([stream, target]) => ({ source: sourceNumber(stream), target, stage }));
  const all = [...moves, ...streamMoves];
  const overwritten = new Set(
    all.filter((move) => move.source !== move.target).map((move) => move.target),
  );
  const inUse = new Set(all.flatMap((move) => [move.source, move.target]));
  if (report !== undefined) inUse.add(report);
  const parked = new Map<number, number>();
  let free = FIRST_PASSED;
  for (const { source } of all) {
    if (!overwritten.has(source) || parked.has(source)) continue;
    while (inUse.has(free)) free++;
    inUse.add(free);
    parked.set(source, free);
  }
  return parked;
}

function sourceNumber(stream: StandardStream): number {
  return stream.kind === "descriptor" ? stream.fd : -1;
}
