/** Reports faults of settings that were read, at the places where they are written. */
import { type Position, type Problem, problem, type ProblemOptions } from "../contract/problem.ts";
import type { SettingKey } from "./settings.ts";
import type { SettingsTree } from "../text/tree.ts";
import type { Reading } from "./validate.ts";

export class SettingReporter {
  readonly problems: Problem[] = [];
  readonly #reading: Reading;
  readonly #tree: SettingsTree;

  constructor(reading: Reading, tree: SettingsTree) {
    this.#reading = reading;
    this.#tree = tree;
  }

  /** A fault in the value of a setting. */
  fail(key: SettingKey, message: string, options: ProblemOptions = {}): void {
    this.report(this.position(key), message, options);
  }

  report(
    where: Position | { readonly file: string },
    message: string,
    options: ProblemOptions = {},
  ): void {
    this.problems.push(problem(where, message, options));
  }

  /** Where a setting's value stands; the file as a whole when it is not given. */
  position(
    key: SettingKey,
    path: readonly (string | number)[] = [],
    offset?: number,
  ): Position | { readonly file: string } {
    const assignment = this.#reading.given.get(key);
    if (assignment === undefined) return { file: this.#tree.file };
    return this.#tree.locate(assignment, { part: "value", path, offset });
  }
}
