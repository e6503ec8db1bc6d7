/**
 * Events that wait to be applied: what a command causes must not come in the middle of another one.
 */
import type { Event } from "../core/event.ts";

export class EventQueue {
  readonly #events: Event[] = [];

  report(event: Event): void {
    this.#events.push(event);
  }

  get isEmpty(): boolean {
    return this.#events.length === 0;
  }

  /** The oldest one, which does not wait any more. */
  take(): Event | undefined {
    return this.#events.length === 0 ? undefined : this.#events.shift();
  }
}
