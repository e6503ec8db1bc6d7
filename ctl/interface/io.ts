/**
 * Everything a client program needs of the outside, as an interface: tests give their own.
 *
 * All calls are synchronous. The real one is in `ctl/system/real_io.ts`.
 */
import type { DescriptionFiles } from "../../core/description/mod.ts";
import type { System } from "../../core/types.ts";
import type { ConnectFailure, Connection } from "./connection.ts";
import type { Screen } from "./screen.ts";

/** How a program run for `dinit-monitor` ended. */
export type RunOutcome =
  | { readonly kind: "exited"; readonly code: number }
  | { readonly kind: "signalled"; readonly signal: number }
  /** It could not be started; the text says why. */
  | { readonly kind: "not-run"; readonly why: string };

/** A file that was read before. */
export interface SeenFile {
  readonly identity: string;
  readonly from: number;
}

export interface FileEnd {
  /** Equal for one file, whatever it is called. */
  readonly identity: string;
  readonly sizeBytes: number;
  readonly bytes: Uint8Array;
}

/** Files: what reading descriptions needs, and what `enable` and `disable` change. */
export interface ClientFiles extends DescriptionFiles {
  /** Makes a symbolic link. @returns undefined when done, else why not. */
  makeSymlink(target: string, path: string): string | undefined;
  /** Makes a file with a text, where there is none. @returns undefined when done, else why not. */
  makeFile(path: string, text: string): string | undefined;
  /**
   * Writes a file whole: whoever reads it sees the old text or the new one. Mode and owner are
   * those of the file that was there, or 0644. A link in its place is replaced. @returns undefined
   * when done, else why not.
   */
  replaceFile(path: string, text: string): string | undefined;
  /**
   * The end of a file that may be of any size.
   *
   * @param mostBytes What is before that is left out.
   * @param seen If it is this file, what comes after so many bytes is wanted only; one that has
   * become shorter is read from its beginning.
   * @returns undefined when it cannot be read.
   */
  readEnd(path: string, mostBytes: number, seen?: SeenFile): FileEnd | undefined;
  /** The path with all links resolved; undefined: there is none. */
  realPath(path: string): string | undefined;
  /** A file in a folder that only the user can read. @returns Its path, or why there is none. */
  makeScratchFile(
    name: string,
    text: string,
  ): { readonly kind: "file"; readonly path: string } | string;
  /** Removes a file or link. @returns undefined when done, else why not. */
  remove(path: string): string | undefined;
  /** Makes a folder, with those above it. @returns undefined when it is there, else why not. */
  makeFolder(path: string): string | undefined;
  /** Removes a folder if it is empty. @returns undefined when done, else why not. */
  removeFolder(path: string): string | undefined;
}

export interface ClientIo {
  /** Name that the program was called by: `dinitctl`, `dinit ctl`, `reboot`. */
  readonly programName: string;
  readonly os: System;
  /** Lines for standard output. When nobody reads it any more this does nothing. */
  out(text: string): void;
  outBytes(bytes: Uint8Array): void;
  err(text: string): void;
  /** The reader of standard output has gone: commands that go on for ever end then. */
  isOutClosed(): boolean;
  /** Why something for standard output was lost (a full disk, say); undefined when nothing was. */
  outFault(): string | undefined;
  readonly isOutTerminal: boolean;
  /** Colours are wanted on standard output: a terminal, and NO_COLOR is not set. */
  readonly hasColour: boolean;
  /**
   * Takes over the terminal that standard output is, to draw on it; undefined when it is none.
   * While it is open, waiting for a connection also ends by what happens at the terminal.
   */
  openScreen(): Screen | undefined;
  env(name: string): string | undefined;
  userId(): number;
  homeFromDatabase(): string | undefined;
  /** Milliseconds of a clock that only goes forward. */
  monotonicMs(): number;
  /** Milliseconds since 1970; may jump. */
  wallClockMs(): number;
  sleep(milliseconds: number): void;
  /** Local time of day: `14:03:22`. */
  timeOfDay(): string;
  /** The system's text for an errno: `No such file or directory`. */
  errorText(errno: number): string;
  /** Connects to a Unix stream socket. */
  connect(path: string): Connection | ConnectFailure;
  /** Takes over an open descriptor, and makes it blocking. */
  adopt(descriptor: number): Connection | ConnectFailure;
  /** A line that the user types at the terminal; undefined: there is none, or no line more. */
  readLine(): string | undefined;
  /**
   * What Ctrl-C prints from now on, before it ends the program with status 130; undefined: nothing.
   * Where the signal is ignored it stays so.
   */
  atInterrupt(text: string | undefined): void;
  /**
   * Runs a program with our own standard descriptors and waits until it has ended.
   *
   * @param keys `its`: from now on keys of the terminal (Ctrl-C) are the program's matter alone.
   */
  run(command: readonly string[], keys?: "its"): RunOutcome;
  /** CRC-32 of bytes, going on from that of those before: for files of a log store. */
  checksum(bytes: Uint8Array, before: number): number;
  readonly files: ClientFiles;
}
