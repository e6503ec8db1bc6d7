/**
 * Drop-ins put over a description: one tree of settings, in which each fault is told where it is
 * written.
 *
 * A table of a drop-in joins the description's, key by key; any other value takes the place of the
 * one before, lists too. What stands under `[append]` is added to the end of lists:
 *
 * ```toml
 * restart = "on-failure"
 * [environment]
 * LANG = "C"
 * [append]
 * waits-for = ["db"]
 * ```
 */
import type { DropIn } from "../contract/drop_in.ts";
import { decodeText } from "../contract/files.ts";
import { type Position, type Problem, problem } from "../contract/problem.ts";
import { parseToml } from "../formats/toml.ts";
import { findSetting } from "../settings/settings.ts";
import { type KeyPath, locate } from "../text/locate.ts";
import { isTable, type TomlTable } from "../text/toml_values.ts";
import type { Assignment, SettingsTree, Spot } from "../text/tree.ts";

/** The table of a drop-in whose lists are added. */
const APPEND = "append";

/** Settings whose lists name paths that are relative to their file: they are never one list. */
const DIRECTORIES: readonly string[] = ["depends-on-d", "depends-ms-d", "waits-for-d"];

/** Where something is written. */
type Place = (spot: Spot) => Position;

/** What the settings come to, and faults of the drop-ins themselves. */
export interface MergedTree {
  readonly tree: SettingsTree;
  readonly problems: readonly Problem[];
}

export function mergeDropIns(tree: SettingsTree, dropIns: readonly DropIn[]): MergedTree {
  if (dropIns.length === 0) return { tree, problems: [] };
  const merge = new Merge(tree);
  for (const dropIn of dropIns) merge.add(dropIn);
  return { tree: merge, problems: merge.problems };
}

class Merge implements SettingsTree {
  readonly file: string;
  readonly problems: Problem[] = [];
  hasLostLines: boolean;
  readonly #main: SettingsTree;
  #assignments: readonly Assignment[];
  /** Of those that are not the description's own. */
  readonly #places = new Map<Assignment, Place>();
  readonly #directories = new Map<Assignment, string>();

  constructor(main: SettingsTree) {
    this.#main = main;
    this.file = main.file;
    this.hasLostLines = main.hasLostLines;
    this.#assignments = main.assignments;
  }

  get assignments(): readonly Assignment[] {
    return this.#assignments;
  }

  locate(assignment: Assignment, spot: Spot): Position {
    return this.#placeOf(assignment)(spot);
  }

  textDirectory(assignment: Assignment): string {
    return this.#directories.get(assignment) ?? this.#main.textDirectory(assignment);
  }

  add({ file, directory, bytes }: DropIn): void {
    const decoded = decodeText(bytes, file);
    if (decoded.kind === "fault") return void this.#lose([decoded.problem]);
    let { text } = decoded;
    const parsed = parseToml(text, file);
    let table: TomlTable;
    if (parsed.kind === "table") ({ table } = parsed);
    else {
      this.#lose(parsed.problems);
      if (parsed.rest === undefined) return;
      ({ table, text } = parsed.rest);
    }
    const placeAt = (path: KeyPath): Place => ({ part, path: inner, offset }) =>
      locate(text, file, [...path, ...inner], { part, ...offset !== undefined && { offset } });
    for (const key in table) {
      const value = table[key];
      const place = placeAt([key]);
      if (key === APPEND) this.#appendAll(value, place, { file, directory, placeAt });
      else this.#put({ key, written: key, value, file }, place, directory);
    }
  }

  #lose(problems: readonly Problem[]): void {
    this.problems.push(...problems);
    this.hasLostLines = true;
  }

  /** A setting that is given by a drop-in. */
  #put(given: Assignment, place: Place, directory: string): void {
    const before = this.#of(given.key);
    const [only, ...others] = before;
    const joins = only !== undefined && others.length === 0 && isTable(only.value) &&
      isTable(given.value);
    const [assignment, where] = joins ? this.#joined(only, given, place) : [given, place] as const;
    this.#replace(before, assignment, where, directory);
  }

  #joined(before: Assignment, given: Assignment, place: Place): readonly [Assignment, Place] {
    const own = given.value as TomlTable;
    const value = Object.assign(Object.create(null), before.value, own) as TomlTable;
    const former = this.#placeOf(before);
    const where: Place = (spot) => {
      const [key] = spot.path;
      return typeof key === "string" && key in own || spot.path.length === 0
        ? place(spot)
        : former(spot);
    };
    return [{ ...given, value }, where];
  }

  #appendAll(
    value: unknown,
    place: Place,
    { file, directory, placeAt }: {
      readonly file: string;
      readonly directory: string;
      readonly placeAt: (path: KeyPath) => Place;
    },
  ): void {
    if (!isTable(value)) {
      const message = `Cannot read ${APPEND}: it is a table with lists, as in [${APPEND}]`;
      this.problems.push(problem(place({ part: "key", path: [] }), message));
      return;
    }
    for (const key in value) {
      const given = { key, written: key, value: value[key], file };
      this.#append(given, placeAt([APPEND, key]), directory);
    }
  }

  #append(given: Assignment, place: Place, directory: string): void {
    const before = this.#of(given.key);
    const fail = (why: string, hint: string) => {
      const position = place({ part: "key", path: [] });
      this.problems.push(problem(position, `Cannot append to ${given.key}: ${why}`, { hint }));
    };
    // Of one that does not exist the reader of settings tells.
    const setting = findSetting(given.key);
    if (setting !== undefined && !Array.isArray(given.value)) {
      return fail("what is appended is no list", `Settings stand above the line [${APPEND}]`);
    }
    const [only, ...others] = before;
    if (only === undefined || setting === undefined) {
      return this.#replace([], given, place, directory);
    }
    const isOneList = others.length === 0 && Array.isArray(only.value);
    if (isOneList && !DIRECTORIES.includes(given.key)) {
      const [assignment, where] = this.#lengthened(only, given, place);
      return this.#replace(before, assignment, where, directory);
    }
    if (setting.repeated === "adds") return this.#replace([], given, place, directory);
    fail(`${only.file} gives no list`, "Write the whole value above the line [append]");
  }

  #lengthened(before: Assignment, given: Assignment, place: Place): readonly [Assignment, Place] {
    const former = before.value as readonly unknown[];
    const where = this.#placeOf(before);
    return [
      { ...given, value: [...former, ...given.value as readonly unknown[]] },
      (spot) => {
        const [index, ...inner] = spot.path;
        if (typeof index !== "number") return place(spot);
        return index < former.length
          ? where(spot)
          : place({ ...spot, path: [index - former.length, ...inner] });
      },
    ];
  }

  #of(key: string): readonly Assignment[] {
    return this.#assignments.filter((assignment) => assignment.key === key);
  }

  #placeOf(assignment: Assignment): Place {
    return this.#places.get(assignment) ?? ((spot) => this.#main.locate(assignment, spot));
  }

  #replace(
    before: readonly Assignment[],
    assignment: Assignment,
    place: Place,
    directory: string,
  ): void {
    this.#assignments = [
      ...this.#assignments.filter((each) => !before.includes(each)),
      assignment,
    ];
    this.#places.set(assignment, place);
    this.#directories.set(assignment, directory);
  }
}
