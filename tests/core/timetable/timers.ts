/** Builders for tests of timers. */
import { readPosixZone, UTC, type Zone, type ZoneName } from "../../../core/calendar/mod.ts";
import type { TimerDescription } from "../../../core/description/contract/description.ts";
import type { Clocks } from "../../../core/timetable/mod.ts";
import type { Instant } from "../../../core/types.ts";

/** The European Union's rules, so that no file is needed. */
export const BERLIN = readPosixZone("CET-1CEST,M3.5.0,M10.5.0/3") ?? UTC;

/** Nothing but the parts that are given. */
export function buildTimer(parts: Partial<TimerDescription> = {}): TimerDescription {
  return {
    calendar: [],
    afterBootMs: undefined,
    afterStartMs: undefined,
    everyMs: undefined,
    afterEndMs: undefined,
    isPersistent: false,
    onMissed: "run",
    randomDelayMs: 0,
    accuracyMs: 0,
    ...parts,
  };
}

/** UTC is local; Berlin is the only other. */
export function zoneOf(name: ZoneName): Zone | undefined {
  if (name.kind !== "named") return UTC;
  return name.name === "Europe/Berlin" ? BERLIN : undefined;
}

/** Two clocks that go on together, until one is set. */
export class TestClocks implements Clocks {
  now: Instant;
  wallMs: number;

  constructor(wall: string, now = 0) {
    this.wallMs = Date.parse(wall);
    this.now = now as Instant;
  }

  advance(milliseconds: number): this {
    this.now = this.now + milliseconds as Instant;
    this.wallMs += milliseconds;
    return this;
  }

  /** The clock on the wall alone. */
  set(wall: string): this {
    this.wallMs = Date.parse(wall);
    return this;
  }

  /** What the clock on the wall shows at an instant. */
  at(instant: Instant | undefined): string | undefined {
    if (instant === undefined) return undefined;
    return new Date(this.wallMs + instant - this.now).toISOString().slice(0, 19);
  }
}
