/**
 * What a child does between fork and execve, as a list of symbolic system calls.
 *
 * A pure function of the settings: nothing is opened, nothing is started, so that tests read the
 * list. `platform/child/call_list.ts` turns it into memory for the stub
 * (`native/programs/child_launch.ts`).
 *
 * The order is that of upstream, because it decides which failure is seen and with whose rights a
 * step is done: descriptors, directory, standard streams, session, priority, cgroup, limits, user,
 * capabilities, signals, program. Only the limits come later than there, behind all that opens
 * files. A log file comes as a descriptor: whether it may be opened is more than a list of calls
 * can decide. The umask stays as it is.
 */
import { EXEC_STAGE, type Fd } from "../../core/types.ts";
import {
  call,
  type ChildCall,
  type ChildContext,
  type ChildSystem,
  type ImpossibleChild,
  unless,
} from "./call.ts";
import { arrangeDescriptors, forcedNumbers, type StreamTargets } from "./descriptors.ts";
import { execCalls } from "./exec.ts";
import type { ChildSettings, StandardStream } from "../interface/child_settings.ts";

/** All that the encoder needs. */
export type ChildPlan =
  | {
    readonly kind: "plan";
    readonly calls: readonly ChildCall[];
    readonly argv: readonly string[];
    /** The very array of the settings when nothing had to be added: the encoder remembers it. */
    readonly environment: readonly string[];
  }
  /** The settings contradict themselves, or the system lacks something; no child is made. */
  | ImpossibleChild;

/**
 * Makes the list of a child's calls.
 *
 * @param report Descriptor on which a failure is to be reported; undefined when it is not by the
 *   child itself.
 */
export function childCalls(
  settings: ChildSettings,
  context: ChildContext,
  report: Fd | undefined,
): ChildPlan {
  const { standardInput, standardOutput } = settings;
  const { system } = context;
  const attributes = system.attributeCalls(settings, context, report);
  if ("kind" in attributes && attributes.kind === "impossible") return attributes;
  const { calls, last } = "kind" in attributes ? attributes : { calls: attributes, last: [] };
  const descriptors = arrangeDescriptors(
    system,
    settings,
    opened(standardInput, context.nullDevice),
    opened(standardOutput, context.nullDevice),
    report,
  );
  if (descriptors.kind === "impossible") return descriptors;
  const environment = extendEnvironment(settings.environment, descriptors.variables);
  return {
    kind: "plan",
    argv: settings.command,
    environment,
    calls: [
      ...descriptors.calls,
      ...directoryCalls(settings.workingDirectory),
      ...streamCalls(system, descriptors.streams),
      ...sessionCalls(settings, context),
      ...calls,
      ...signalCalls(settings, context),
      ...last,
      ...execCalls(settings.command, environment),
    ],
  };
}

/** The open /dev/null is a descriptor like any other, so that no move overwrites it too early. */
function opened(stream: StandardStream, nullDevice: Fd | undefined): StandardStream {
  if (stream.kind !== "null" || nullDevice === undefined) return stream;
  return { kind: "descriptor", fd: nullDevice };
}

/** Variables of the manager replace inherited ones of the same name. */
function extendEnvironment(
  inherited: readonly string[],
  variables: readonly string[],
): readonly string[] {
  if (variables.length === 0) return inherited;
  const prefixes = variables.map((variable) => variable.slice(0, variable.indexOf("=") + 1));
  const kept = inherited.filter((entry) => !prefixes.some((prefix) => entry.startsWith(prefix)));
  return [...kept, ...variables];
}

function directoryCalls(path: string): ChildCall[] {
  return path === "" ? [] : [call(EXEC_STAGE.workingDirectory, "chdir", path)];
}

function streamCalls(system: ChildSystem, targets: StreamTargets): ChildCall[] {
  const input = targets.input === undefined ? [] : connectStream(system, targets.input, 0);
  const [first, second] = targets.outputNumbers;
  if (first === undefined || targets.output.kind === "inherit") return input;
  const output = connectStream(system, targets.output, first);
  if (second === undefined) return [...input, ...output];
  const again = system.duplicate(EXEC_STAGE.standardDescriptors, first, second, "stays");
  return [...input, ...output, again];
}

function connectStream(system: ChildSystem, stream: StandardStream, number: number): ChildCall[] {
  const { file } = system;
  const stage = EXEC_STAGE.standardDescriptors;
  switch (stream.kind) {
    case "inherit":
      return [];
    case "descriptor":
      // Equal numbers cannot be duplicated; then only the flag is in the way.
      return stream.fd === number
        ? [call(stage, "fcntl", stream.fd, file.F_SETFD, 0)]
        : [system.duplicate(stage, stream.fd, number, "stays")];
    case "null":
      return [
        call(stage, "openat", file.AT_FDCWD, "/dev/null", file.O_RDWR | file.O_CLOEXEC, 0),
        system.duplicate(stage, { kind: "result" }, number, "stays"),
      ];
  }
}

/**
 * Session and terminal. Making a session fails only for a group leader, which a fresh child never
 * is; the terminal may be gone or no terminal at all, which is no reason not to run. Who only
 * shares the terminal never takes it for his session: that would keep it from those who are to own
 * it.
 */
function sessionCalls(settings: ChildSettings, context: ChildContext): ChildCall[] {
  const { terminal } = context.system;
  const stage = EXEC_STAGE.standardDescriptors;
  if (settings.console === "none") return [call(stage, "setsid")];
  if (!context.consoleHasSession) {
    const takesTerminal = unless("ignore", call(stage, "ioctl", 0, terminal.TIOCSCTTY, 0));
    return [
      call(stage, "setsid"),
      ...consoleCalls(settings, context),
      ...settings.console === "shares" ? [] : [takesTerminal],
    ];
  }
  const ownGroup = call(stage, "setpgid", 0, 0);
  if (settings.console === "shares") return [ownGroup];
  return [
    ownGroup,
    call(stage, "getpid"),
    // From the background this raises SIGTTOU, which is blocked here.
    unless("ignore", call(stage, "ioctl", 0, terminal.TIOCSPGRP, { kind: "result-address" })),
  ];
}

/**
 * Opens the machine's console anew in place of the inherited one, which may be cut off by now.
 * Without it the child runs as without a terminal.
 */
function consoleCalls(settings: ChildSettings, { system, ownConsole }: ChildContext): ChildCall[] {
  if (ownConsole === undefined) return [];
  const { file } = system;
  const stage = EXEC_STAGE.standardDescriptors;
  const flags = file.O_RDWR | file.O_CLOEXEC | file.O_NOCTTY;
  const forced = forcedNumbers(settings);
  const [first, ...others] = [0, 1, 2].filter((number) => !forced.includes(number));
  if (first === undefined) return [];
  return [
    unless("ignore", call(stage, "openat", file.AT_FDCWD, ownConsole, flags, 0)),
    // Of a console that could not be opened the inherited one is left.
    unless("ignore", system.duplicate(stage, { kind: "result" }, first, "stays")),
    ...others.map((number) => system.duplicate(stage, first, number, "stays")),
  ];
}

/**
 * Default action for what the manager ignores, then the mask: nothing blocked, but for what a
 * process that owns the console must not get from the keyboard, and one that shares it from the
 * terminal.
 */
function signalCalls(settings: ChildSettings, context: ChildContext): readonly ChildCall[] {
  const { ignoredSignals, system } = context;
  if (settings.console === "shares") return backgroundSignalCalls(context);
  if (settings.console !== "none") {
    const blocked = consoleMask(system, settings.unmaskInterrupt);
    return [...ignoredSignals.map(system.defaultAction), system.blockOnly(blocked)];
  }
  // All other children get the same calls; a boot makes a thousand of them.
  const known = ordinarySignalCalls.get(ignoredSignals);
  if (known !== undefined) return known;
  const calls = [...ignoredSignals.map(system.defaultAction), system.blockOnly(0n)];
  ordinarySignalCalls.set(ignoredSignals, calls);
  return calls;
}

const ordinarySignalCalls = new WeakMap<readonly number[], readonly ChildCall[]>();

/**
 * Reading the terminal from the background is an error (EIO) then, instead of stopping the process
 * for good. Either would do but for shells: dash unblocks all when it has waited for a program, and
 * bash gives both their default action.
 */
function backgroundSignalCalls({ ignoredSignals, system }: ChildContext): readonly ChildCall[] {
  const ofTerminal = [system.signals.TTIN, system.signals.TTOU];
  const others = ignoredSignals.filter((signal) => !ofTerminal.includes(signal));
  return [
    ...others.map(system.defaultAction),
    ...ofTerminal.map(system.ignoreAction),
    system.blockOnly(maskOf(ofTerminal)),
  ];
}

function consoleMask({ signals }: ChildSystem, unmaskInterrupt: boolean): bigint {
  const blocked = [signals.QUIT, signals.TSTP, signals.TTIN, signals.TTOU];
  const all = unmaskInterrupt ? blocked : [...blocked, signals.INT];
  return maskOf(all);
}

function maskOf(signals: readonly number[]): bigint {
  return signals.reduce((mask, signal) => mask | (1n << BigInt(signal - 1)), 0n);
}
