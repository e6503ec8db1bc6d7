/**
 * A time zone out of a rule such as `CET-1CEST,M3.5.0,M10.5.0/3`: the last line of a zone's file,
 * or the variable TZ. Source: POSIX, "Other environment variables", TZ; RFC 8536 § 3.3.1 for hours
 * beyond a day.
 */
import { civilTime, daysInMonth, daysSinceEpoch, SECOND_MICROS, weekdayOf } from "./civil.ts";
import { Cursor } from "./cursor.ts";
import type { Zone, ZoneTime } from "./zone.ts";

const DAY_SECONDS = 86_400;

/** When in a year the clocks change. */
interface ChangeRule {
  readonly day:
    /** The `week`-th `weekday` (0: Sunday) of a month; 5: the last. */
    | { readonly kind: "weekday"; readonly month: number; readonly week: number; weekday: number }
    /** 1 to 365; 29 February does not count. */
    | { readonly kind: "julian"; readonly day: number }
    /** 0 to 365. */
    | { readonly kind: "day"; readonly day: number };
  /** Seconds after midnight by the clock before the change; may be below 0. */
  readonly seconds: number;
}

/** @returns Undefined when the text is no such rule. */
export function readPosixZone(text: string): Zone | undefined {
  const cursor = new Cursor(text);
  const standard = readSide(cursor);
  if (standard === undefined) return undefined;
  if (cursor.isAtEnd) return { at: () => standard };
  const abbreviation = readName(cursor);
  if (abbreviation === undefined) return undefined;
  const given = cursor.next === "," || cursor.isAtEnd ? undefined : readOffset(cursor);
  const summer = {
    abbreviation,
    offsetSeconds: given === undefined ? standard.offsetSeconds + 3600 : 0 - given,
  };
  if (!cursor.takes(",")) return undefined;
  const begin = readRule(cursor);
  if (begin === undefined || !cursor.takes(",")) return undefined;
  const end = readRule(cursor);
  if (end === undefined || !cursor.isAtEnd) return undefined;
  return new RuledZone({ standard, summer, begin, end });
}

function readSide(cursor: Cursor): ZoneTime | undefined {
  const abbreviation = readName(cursor);
  const offset = abbreviation === undefined ? undefined : readOffset(cursor);
  if (abbreviation === undefined || offset === undefined) return undefined;
  // East is negative in such rules.
  return { abbreviation, offsetSeconds: 0 - offset };
}

function readName(cursor: Cursor): string | undefined {
  const quoted = cursor.takeMatch(/<[A-Za-z0-9+-]{3,}>/y);
  return quoted?.slice(1, -1) ?? cursor.takeMatch(/[A-Za-z]{3,}/y);
}

/** Seconds. */
function readOffset(cursor: Cursor): number | undefined {
  const text = cursor.takeMatch(/[+-]?[0-9]{1,3}(:[0-9]{1,2}){0,2}/y);
  if (text === undefined) return undefined;
  const [hours = 0, minutes = 0, seconds = 0] = text.replace(/^[+-]/, "").split(":").map(Number);
  const sum = hours * 3600 + minutes * 60 + seconds;
  return text.startsWith("-") ? 0 - sum : sum;
}

function readRule(cursor: Cursor): ChangeRule | undefined {
  const day = readDay(cursor);
  if (day === undefined) return undefined;
  if (!cursor.takes("/")) return { day, seconds: 2 * 3600 };
  const seconds = readOffset(cursor);
  return seconds === undefined ? undefined : { day, seconds };
}

function readDay(cursor: Cursor): ChangeRule["day"] | undefined {
  const text = cursor.takeMatch(/M[0-9]{1,2}\.[1-5]\.[0-6]|J?[0-9]{1,3}/y);
  if (text === undefined) return undefined;
  if (text.startsWith("J")) return { kind: "julian", day: Number(text.slice(1)) };
  if (!text.startsWith("M")) return { kind: "day", day: Number(text) };
  const [month = 1, week = 1, weekday = 0] = text.slice(1).split(".").map(Number);
  return { kind: "weekday", month, week, weekday };
}

class RuledZone implements Zone {
  readonly #standard: ZoneTime;
  readonly #summer: ZoneTime;
  readonly #begin: ChangeRule;
  readonly #end: ChangeRule;
  /** The year that was asked for last, by the clock of winter: from, to, in seconds since 1970. */
  #yearBegins = 0;
  #yearEnds = 0;
  #summerBegins = 0;
  #summerEnds = 0;

  constructor(
    { standard, summer, begin, end }: {
      readonly standard: ZoneTime;
      readonly summer: ZoneTime;
      readonly begin: ChangeRule;
      readonly end: ChangeRule;
    },
  ) {
    this.#standard = standard;
    this.#summer = summer;
    this.#begin = begin;
    this.#end = end;
  }

  at(seconds: number): ZoneTime {
    if (seconds < this.#yearBegins || seconds >= this.#yearEnds) this.#lookAtYearOf(seconds);
    const begins = this.#summerBegins;
    const ends = this.#summerEnds;
    // South of the equator summer goes over the turn of the year.
    const isSummer = begins < ends
      ? seconds >= begins && seconds < ends
      : seconds >= begins || seconds < ends;
    return isSummer ? this.#summer : this.#standard;
  }

  #lookAtYearOf(seconds: number): void {
    const { offsetSeconds } = this.#standard;
    const { year } = civilTime((seconds + offsetSeconds) * SECOND_MICROS);
    this.#yearBegins = daysSinceEpoch(year, 1, 1) * DAY_SECONDS - offsetSeconds;
    this.#yearEnds = daysSinceEpoch(year + 1, 1, 1) * DAY_SECONDS - offsetSeconds;
    this.#summerBegins = changeSeconds(year, this.#begin) - offsetSeconds;
    this.#summerEnds = changeSeconds(year, this.#end) - this.#summer.offsetSeconds;
  }
}

/** Seconds since 1970 by the clock before the change. */
function changeSeconds(year: number, { day, seconds }: ChangeRule): number {
  return changeDay(year, day) * DAY_SECONDS + seconds;
}

/** Days since 1970. */
function changeDay(year: number, day: ChangeRule["day"]): number {
  const newYear = daysSinceEpoch(year, 1, 1);
  switch (day.kind) {
    case "day":
      return newYear + day.day;
    case "julian": {
      const isAfterLeapDay = daysInMonth(year, 2) === 29 && day.day >= 60;
      return newYear + day.day - 1 + (isAfterLeapDay ? 1 : 0);
    }
    case "weekday": {
      const { month, week, weekday } = day;
      // Weekdays count from Sunday here.
      const first = (weekdayOf(year, month, 1) + 1) % 7;
      const date = 1 + (weekday - first + 7) % 7 + 7 * (week - 1);
      const last = daysInMonth(year, month);
      return daysSinceEpoch(year, month, date > last ? date - 7 : date);
    }
  }
}
