/**
 * The manager's own environment: what it inherited, changed by its environment file, then by
 * clients.
 *
 * It is taken anew at every launch. What was derived from it is still right as long as `generation`
 * is the same.
 */
import type { EnvironmentChanges } from "../../core/description/mod.ts";
import { FACT_KIND, Facts, putTagged } from "../kept/facts.ts";

export class ManagerEnvironment {
  /** All variables, as one. */
  readonly facts: Facts<ReadonlyMap<string, string>>;
  readonly #variables: Map<string, string>;
  #generation = 0;

  /** @param inherited In the order in which it is to be listed. */
  constructor(inherited: Iterable<readonly [string, string]>) {
    this.#variables = new Map(inherited);
    const all = new Map<number, ReadonlyMap<string, string>>([[0, this.#variables]]);
    this.facts = new Facts(FACT_KIND.environment, all, putTagged);
  }

  /** Grows with every change. */
  get generation(): number {
    return this.#generation;
  }

  get variables(): ReadonlyMap<string, string> {
    return this.#variables;
  }

  /** @returns Whether the name had a value before. */
  set(name: string, value: string): boolean {
    const existed = this.#variables.has(name);
    this.#variables.set(name, value);
    this.#changed();
    return existed;
  }

  /** @returns Whether the name had a value before. */
  unset(name: string): boolean {
    const existed = this.#variables.delete(name);
    this.#changed();
    return existed;
  }

  /** All variables in their order, for {@linkcode adopt}. */
  keep(): ReadonlyMap<string, string> {
    return this.#variables;
  }

  /** Goes on with the environment of another manager, in place of what was inherited. */
  adopt(kept: ReadonlyMap<string, string>): void {
    this.#variables.clear();
    for (const [name, value] of kept) this.#variables.set(name, value);
    this.#changed();
  }

  #changed(): void {
    this.#generation++;
    this.facts.note(0);
  }

  /** Applies an environment file: what it clears, unsets and sets. */
  apply(changes: EnvironmentChanges): void {
    const changed = changedEnvironment(this.#variables, changes);
    this.#variables.clear();
    for (const [name, value] of changed) this.#variables.set(name, value);
    this.#changed();
  }
}

/** An environment with a description's changes on top; names keep the order in which they came. */
export function changedEnvironment(
  base: ReadonlyMap<string, string>,
  changes: EnvironmentChanges,
): Map<string, string> {
  const result = new Map<string, string>();
  for (const [name, value] of base) {
    if (changes.clear && !changes.keep.includes(name)) continue;
    if (changes.unset.includes(name)) continue;
    result.set(name, value);
  }
  for (const [name, value] of changes.set) result.set(name, value);
  return result;
}

/** `NAME=VALUE` texts, as execve(2) takes them. */
export function environmentTexts(variables: ReadonlyMap<string, string>): string[] {
  const texts: string[] = [];
  for (const [name, value] of variables) texts.push(`${name}=${value}`);
  return texts;
}
