/**
 * NativeTree: the assignments of a file in upstream's format, later lines replacing or adding to
 * earlier ones, and where each of them stands.
 */
import { directoryPart } from "../contract/files.ts";
import { type LogicalLine, positionInLine } from "./native_lines.ts";
import type { Position } from "../contract/problem.ts";
import { findSetting, type SettingKey } from "../settings/settings.ts";
import type { Assignment, SettingsTree, Spot } from "../text/tree.ts";

/** A place in a logical line, found only when asked for. */
export interface LinePlace {
  readonly line: LogicalLine;
  readonly index: number;
  readonly file: string;
}

/** An assignment and where it and each of its words stands. */
export interface NativeAssignment extends Assignment {
  readonly key: SettingKey;
  readonly keyPlace: LinePlace;
  readonly valuePlace: LinePlace;
  /** Places of the elements of a list; fewer if the elements have none of their own. */
  readonly wordPlaces: readonly LinePlace[];
  /** The value stands in the file as it is, so that indexes into it can be told as columns. */
  readonly isVerbatim: boolean;
}

export class NativeTree implements SettingsTree {
  readonly file: string;
  hasLostLines = false;
  /** Settings of which each line adds. */
  readonly #added: NativeAssignment[] = [];
  /** Settings of which the last line counts, with the lines that append to it. */
  readonly #single = new Map<SettingKey, NativeAssignment[]>();

  constructor(file: string) {
    this.file = file;
  }

  get assignments(): readonly Assignment[] {
    return [...this.#added, ...[...this.#single.values()].map(joined)];
  }

  /** Takes a line; `appends` for `+=`. */
  assign(assignment: NativeAssignment, appends: boolean): void {
    const { key } = assignment;
    if (findSetting(key)?.repeated === "adds") {
      this.#added.push(assignment);
      return;
    }
    // In upstream's format a logfile sets the type of log in passing, unless that has been done.
    const logType = this.#single.get("log-type")?.[0];
    if (key === "logfile" && logType?.value === "none") this.unset("log-type");
    const earlier = appends ? this.#single.get(key) : undefined;
    if (earlier === undefined) this.#single.set(key, [assignment]);
    else earlier.push(assignment);
  }

  /** Takes back what earlier lines set. */
  unset(key: SettingKey): void {
    this.#single.delete(key);
  }

  locate(assignment: Assignment, spot: Spot): Position {
    const { keyPlace, valuePlace, wordPlaces, isVerbatim } = assignment as NativeAssignment;
    if (spot.part === "key" && spot.path.length === 0) return positionOf(keyPlace);
    const [index] = spot.path;
    const word = typeof index === "number" ? wordPlaces[index] : undefined;
    const position = positionOf(word ?? valuePlace);
    if (spot.offset === undefined || !isVerbatim) return position;
    return { ...position, column: position.column + spot.offset };
  }

  textDirectory(assignment: Assignment): string {
    return directoryPart(assignment.file);
  }
}

/** Line and column of a place. */
export function positionOf({ line, index, file }: LinePlace): Position {
  return positionInLine(line, file, index);
}

/** All lines of one setting as one: words one after the other, capabilities with a comma. */
function joined(lines: readonly NativeAssignment[]): NativeAssignment {
  const [first, ...others] = lines;
  if (first === undefined) throw new Error("A setting without a line");
  if (others.length === 0) return first;
  if (lines.some((line) => line.isFaulty === true)) return { ...first, isFaulty: true };
  if (!Array.isArray(first.value)) {
    return {
      ...first,
      value: lines.map((line) => String(line.value)).join(","),
      isVerbatim: false,
    };
  }
  return {
    ...first,
    value: lines.flatMap((line) => line.value),
    wordPlaces: lines.flatMap((line) => line.wordPlaces),
    isVerbatim: lines.every((line) => line.isVerbatim),
  };
}
