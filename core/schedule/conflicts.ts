/**
 * Which services conflict with which: what descriptions say in one direction holds in both.
 */
import { NO_ITEMS } from "../plain_values.ts";
import type { ServiceRecord } from "../service/record/record.ts";

/** Those that say something of conflicts: mostly none, so that a start pays nothing for it. */
export class Conflicts {
  readonly #saying = new Set<ServiceRecord>();
  readonly #find: (name: string) => ServiceRecord | undefined;

  /** @param find A loaded service, by any of its names. */
  constructor(find: (name: string) => ServiceRecord | undefined) {
    this.#find = find;
  }

  /** A record is there, or has another description. */
  described(service: ServiceRecord): void {
    if (service.description.conflicts.length > 0) this.#saying.add(service);
    else this.#saying.delete(service);
  }

  /** A record is gone. */
  removed(service: ServiceRecord): void {
    this.#saying.delete(service);
  }

  get isEmpty(): boolean {
    return this.#saying.size === 0;
  }

  /** Loaded services that it must not be up with, each once. */
  of(service: ServiceRecord): readonly ServiceRecord[] {
    if (this.#saying.size === 0) return NO_ITEMS;
    const found = new Set<ServiceRecord>();
    for (const saying of this.#saying) {
      for (const name of saying.description.conflicts) {
        const other = this.#find(name);
        if (other === undefined || other === saying) continue;
        if (saying === service) found.add(other);
        else if (other === service) found.add(saying);
      }
    }
    return found.size === 0 ? NO_ITEMS : [...found];
  }
}
