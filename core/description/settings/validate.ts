/**
 * SettingsTree → typed values, with all faults of a file at once. Each setting is judged for itself
 * here; what several of them mean together is the matter of `assemble.ts`.
 */
import type { DependencyKind } from "../contract/description.ts";
import type { ServiceName } from "../../types.ts";
import { didYouMean } from "../text/near_miss.ts";
import { type Problem, problem, quote } from "../contract/problem.ts";
import { ProblemList } from "../contract/problem_list.ts";
import {
  findSetting,
  NATIVE_NAMES,
  type SettingKey,
  settingKeys,
  type SettingValues,
} from "./settings.ts";
import { synonymHint } from "./setting_synonyms.ts";
import { firstUnset, substituteText, unsetText, type Variables } from "../text/substitution.ts";
import { isTable } from "../text/toml_values.ts";
import type { Assignment, SettingsTree } from "../text/tree.ts";
import type { UserDatabase } from "../contract/users.ts";
import { type FaultOptions, show, type ValueScope } from "../values/value.ts";
import type { Item } from "../values/names.ts";

/** A dependency as written: a service, or a directory of them. */
export interface WrittenDependency {
  readonly kind: DependencyKind;
  readonly target:
    | { readonly kind: "service"; readonly name: ServiceName }
    | { readonly kind: "directory"; readonly path: string };
  readonly assignment: Assignment;
  /** Index in the list of the assignment. */
  readonly index: number;
}

/** An order link as written. */
export interface WrittenOrder {
  readonly kind: "after" | "before";
  readonly name: ServiceName;
  readonly assignment: Assignment;
  /** Index in the list of the assignment. */
  readonly index: number;
}

/** What a file says, as far as it could be understood. */
export interface Reading {
  readonly values: SettingValues;
  readonly dependencies: readonly WrittenDependency[];
  readonly order: readonly WrittenOrder[];
  /** The last assignment of each setting given, faulty ones included. */
  readonly given: ReadonlyMap<SettingKey, Assignment>;
  /**
   * A setting that does not exist was given: a slip that may have been meant for one that is
   * missing.
   */
  readonly hasUnknown: boolean;
  readonly problems: readonly Problem[];
}

/** What values depend on besides their text. */
export interface ValidateContext {
  readonly users: UserDatabase;
  /** Variables for settings that are substituted while reading. */
  readonly variables: Variables;
}

/** Reads every assignment of a tree. */
export function validate(tree: SettingsTree, context: ValidateContext): Reading {
  const validator = new Validator(tree, context);
  for (const assignment of tree.assignments) validator.take(assignment);
  return validator;
}

const DEPENDENCY_KINDS: Readonly<Partial<Record<SettingKey, DependencyKind>>> = {
  "depends-on": "need",
  "depends-ms": "milestone",
  "waits-for": "waits-for",
  "prepared-by": "prepared-by",
};

const DIRECTORY_KINDS: Readonly<Partial<Record<SettingKey, DependencyKind>>> = {
  "depends-on-d": "need",
  "depends-ms-d": "milestone",
  "waits-for-d": "waits-for",
};

class Validator implements Reading, ValueScope {
  readonly values: SettingValues = {};
  readonly dependencies: WrittenDependency[] = [];
  readonly order: WrittenOrder[] = [];
  readonly given = new Map<SettingKey, Assignment>();
  readonly #problems = new ProblemList();
  hasUnknown = false;
  readonly users: UserDatabase;
  readonly #variables: Variables;
  readonly #tree: SettingsTree;
  /** The assignment being read. */
  #current: Assignment = { key: "", written: "", value: undefined, file: "" };

  constructor(tree: SettingsTree, context: ValidateContext) {
    this.#tree = tree;
    this.users = context.users;
    this.#variables = context.variables;
  }

  get problems(): readonly Problem[] {
    return this.#problems.all;
  }

  take(assignment: Assignment): void {
    const setting = findSetting(assignment.key);
    if (setting === undefined || dottedKey(assignment) !== undefined) {
      this.hasUnknown = true;
      this.#problems.add("error", () => unknownSetting(this.#tree, assignment));
      return;
    }
    const key = assignment.key as SettingKey;
    this.#current = assignment;
    this.given.set(key, assignment);
    if (assignment.isFaulty === true) return;
    if (key === "environment" || key === "meta") this.#warnOfStrayed(assignment);
    const value = setting.value.read(assignment.value, this);
    if (value !== undefined) this.#store(key, value);
  }

  fail(why: string, options: FaultOptions = {}): undefined {
    this.#report("error", why, options);
    return undefined;
  }

  warn(why: string, options: FaultOptions = {}): void {
    this.#report("warning", why, options);
  }

  substitute(text: string, part?: string | number): string | undefined {
    const result = substituteText(text, this.#variables);
    const where = part === undefined ? {} : { part };
    if (result.kind === "text") {
      const unset = firstUnset(result.uses);
      if (unset !== undefined) {
        const hint = `Write \${${unset.name}:-} if it may be missing`;
        this.warn(unsetText(unset), { ...where, offset: unset.offset, hint });
      }
      return result.text;
    }
    return this.fail(result.why, { ...where, offset: result.offset });
  }

  /**
   * In TOML everything below a table's header belongs to the table, settings that follow included.
   */
  #warnOfStrayed(assignment: Assignment): void {
    if (!isTable(assignment.value)) return;
    for (const name of Object.keys(assignment.value)) {
      if (findSetting(name) === undefined) continue;
      this.#problems.add("warning", () => strayedSetting(this.#tree, assignment, name));
    }
  }

  #store(key: SettingKey, value: unknown): void {
    const dependency = DEPENDENCY_KINDS[key];
    const directory = DIRECTORY_KINDS[key];
    const assignment = this.#current;
    if (dependency !== undefined) {
      for (const { index, value: name } of value as readonly Item<ServiceName>[]) {
        const target = { kind: "service", name } as const;
        this.dependencies.push({ kind: dependency, target, assignment, index });
      }
    } else if (directory !== undefined) {
      for (const { index, value: path } of value as readonly Item<string>[]) {
        const target = { kind: "directory", path } as const;
        this.dependencies.push({ kind: directory, target, assignment, index });
      }
    } else if (key === "after" || key === "before") {
      for (const { index, value: name } of value as readonly Item<ServiceName>[]) {
        this.order.push({ kind: key, name, assignment, index });
      }
    } else {
      this.#keep(key, value);
    }
  }

  /**
   * Each reader's type is fixed by its row of the table, which the compiler cannot follow through a
   * map.
   */
  #keep(key: SettingKey, value: unknown): void {
    const values = this.values as Record<string, unknown>;
    const earlier = values[key];
    const adds = Array.isArray(earlier) && findSetting(key)?.repeated === "adds";
    values[key] = adds ? [...earlier, ...value as unknown[]] : value;
  }

  #report(severity: "error" | "warning", why: string, options: FaultOptions): void {
    const assignment = this.#current;
    this.#problems.add(severity, () => {
      const { written, value } = assignment;
      const { part, inner } = options;
      const position = this.#tree.locate(assignment, {
        part: options.isKey === true ? "key" : "value",
        path: [part, inner].filter((step) => step !== undefined),
        offset: options.offset,
      });
      const verb = severity === "error" ? "Cannot read" : "Doubtful";
      const what = part === undefined
        ? `${written} = ${show(value)}`
        : `${describePart(value, part, inner)} in ${written}`;
      return problem(position, `${verb} ${what}: ${why}`, { severity, hint: options.hint });
    });
  }
}

function describePart(value: unknown, part: string | number, inner?: string | number): string {
  const item = (value as Readonly<Record<string | number, unknown>>)[part];
  if (inner !== undefined) return describePart(item, inner);
  return typeof part === "number" ? show(item) : `${part} = ${show(item)}`;
}

function strayedSetting(tree: SettingsTree, assignment: Assignment, name: string): Problem {
  const { written } = assignment;
  const position = tree.locate(assignment, { part: "key", path: [name] });
  const message = `${name} is taken as part of the table [${written}], not as a setting`;
  const hint = `If it is meant as a setting, move it above the line [${written}]`;
  return problem(position, message, { severity: "warning", hint });
}

function unknownSetting(tree: SettingsTree, assignment: Assignment): Problem {
  const { key } = assignment;
  const position = tree.locate(assignment, { part: "key", path: [] });
  const dotted = dottedKey(assignment);
  if (dotted !== undefined) {
    const message = `Unknown setting "${key}.d": in TOML a period in a key makes a table`;
    return problem(position, message, { hint: `It is called ${dotted} here` });
  }
  const renamed = NATIVE_NAMES.get(key);
  const hint = renamed === undefined
    ? synonymHint(key, (name) => findSetting(name) !== undefined) ??
      didYouMean(key, settingKeys()) ?? tableHint(assignment.value)
    : `It is called ${renamed} here`;
  return problem(position, `Unknown setting ${quote(key)}`, { hint });
}

function tableHint(value: unknown): string | undefined {
  if (!isTable(value)) return undefined;
  return "Settings stand at the top, outside of tables; the tables are [environment], [cgroup] and [meta]";
}

/** `waits-for-d` for `waits-for.d = …`, which TOML reads as a table `waits-for` with a key `d`. */
function dottedKey(assignment: Assignment): SettingKey | undefined {
  if (!isTable(assignment.value) || !("d" in assignment.value)) return undefined;
  return NATIVE_NAMES.get(`${assignment.key}.d`);
}
