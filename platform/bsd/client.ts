/**
 * What a client of the daemon needs, on FreeBSD and macOS: the manager's platform, opened at the
 * first use.
 */
import type { ExitStatus, Fd } from "../../core/types.ts";
import type { Client } from "../interface/client.ts";
import type { ExecFailed } from "../interface/child_settings.ts";
import type { Failure } from "../interface/failure.ts";
import type { Platform } from "../interface/platform.ts";
import { programSettings } from "../child/program_settings.ts";

/** Source: signal(3); the same on all systems. */
const INTERRUPT = 2;
const QUIT = 3;
/** A look at whether the program has ended, should its signal have been missed. */
const LONGEST_WAIT_MS = 1000;

/** @param open Opens the platform; called once. */
export function bsdClient(
  signals: Client["signals"] & { readonly CHLD: number },
  open: () => Platform,
): Client {
  let opened: Platform | undefined;
  const platform = () => opened ??= open();

  /** A full queue is an error at once there, ECONNREFUSED: unix(4). */
  function connectUnix(path: string): Fd | Failure {
    const { connectUnix, setBlocking } = platform();
    const fd = connectUnix(path);
    if (typeof fd !== "number") return fd;
    return setBlocking(fd, true) ?? fd;
  }

  function runProgram(
    command: readonly string[],
    environment: readonly string[],
  ): ExitStatus | Failure {
    const { poller, launch, reap, close, errnoText } = platform();
    const problem = poller.watchSignals([signals.CHLD]);
    if (problem !== undefined) return problem;
    const notExecuted = ({ errno }: ExecFailed): Failure => {
      const { name, text } = errnoText(errno);
      return { kind: "failure", call: "execve", errno, message: `${text} (${name})` };
    };
    const child = launch(programSettings(command, environment));
    if (child.kind === "failure") return child;
    if (child.kind === "exec-failed") return notExecuted(child);
    for (;;) {
      const ended = reap();
      if (ended === undefined) {
        poller.wait(LONGEST_WAIT_MS, { descriptor: () => {}, signal: () => {} });
      } else if (ended.pid === child.pid) {
        const outcome = child.outcome(true);
        if (child.report !== undefined) close(child.report);
        return outcome.kind === "exec-failed" ? notExecuted(outcome) : ended.status;
      }
    }
  }

  return {
    signals,
    systemErrorText: (errno) => platform().errnoText(errno),
    connectUnix,
    createPoller: () => platform().poller,
    runProgram,
    // What is watched there is ignored: see `posix/processes/signal_mask.ts`.
    ignoreKeys: () => void platform().poller.watchSignals([INTERRUPT, QUIT]),
    sendSignal: (pid, signal, target) => platform().signal(pid, signal, target),
    exists: (path) => platform().exists(path),
    readDirectory: (path) => platform().readDirectory(path),
    readFile: (path, limitBytes) => platform().readFile(path, limitBytes),
    dieOfSignal: (signal) => platform().dieOfSignal(signal),
    processId: () => platform().processId(),
    userId: () => platform().userId(),
    unblockSignals: () => platform().unblockSignals(),
    close: (fd) => platform().close(fd),
    peerCredentials: (fd) => platform().peerCredentials(fd),
    read: (fd, target) => platform().read(fd, target),
    setBlocking: (fd, blocking) => platform().setBlocking(fd, blocking),
    write: (fd, bytes) => platform().write(fd, bytes),
  };
}
