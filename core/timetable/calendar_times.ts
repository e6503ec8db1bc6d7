/**
 * The points in time that a timer's calendar expressions mean. What was found last is remembered:
 * nothing is between the time from which it was searched and what was found, so a search from there
 * has the same answer.
 */
import { type CalendarExpression, nextMatch, type Zone, type ZoneName } from "../calendar/mod.ts";

interface Known {
  readonly expression: CalendarExpression;
  /** In which the search was; undefined: there was none, or no such zone. */
  zone: Zone | undefined;
  /** Milliseconds since 1970. */
  afterMs: number;
  /** Microseconds since 1970; undefined: never. */
  next: number | undefined;
}

export class CalendarTimes {
  readonly #all: readonly Known[];
  readonly #zoneOf: (name: ZoneName) => Zone | undefined;

  /** @param zoneOf Undefined: there is no such zone on this machine; the expression never comes. */
  constructor(
    expressions: readonly CalendarExpression[],
    zoneOf: (name: ZoneName) => Zone | undefined,
  ) {
    this.#zoneOf = zoneOf;
    this.#all = expressions.map((expression) => ({
      ...{ expression, zone: undefined, afterMs: 0, next: undefined },
    }));
  }

  /** The first one after a time. In microseconds since 1970; undefined: there is none. */
  next(afterMs: number): number | undefined {
    let first: number | undefined;
    for (const known of this.#all) {
      this.#search(known, afterMs);
      const { next } = known;
      if (next !== undefined && (first === undefined || next < first)) first = next;
    }
    return first;
  }

  #search(known: Known, afterMs: number): void {
    // Another one after the machine's zone was changed.
    const zone = this.#zoneOf(known.expression.zone);
    const isKnown = zone !== undefined && zone === known.zone && afterMs >= known.afterMs &&
      (known.next === undefined || afterMs * 1000 < known.next);
    if (isKnown) return;
    known.zone = zone;
    known.afterMs = afterMs;
    known.next = zone === undefined ? undefined : nextMatch(known.expression, afterMs * 1000, zone);
  }
}
