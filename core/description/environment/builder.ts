/**
 * What a service changes of the manager's environment.
 *
 * Layers, lowest first: the manager's environment, what load-options export, the environment file,
 * the table [environment]. Only the changes to the first layer are kept, for it is taken anew at
 * each launch.
 */
import type { EnvironmentChanges } from "../contract/description.ts";
import { NO_CHANGES } from "../../plain_values.ts";

/** One line of an environment file that means something. */
export type EnvironmentLine =
  | { readonly kind: "set"; readonly name: string; readonly value: string }
  | { readonly kind: "clear" }
  | { readonly kind: "unset"; readonly names: readonly string[] }
  | { readonly kind: "import"; readonly names: readonly string[] };

/** Builds up changes to an inherited environment. */
export class EnvironmentBuilder {
  #clear = false;
  readonly #keep = new Set<string>();
  readonly #unset = new Set<string>();
  readonly #set = new Map<string, string>();
  readonly #inherited: ReadonlyMap<string, string>;

  /** @param inherited The layer below as it is now; it decides which imports find something. */
  constructor(inherited: ReadonlyMap<string, string>) {
    this.#inherited = inherited;
  }

  set(name: string, value: string): void {
    this.#unset.delete(name);
    this.#set.set(name, value);
  }

  apply(lines: readonly EnvironmentLine[]): void {
    for (const line of lines) this.#applyLine(line);
  }

  /** Value of a variable with the changes made so far. */
  value(name: string): string | undefined {
    const own = this.#set.get(name);
    if (own !== undefined) return own;
    if (this.#unset.has(name) || (this.#clear && !this.#keep.has(name))) return undefined;
    return this.#inherited.get(name);
  }

  changes(): EnvironmentChanges {
    if (!this.#clear && this.#unset.size === 0 && this.#set.size === 0) return NO_CHANGES;
    return {
      clear: this.#clear,
      keep: [...this.#keep],
      unset: [...this.#unset],
      set: this.#set,
    };
  }

  #applyLine(line: EnvironmentLine): void {
    switch (line.kind) {
      case "set":
        this.set(line.name, line.value);
        return;
      case "clear":
        this.#clear = true;
        this.#keep.clear();
        this.#unset.clear();
        this.#set.clear();
        return;
      case "unset":
        for (const name of line.names) {
          this.#set.delete(name);
          this.#keep.delete(name);
          this.#unset.add(name);
        }
        return;
      case "import":
        for (const name of line.names) this.#import(name);
    }
  }

  #import(name: string): void {
    if (!this.#inherited.has(name)) return;
    this.#set.delete(name);
    this.#unset.delete(name);
    if (this.#clear) this.#keep.add(name);
  }
}
