/**
 * SettingsTree: what a file says, before anything of it is judged. Both formats give one: our keys,
 * values as TOML has them, and how to find the place of each.
 */
import { directoryPart } from "../contract/files.ts";
import { type KeyPath, locate } from "./locate.ts";
import type { Position } from "../contract/problem.ts";
import type { TomlTable } from "./toml_values.ts";

/** One setting as it stands in a file. Upstream's format may give the same key several times. */
export interface Assignment {
  readonly key: string;
  /** The key as the file has it: `waits-for.d` for our `waits-for-d`. */
  readonly written: string;
  readonly value: unknown;
  /** The path under which its file was opened. */
  readonly file: string;
  /** The value was reported as a fault already and means nothing. */
  readonly isFaulty?: true;
}

/** What of an assignment is meant: its key, or its value or a part of that. */
export interface Spot {
  readonly part: "key" | "value";
  /** Element of a list or key of a table. */
  readonly path: KeyPath;
  /** Index into a text. */
  readonly offset?: number | undefined;
}

export interface SettingsTree {
  readonly file: string;
  readonly assignments: readonly Assignment[];
  /** Lines were lost to faults, so that a setting that is missing may have been meant. */
  readonly hasLostLines: boolean;
  locate(assignment: Assignment, spot: Spot): Position;
  /** Directory part of the path of the assignment's file. */
  textDirectory(assignment: Assignment): string;
}

/**
 * The tree of a TOML document.
 *
 * @param hasLostLines Whether the table is only what was left after faults of syntax.
 */
export function tomlTree(
  table: TomlTable,
  text: string,
  file: string,
  hasLostLines = false,
): SettingsTree {
  const assignments: Assignment[] = [];
  for (const key in table) assignments.push({ key, written: key, value: table[key], file });
  return {
    file,
    assignments,
    hasLostLines,
    locate(assignment, spot) {
      const options = spot.offset === undefined
        ? { part: spot.part }
        : { part: spot.part, offset: spot.offset };
      return locate(text, file, [assignment.key, ...spot.path], options);
    },
    textDirectory: () => directoryPart(file),
  };
}
