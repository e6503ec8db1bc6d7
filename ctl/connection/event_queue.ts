/**
 * Events of a manager that have not been looked at yet, in the order in which they came. Bounded:
 * while an answer is waited for, a hostile manager could send any number of them.
 */
import type { Handle, Information } from "../../core/protocol/mod.ts";
import { ClientError } from "../interface/client_error.ts";

/** Something that happened to a service this connection has a handle for. */
export type ServiceInformation = Extract<Information, { kind: "service-event" }>;

/** Most memory that is kept, roughly. */
const LIMIT_BYTES = 16 * 1024 * 1024;

/** An event beside its text. */
const EVENT_BYTES = 200;

/** Taken ones are cleared away when there are so many. */
const MOST_TAKEN = 1024;

export class EventQueue {
  /** Those that were taken or forgotten are undefined. */
  #events: (Information | undefined)[] = [];
  /** Where the oldest that may wait is. */
  #next = 0;
  /** What has been cleared away in front of the others. */
  #cleared = 0;
  /** Where those of a service are that wait, oldest first; what was cleared away counts. */
  readonly #places = new Map<Handle, number[]>();
  #bytes = 0;

  /** @throws {ClientError} When too many wait. */
  push(event: Information): void {
    this.#bytes += sizeOf(event);
    if (this.#bytes > LIMIT_BYTES) {
      throw new ClientError("the manager sends events without end instead of an answer.");
    }
    const place = this.#cleared + this.#events.push(event) - 1;
    if (event.kind !== "service-event") return;
    const places = this.#places.get(event.handle);
    if (places === undefined) this.#places.set(event.handle, [place]);
    else places.push(place);
  }

  /** Takes the oldest. */
  take(): Information | undefined {
    while (this.#next < this.#events.length) {
      const event = this.#removeAt(this.#next);
      this.#next += 1;
      if (event === undefined) continue;
      if (event.kind === "service-event") this.#dropFirstPlace(event.handle);
      this.#clear();
      return event;
    }
    this.#clear();
    return undefined;
  }

  /** Drops those of a service. */
  forget(handle: Handle): void {
    for (const place of this.#places.get(handle) ?? []) this.#removeAt(place - this.#cleared);
    this.#places.delete(handle);
  }

  /** Whether such an event of a service waits. */
  has(handle: Handle, event: ServiceInformation["event"]): boolean {
    return this.#places.get(handle)?.some((place) => {
      const kept = this.#events[place - this.#cleared];
      return kept?.kind === "service-event" && kept.event === event;
    }) ?? false;
  }

  #removeAt(index: number): Information | undefined {
    const event = this.#events[index];
    if (event !== undefined) this.#bytes -= sizeOf(event);
    this.#events[index] = undefined;
    return event;
  }

  #dropFirstPlace(handle: Handle): void {
    const places = this.#places.get(handle);
    places?.shift();
    if (places?.length === 0) this.#places.delete(handle);
  }

  #clear(): void {
    if (this.#next < MOST_TAKEN && this.#next < this.#events.length) return;
    this.#events.splice(0, this.#next);
    this.#cleared += this.#next;
    this.#next = 0;
  }
}

function sizeOf(event: Information): number {
  return EVENT_BYTES + (event.kind === "environment-event" ? event.text.length : 0);
}
