/**
 * The next point in time that a calendar expression means, by arithmetic: field by field from the
 * year down, with a way back up where a field has no further value.
 *
 * A time that the clocks leave out (in spring) is none; one that they show twice (in autumn) is
 * meant once, the first time, unless the search begins between the two. That is what systemd does.
 */
import {
  civilMicros,
  type CivilTime,
  civilTime,
  daysInMonth,
  HOUR_MICROS,
  MINUTE_MICROS,
  SECOND_MICROS,
  weekdayOf,
} from "./civil.ts";
import { type CalendarExpression, EVERY_WEEKDAY, RANGES } from "./expression.ts";
import { daysFromEnd, firstAt } from "./value_list.ts";
import { localInstants, plainInstant, type Zone } from "./zone.ts";

/**
 * Gaps of the clocks that are skipped in one search: an expression that only ever means times
 * within them ends after so many. There are two changes a year at most, until the year 2199.
 */
const MOST_GAPS = 500;

/**
 * @param after Microseconds since 1970-01-01 00:00:00 UTC; what is found comes after it.
 * @returns Undefined when nothing does, up to the end of the year 2199.
 */
export function nextMatch(
  expression: CalendarExpression,
  after: number,
  zone: Zone,
): number | undefined {
  const from = Math.max(after, -1);
  const offset = zone.at(Math.floor(from / SECOND_MICROS)).offsetSeconds * SECOND_MICROS;
  let local = from + offset + 1;
  for (let gaps = 0; gaps <= MOST_GAPS; gaps++) {
    const match = nextCivil(expression, civilTime(local));
    if (match === undefined) return undefined;
    const wanted = civilMicros(match);
    const plain = plainInstant(wanted, zone);
    if (plain !== undefined && plain > after) return plain;
    const found = localInstants(wanted, zone);
    if (found.kind === "gap") {
      local = Math.max(found.endMicros, wanted + 1);
      continue;
    }
    for (const micros of found.micros) if (micros > after) return micros;
    local = wanted + 1;
  }
  return undefined;
}

/** The first time of the expression at or after one, by the clock alone. */
function nextCivil(expression: CalendarExpression, from: CivilTime): CivilTime | undefined {
  let { year, month, day, dayMicros } = from;
  for (;;) {
    const nextYear = firstAt(expression.year, year, RANGES.year.to);
    if (nextYear === undefined) return undefined;
    if (nextYear > year) {
      year = nextYear;
      month = 1;
      day = 1;
      dayMicros = 0;
    }
    const nextMonth = firstAt(expression.month, month, RANGES.month.to);
    if (nextMonth === undefined) {
      year++;
      month = 1;
      day = 1;
      dayMicros = 0;
      continue;
    }
    if (nextMonth > month) {
      month = nextMonth;
      day = 1;
      dayMicros = 0;
    }
    const nextDay = dayAt(expression, { year, month, day });
    if (nextDay === undefined) {
      month++;
      day = 1;
      dayMicros = 0;
      continue;
    }
    if (nextDay > day) {
      day = nextDay;
      dayMicros = 0;
    }
    const time = timeAt(expression, dayMicros);
    if (time !== undefined) return { year, month, day, dayMicros: time };
    day++;
    dayMicros = 0;
  }
}

/** The first day at or after one, within its month. */
function dayAt(
  { day: list, countsFromMonthEnd, weekdays }: CalendarExpression,
  { year, month, day }: Pick<CivilTime, "year" | "month" | "day">,
): number | undefined {
  const last = daysInMonth(year, month);
  const days = countsFromMonthEnd ? daysFromEnd(list, last) : list;
  let found = firstAt(days, day, last);
  if (weekdays === EVERY_WEEKDAY) return found;
  while (found !== undefined && (weekdays >> weekdayOf(year, month, found) & 1) === 0) {
    found = firstAt(days, found + 1, last);
  }
  return found;
}

/** The first time of the day at or after one, in microseconds since midnight. */
function timeAt(
  { hour, minute, micros }: CalendarExpression,
  dayMicros: number,
): number | undefined {
  let hours = Math.floor(dayMicros / HOUR_MICROS);
  let minutes = Math.floor(dayMicros % HOUR_MICROS / MINUTE_MICROS);
  let rest = dayMicros % MINUTE_MICROS;
  for (;;) {
    const nextHour = firstAt(hour, hours, RANGES.hour.to);
    if (nextHour === undefined) return undefined;
    if (nextHour > hours) {
      hours = nextHour;
      minutes = 0;
      rest = 0;
    }
    const nextMinute = firstAt(minute, minutes, RANGES.minute.to);
    if (nextMinute === undefined) {
      hours++;
      minutes = 0;
      rest = 0;
      continue;
    }
    if (nextMinute > minutes) {
      minutes = nextMinute;
      rest = 0;
    }
    const nextRest = firstAt(micros, rest, RANGES.micros.to);
    if (nextRest !== undefined) return hours * HOUR_MICROS + minutes * MINUTE_MICROS + nextRest;
    minutes++;
    rest = 0;
  }
}
