/** What a conversion gives: files to be written, and what became of every line. */
import type { Problem } from "../description/mod.ts";
import type { Weight } from "./rows.ts";

/** A description to be written. */
export interface ConvertedFile {
  /** Name of the service, without `.toml`. */
  readonly service: string;
  /** Path of what it was made of. */
  readonly source: string;
  readonly text: string;
}

/** What became of one directive. */
export interface LineFate {
  readonly file: string;
  readonly line: number;
  /** As it is written: `Restart=always`, cut when it is long. */
  readonly directive: string;
  readonly fate: "mapped" | "irrelevant" | "lost";
  /** Of a lost one. */
  readonly weight: Weight | undefined;
  /** What is lost, or why it does not matter. */
  readonly why: string | undefined;
}

/** A file that became no description although it could be read. */
export interface SkippedFile {
  readonly file: string;
  /** A sentence without its end. */
  readonly why: string;
  /** Something is lost by it. */
  readonly isLoss: boolean;
}

export interface Conversion {
  readonly files: readonly ConvertedFile[];
  readonly lines: readonly LineFate[];
  readonly skipped: readonly SkippedFile[];
  /** An error is a file that could not be read as what it claims to be. */
  readonly problems: readonly Problem[];
}

/** Several conversions as one. */
export function joined(parts: readonly Conversion[]): Conversion {
  return {
    files: parts.flatMap(({ files }) => files),
    lines: parts.flatMap(({ lines }) => lines),
    skipped: parts.flatMap(({ skipped }) => skipped),
    problems: parts.flatMap(({ problems }) => problems),
  };
}

/** A file that became nothing. */
export function skipped(file: string, why: string, isLoss: boolean): Conversion {
  return { files: [], lines: [], skipped: [{ file, why, isLoss }], problems: [] };
}

/** Files that could not be read. */
export function unreadable(...problems: readonly Problem[]): Conversion {
  return { files: [], lines: [], skipped: [], problems };
}
