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

export class EventQueue {
  #events: Information[] = [];
  #bytes = 0;

  /** @throws {ClientError} When too many wait. */
  push(event: Information): void {
    this.#bytes += sizeOf(event);
    if (this.#bytes > LIMIT_BYTES) {
      throw new ClientError("the manager sends events without end instead of an answer.");
    }
    this.#events.push(event);
  }

  /** Takes the oldest. */
  take(): Information | undefined {
    const event = this.#events.shift();
    if (event !== undefined) this.#bytes -= sizeOf(event);
    return event;
  }

  /** Drops those of a service. */
  forget(handle: Handle): void {
    this.#events = this.#events.filter((event) =>
      event.kind !== "service-event" || event.handle !== handle
    );
    this.#bytes = this.#events.reduce((sum, event) => sum + sizeOf(event), 0);
  }

  /** Whether such an event of a service waits. */
  has(handle: Handle, event: ServiceInformation["event"]): boolean {
    return this.#events.some((kept) =>
      kept.kind === "service-event" && kept.handle === handle && kept.event === event
    );
  }
}

function sizeOf(event: Information): number {
  return EVENT_BYTES + (event.kind === "environment-event" ? event.text.length : 0);
}
