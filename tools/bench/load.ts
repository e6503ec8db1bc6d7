/** A load: one thing that managers do, made and measured. Each is a module of `loads/`. */
import type { PageName } from "./reports/page.ts";
import type { Subject, SubjectKind } from "./subjects/subject.ts";
import type { Workspace } from "./workspace.ts";

/** A number that a load gives. */
export interface Figure {
  /** Unique over all loads; in the JSON and on the command line. */
  readonly id: string;
  readonly title: string;
  readonly unit: "ms" | "µs" | "s" | "/s" | "kB" | "B" | "k" | "M" | "";
  readonly better: "less" | "more";
}

export interface LoadContext {
  readonly subject: Subject;
  /** Disposed of by the caller. */
  readonly workspace: Workspace;
  /** Path of the compiled `fork_exec.c`. */
  readonly cProgram: string;
  /** The same, linked statically. */
  readonly staticProgram: string;
  /** For programs that the benchmark makes; there as long as it runs. */
  readonly programFolder: string;
}

/** Values by the figures' ids. */
export type Sample = Readonly<Record<string, number>>;

export interface Load {
  readonly name: string;
  readonly figures: readonly Figure[];
  readonly kinds: readonly SubjectKind[];
  /** More rounds tell nothing new, or take too long. */
  readonly mostRounds?: number;
  /** Only when it is asked for by name or by its option. */
  readonly isOptional?: boolean;
  /** Its figures are in a table and a picture of their own. */
  readonly page?: PageName;
  /** Too long for `--quick`. */
  readonly isLong?: boolean;
  /** @throws {Error} A deadline passed, or the subject did not do what was asked. */
  measure(context: LoadContext): Promise<Sample>;
}

/** Time for anything that takes seconds at most. */
export const LIMIT_MS = 60_000;

/** A program that stays until it is told to end. */
export const STAY: readonly string[] = ["/bin/sleep", "100000"];
