/**
 * The decision of a timer: when its next run is, and what becomes of the points in time at which
 * none could begin. A function of the clocks, the last runs and the description.
 */
import { readCalendar, type Zone, type ZoneName } from "../calendar/mod.ts";
import type { TimerDescription } from "../description/contract/description.ts";
import type { Instant } from "../types.ts";
import { CalendarTimes } from "./calendar_times.ts";
import type { Clocks, RunState } from "./run_state.ts";

/**
 * A run that begins so much later than it should, for the manager's own reasons, is merely late.
 * What is later was missed: the machine slept, or its clock was set.
 */
const MERELY_LATE_MS = 60_000;
/**
 * A clock that is put back by so much was wrong before: points of the calendar come again then. By
 * less, none comes twice. As cron has it: cron(8) of Debian, "NOTES".
 */
const SET_BACK_MS = 3 * 3_600_000;

/** What the decision depends on besides the state. */
export interface RunTerms {
  readonly timer: TimerDescription;
  /** What its calendar expressions mean. */
  readonly calendar: CalendarTimes;
  /** The service's share of `random-delay`, in milliseconds. */
  readonly delayMs: number;
}

/** The terms of a service. */
export function runTerms(
  timer: TimerDescription,
  { delayMs, zoneOf }: Pick<RunTerms, "delayMs"> & {
    readonly zoneOf: (name: ZoneName) => Zone | undefined;
  },
): RunTerms {
  const expressions = timer.calendar.flatMap((text) => {
    const read = readCalendar(text);
    // Normal forms can be read.
    return "kind" in read ? [] : [read];
  });
  return { timer, calendar: new CalendarTimes(expressions, zoneOf), delayMs };
}

/** What is to be done. */
export type RunDecision =
  /** Nothing before this time; undefined: nothing any more, as things are. */
  | { readonly kind: "wait"; readonly state: RunState; readonly until: Instant | undefined }
  /** A run is to begin now. */
  | { readonly kind: "run"; readonly state: RunState };

/** A service that could begin a run now. */
export function decide(state: RunState, clocks: Clocks, terms: RunTerms): RunDecision {
  const current = withClock(state, clocks);
  const due = nextDue(current, clocks, terms);
  if (due === undefined || due > clocks.now) return { kind: "wait", state: current, until: due };
  const seen = withPastSeen(current, clocks, terms);
  if (terms.timer.onMissed === "run" || !isMissed(due, current, clocks)) {
    return { kind: "run", state: seen };
  }
  return { kind: "wait", state: seen, until: nextDue(seen, clocks, terms) };
}

/** No run could begin at that time, or right after it. */
function isMissed(due: Instant, { waitsSince }: RunState, { now }: Clocks): boolean {
  return due < (waitsSince ?? now) || now - due > MERELY_LATE_MS;
}

/** After the clock was put back by far, what was seen to is to come yet. */
function withClock(state: RunState, { wallMs }: Clocks): RunState {
  return state.seenMs - wallMs > SET_BACK_MS ? { ...state, seenMs: wallMs } : state;
}

/** When the next run is due, or was. */
export function nextDue(state: RunState, clocks: Clocks, terms: RunTerms): Instant | undefined {
  const { timer, delayMs } = terms;
  const { startedAt, bootedAt, beganAt, endedAt } = state;
  const due = Math.min(
    calendarDue(state, clocks, terms),
    state.isAfterBootOver ? Infinity : after(bootedAt, timer.afterBootMs, delayMs),
    state.isAfterStartOver ? Infinity : after(startedAt, timer.afterStartMs, delayMs),
    after(beganAt ?? startedAt, timer.everyMs),
    after(endedAt ?? startedAt, timer.afterEndMs),
  );
  return due === Infinity ? undefined : due as Instant;
}

/** Infinity: never. */
function after(from: Instant, milliseconds: number | undefined, delayMs = 0): number {
  return milliseconds === undefined ? Infinity : from + milliseconds + delayMs;
}

function calendarDue(
  { seenMs }: RunState,
  { now, wallMs }: Clocks,
  { calendar, delayMs }: RunTerms,
): number {
  const next = calendar.next(seenMs);
  return next === undefined ? Infinity : now + (next / 1000 + delayMs - wallMs);
}

/** All points in time up to now have been seen to: one run is for all of them. */
function withPastSeen(state: RunState, clocks: Clocks, { timer, delayMs }: RunTerms): RunState {
  const { now, wallMs } = clocks;
  const { startedAt, bootedAt, beganAt, endedAt } = state;
  const isOver = (from: Instant, milliseconds: number | undefined) =>
    milliseconds !== undefined && from + milliseconds + delayMs <= now;
  return {
    ...state,
    seenMs: Math.max(state.seenMs, wallMs - delayMs),
    isAfterBootOver: state.isAfterBootOver || isOver(bootedAt, timer.afterBootMs),
    isAfterStartOver: state.isAfterStartOver || isOver(startedAt, timer.afterStartMs),
    beganAt: steppedOn(beganAt ?? startedAt, timer.everyMs, now) ?? beganAt,
    endedAt: steppedOn(endedAt ?? startedAt, timer.afterEndMs, now) ?? endedAt,
  };
}

/** The last point of a regular interval that is not after now. */
function steppedOn(
  from: Instant,
  milliseconds: number | undefined,
  now: Instant,
): Instant | undefined {
  if (milliseconds === undefined) return undefined;
  return from + Math.floor((now - from) / milliseconds) * milliseconds as Instant;
}
