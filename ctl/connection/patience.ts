/** How long answers may take all together; what a service is waited for does not count. */
import { ClientError } from "../interface/client_error.ts";

/** The time, in milliseconds that only go forward. */
export interface Clock {
  monotonicMs(): number;
}

/**
 * How long a command waits for answers, all together: a manager answers at once, but may have to
 * load a thousand descriptions from a slow disk first. What a service is waited for does not count.
 */
export const ANSWER_LIMIT_MS = 60_000;

/** No answer has come in so long a time. */
export function unanswered(limitMs: number): ClientError {
  return new ClientError(
    `the manager has not answered within ${limitMs / 1000} s.`,
    "it may be stopped, overloaded, or no manager at all.",
  );
}

export class Patience {
  readonly #clock: Clock;
  readonly #limitMs: number;
  #restMs: number;

  /** @param limitMs How long answers are waited for until {@link renew}. */
  constructor(clock: Clock, limitMs: number) {
    this.#clock = clock;
    this.#limitMs = limitMs;
    this.#restMs = limitMs;
  }

  renew(): void {
    this.#restMs = this.#limitMs;
  }

  /** When an answer that is waited for from now on has to be there. */
  deadline(): number {
    return this.#clock.monotonicMs() + this.#restMs;
  }

  /** @throws {ClientError} When the deadline is over. */
  leftMs(deadline: number): number {
    const left = deadline - this.#clock.monotonicMs();
    if (left > 0) return left;
    throw unanswered(this.#limitMs);
  }

  /** An answer has come: what is left is for the next ones. */
  keepRest(deadline: number): void {
    this.#restMs = deadline - this.#clock.monotonicMs();
  }
}
