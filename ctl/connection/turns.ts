/**
 * When a program gives way to others although its answers are there at once: a manager in the same
 * program has others to serve.
 */
import type { Clock } from "./patience.ts";

/** Others may wait so long. */
const TURN_MS = 1;
/** What is printed meanwhile is bounded, too. */
const ANSWERS_IN_TURN = 8;

export class Turns {
  readonly #clock: Clock;
  #beganAt = -Infinity;
  #answers = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** To be called at each answer or event: whether others are next. Then another turn begins. */
  isOver(): boolean {
    this.#answers += 1;
    const now = this.#clock.monotonicMs();
    // The first one begins with the first answer.
    if (this.#beganAt === -Infinity) this.#beganAt = now;
    if (this.#answers < ANSWERS_IN_TURN && now - this.#beganAt < TURN_MS) return false;
    this.#answers = 0;
    this.#beganAt = now;
    return true;
  }
}
