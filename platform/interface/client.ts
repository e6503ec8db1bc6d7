/**
 * What a client of the daemon needs of the system: less than a manager, and some of it in another
 * form.
 */
import type { ExitStatus, Fd } from "../../core/types.ts";
import type { ErrnoText, Failure } from "./failure.ts";
import type { Platform, Poller } from "./platform.ts";

/** Signals that a client at a terminal deals with; all systems have them. */
export type ClientSignal =
  | "HUP"
  | "INT"
  | "QUIT"
  | "KILL"
  | "TERM"
  | "TSTP"
  | "STOP"
  | "CONT"
  | "WINCH";

export interface Client extends
  Pick<
    Platform,
    | "exists"
    | "readDirectory"
    | "readFile"
    | "dieOfSignal"
    | "processId"
    | "userId"
    | "unblockSignals"
    | "close"
    | "setBlocking"
    | "peerCredentials"
  > {
  /** Name without SIG → number. */
  readonly signals: Readonly<Record<ClientSignal, number>>;
  read(fd: Fd, target: Uint8Array<ArrayBuffer>): number | "again" | Failure;
  write(fd: Fd, bytes: Uint8Array<ArrayBuffer>): number | "again" | Failure;
  readonly sendSignal: Platform["signal"];
  createPoller(): Poller;
  /** Name and words of an error number of this system. */
  systemErrorText(errno: number): ErrnoText;
  /**
   * Connects to a Unix stream socket; where the system can, waiting while the listener's queue is
   * full, but no longer than `limitMs`, whole seconds. The descriptor is close-on-exec and blocks.
   */
  connectUnix(path: string, limitMs: number): Fd | Failure;
  /**
   * Runs a program with our own standard descriptors and waits until it has ended. A bare name is
   * searched in PATH.
   *
   * @param environment `NAME=VALUE` each.
   * @returns How it ended; a Failure when it could not be started.
   */
  runProgram(command: readonly string[], environment: readonly string[]): ExitStatus | Failure;
  /** From now on keys of the terminal (INT, QUIT) end nothing: a program has it that we run. */
  ignoreKeys(): void;
}
