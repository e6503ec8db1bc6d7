/**
 * A list of problems with a bound: a broken file can have as many faults as it has characters, and
 * to find the place of each costs time.
 */
import { type Problem, problem } from "./problem.ts";

/** Problems of each severity that are kept of one file. */
const KEPT_OF_FILE = 100;

/** Collects problems; those beyond the bound are not even made. */
export class ProblemList {
  readonly #kept: Problem[] = [];
  readonly #limit: number;
  readonly #counts: Record<Problem["severity"], number> = { error: 0, warning: 0 };

  /** @param limit Problems of each severity that are kept; further ones are counted. */
  constructor(limit = KEPT_OF_FILE) {
    this.#limit = limit;
  }

  /** @param make Makes the problem, if it is to be kept. */
  add(severity: Problem["severity"], make: () => Problem): void {
    this.#counts[severity]++;
    if (this.#counts[severity] <= this.#limit) this.#kept.push(make());
  }

  addAll(problems: readonly Problem[]): void {
    for (const each of problems) this.add(each.severity, () => each);
  }

  /** All that were kept, and how many were not. */
  get all(): readonly Problem[] {
    const errors = this.#counts.error - this.#limit;
    const warnings = this.#counts.warning - this.#limit;
    if (errors <= 0 && warnings <= 0) return this.#kept;
    const left = Math.max(0, errors) + Math.max(0, warnings);
    const severity = errors > 0 ? "error" : "warning";
    return [...this.#kept, problem(undefined, `${left} more faults are not shown`, { severity })];
  }
}
