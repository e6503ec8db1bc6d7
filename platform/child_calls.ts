/**
 * What a child does between vfork and execve, as a list of symbolic system calls.
 *
 * A pure function of the settings: nothing is opened, nothing is started, so that tests read the list.
 * `platform/linux/call_list.ts` turns it into memory for the stub (`platform/linux/stub.ts`).
 *
 * The order is that of upstream, because it decides which failure is seen and with whose rights a step
 * is done: descriptors, directory, standard streams, session, priority, cgroup, limits, user,
 * capabilities, signals, program. Only the limits come later than there, behind all that opens files. The log
 * file is opened after the change of directory and before that of the user. The umask stays as it is.
 */
import { EXEC_STAGE, type ExecStage, type Fd } from "../core/types.ts";
import { attributeCalls } from "./child_attributes.ts";
import { call, type ChildCall, type ChildContext, unless } from "./child_call.ts";
import { arrangeDescriptors, type StreamTargets } from "./child_descriptors.ts";
import { execCalls } from "./child_exec.ts";
import { FILE, SIGNAL_CALLS, SIGNALS, TERMINAL } from "./linux/abi.ts";
import type { ChildSettings, StandardStream } from "./interface.ts";

/** All that the encoder needs. */
export type ChildPlan =
  | {
    readonly kind: "plan";
    readonly calls: readonly ChildCall[];
    readonly argv: readonly string[];
    /** The very array of the settings when nothing had to be added: the encoder remembers it. */
    readonly environment: readonly string[];
  }
  /** The settings contradict themselves; no child is made. */
  | { readonly kind: "impossible"; readonly stage: ExecStage; readonly errno: number };

/** Makes the list of a child's calls. */
export function childCalls(settings: ChildSettings, context: ChildContext): ChildPlan {
  const { standardInput, standardOutput } = settings;
  const descriptors = arrangeDescriptors(
    settings,
    opened(standardInput, context.nullDevice),
    opened(standardOutput, context.nullDevice),
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
      ...streamCalls(descriptors.streams),
      ...sessionCalls(settings, context),
      ...attributeCalls(settings, context),
      ...signalCalls(settings, context),
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

function streamCalls(targets: StreamTargets): ChildCall[] {
  const input = targets.input === undefined ? [] : connectStream(targets.input, 0);
  const [first, second] = targets.outputNumbers;
  if (first === undefined || targets.output.kind === "inherit") return input;
  const output = connectStream(targets.output, first);
  if (second === undefined) return [...input, ...output];
  const again = call(EXEC_STAGE.standardDescriptors, "dup3", first, second, 0);
  return [...input, ...output, again];
}

function connectStream(stream: StandardStream, number: number): ChildCall[] {
  const stage = EXEC_STAGE.standardDescriptors;
  switch (stream.kind) {
    case "inherit":
      return [];
    case "descriptor":
      // dup3 refuses equal numbers; then only the flag is in the way.
      return stream.fd === number
        ? [call(stage, "fcntl", stream.fd, FILE.F_SETFD, 0)]
        : [call(stage, "dup3", stream.fd, number, 0)];
    case "null":
      return [
        call(stage, "openat", FILE.AT_FDCWD, "/dev/null", FILE.O_RDWR | FILE.O_CLOEXEC, 0),
        call(stage, "dup3", { kind: "result" }, number, 0),
      ];
    case "file":
      return fileCalls(stream, number);
  }
}

/**
 * Opens a log file. Non-blocking at first: the manager stands still while the child opens, and a FIFO
 * that nobody reads would hold it for ever (it fails with ENXIO instead).
 */
function fileCalls(
  file: Extract<StandardStream, { kind: "file" }>,
  number: number,
): ChildCall[] {
  const flags = FILE.O_WRONLY | FILE.O_CREAT | FILE.O_APPEND | FILE.O_NOCTTY | FILE.O_NONBLOCK |
    FILE.O_CLOEXEC;
  const stage = EXEC_STAGE.standardDescriptors;
  const calls = [
    call(EXEC_STAGE.logFile, "openat", FILE.AT_FDCWD, file.path, flags, 0o600),
    call(stage, "dup3", { kind: "result" }, number, 0),
    call(stage, "fcntl", number, FILE.F_SETFL, FILE.O_APPEND),
  ];
  // A device belongs to the system: a log to /dev/null must not make it unusable for everybody else.
  if (file.path.startsWith("/dev/")) return calls;
  if (file.uid !== undefined || file.gid !== undefined) {
    calls.push(call(stage, "fchown", number, file.uid ?? -1, file.gid ?? -1));
  }
  calls.push(call(stage, "fchmod", number, file.mode));
  return calls;
}

/**
 * Session and terminal. Making a session fails only for a group leader, which a fresh child never is;
 * the terminal may be gone or no terminal at all, which is no reason not to run.
 */
function sessionCalls(settings: ChildSettings, context: ChildContext): ChildCall[] {
  const stage = EXEC_STAGE.standardDescriptors;
  if (settings.console === "none") return [call(stage, "setsid")];
  if (!context.consoleHasSession) {
    return [
      call(stage, "setsid"),
      unless("ignore", call(stage, "ioctl", 0, TERMINAL.TIOCSCTTY, 0)),
    ];
  }
  const ownGroup = call(stage, "setpgid", 0, 0);
  if (settings.console === "shares") return [ownGroup];
  return [
    ownGroup,
    call(stage, "getpid"),
    // From the background this raises SIGTTOU, which is blocked here.
    unless("ignore", call(stage, "ioctl", 0, TERMINAL.TIOCSPGRP, { kind: "result-address" })),
  ];
}

/**
 * Default action for what the manager ignores, then the mask: nothing blocked, but for what a process
 * that owns the console must not get from the keyboard.
 */
function signalCalls(settings: ChildSettings, context: ChildContext): readonly ChildCall[] {
  const { ignoredSignals } = context;
  if (settings.console === "foreground") {
    return [...resetCalls(ignoredSignals), maskCall(consoleMask(settings.unmaskInterrupt))];
  }
  // All other children get the same calls; a boot makes a thousand of them.
  const known = ordinarySignalCalls.get(ignoredSignals);
  if (known !== undefined) return known;
  const calls = [...resetCalls(ignoredSignals), maskCall(0n)];
  ordinarySignalCalls.set(ignoredSignals, calls);
  return calls;
}

const ordinarySignalCalls = new WeakMap<readonly number[], readonly ChildCall[]>();

function resetCalls(ignoredSignals: readonly number[]): ChildCall[] {
  const defaultAction = { kind: "words64", words: [0, 0, 0, 0] } as const;
  return ignoredSignals.map((signal) =>
    call(EXEC_STAGE.execute, "rt_sigaction", signal, defaultAction, 0, SIGNAL_CALLS.SET_BYTES)
  );
}

function maskCall(blocked: bigint): ChildCall {
  const { SIG_SETMASK, SET_BYTES } = SIGNAL_CALLS;
  const set = { kind: "words64", words: [blocked] } as const;
  return call(EXEC_STAGE.execute, "rt_sigprocmask", SIG_SETMASK, set, 0, SET_BYTES);
}

function consoleMask(unmaskInterrupt: boolean): bigint {
  const signals = [SIGNALS.QUIT, SIGNALS.TSTP, SIGNALS.TTIN, SIGNALS.TTOU];
  const all = unmaskInterrupt ? signals : [...signals, SIGNALS.INT];
  return all.reduce((mask, signal) => mask | (1n << BigInt(signal - 1)), 0n);
}
