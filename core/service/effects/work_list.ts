/**
 * A work list of a drain: last in, first out, each service on it once.
 *
 * With one exception, kept because it decides the order of events now and then, as it does
 * upstream: the entry at the bottom of a list of two or more is not recognised. Adding that service
 * again puts it on top as well, and it is handled twice. The second time finds nothing to do.
 */
import type { ServiceRecord } from "../record/record.ts";

/** Which of the two counters of a record belongs to the list. */
type EntryCounter = "propagationEntries" | "transitionEntries";

export class WorkList {
  readonly #entries: ServiceRecord[] = [];
  readonly #counter: EntryCounter;

  constructor(counter: EntryCounter) {
    this.#counter = counter;
  }

  get isEmpty(): boolean {
    return this.#entries.length === 0;
  }

  add(service: ServiceRecord): void {
    const count = service[this.#counter];
    if (count > 0) {
      const isBottom = this.#entries[0] === service && this.#entries.length > 1;
      if (count > 1 || !isBottom) return;
    }
    service[this.#counter] = count + 1;
    this.#entries.push(service);
  }

  /** @returns The service added last, or undefined. */
  take(): ServiceRecord | undefined {
    const service = this.#entries.pop();
    if (service !== undefined) service[this.#counter]--;
    return service;
  }
}
