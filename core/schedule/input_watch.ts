/**
 * Somebody who wants to know all that goes into a scheduler: from a state and what went in after it
 * everything that came out follows.
 */
import type { Event, Order } from "../event.ts";
import type { Instant } from "../types.ts";
import type { LoadSet } from "./api.ts";

/** Argument of `apply`, `order` or `load`. Kinds of events and orders have no word in common. */
export type Input = Event | Order | LoadSet;

export interface InputWatch {
  /** Called before it goes in; the scheduler is at rest then. It must not be given anything. */
  note(input: Input, now: Instant): void;
}
