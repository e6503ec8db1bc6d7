/**
 * Reads a calendar expression in systemd's syntax: weekdays, a date, a time, a zone, all but one of
 * which may be left out.
 *
 * Which of date and time a text begins with is seen by what follows its first field, so fields are
 * read first and held against their ranges when it is known what they are.
 */
import { civilTime, HOUR_MICROS, MINUTE_MICROS, SECOND_MICROS } from "./civil.ts";
import { Cursor } from "./cursor.ts";
import {
  type CalendarExpression,
  type CalendarFault,
  EVERY_WEEKDAY,
  RANGES,
  type ValueList,
  type ZoneName,
} from "./expression.ts";
import { type Field, fieldValues, type ReadValues, readValues } from "./read_values.ts";
import { readWeekdays } from "./read_weekdays.ts";

/** What stands for whole expressions. Source: systemd.time(7), and what systemd takes besides. */
const SHORTHANDS: Readonly<Record<string, string>> = {
  "minutely": "*-*-* *:*:00",
  "hourly": "*-*-* *:00:00",
  "daily": "*-*-* 00:00:00",
  "weekly": "Mon *-*-* 00:00:00",
  "monthly": "*-*-01 00:00:00",
  "quarterly": "*-01,04,07,10-01 00:00:00",
  "semiannually": "*-01,07-01 00:00:00",
  "semi-annually": "*-01,07-01 00:00:00",
  "biannually": "*-01,07-01 00:00:00",
  "bi-annually": "*-01,07-01 00:00:00",
  "yearly": "*-01-01 00:00:00",
  "annually": "*-01-01 00:00:00",
  "anually": "*-01-01 00:00:00",
};

/** For messages and hints. */
export const SHORTHAND_WORDS: readonly string[] = Object.keys(SHORTHANDS).filter((word) =>
  word !== "anually"
);

const YEAR: Field = { name: "Year", range: RANGES.year, hasCenturies: true };
const MONTH: Field = { name: "Month", range: RANGES.month };
const DAY: Field = { name: "Day", range: RANGES.day };
const DAY_FROM_END: Field = {
  name: "Day from the end of the month",
  range: RANGES.dayFromEnd,
  countsDown: true,
};
const HOUR: Field = { name: "Hour", range: RANGES.hour };
const MINUTE: Field = { name: "Minute", range: RANGES.minute };
const SECOND: Field = { name: "Second", range: RANGES.micros, isFraction: true };

type Fault = CalendarFault;
type DateFields = Pick<CalendarExpression, "year" | "month" | "day" | "countsFromMonthEnd">;
type TimeFields = Pick<CalendarExpression, "hour" | "minute" | "micros">;

const ANY_DATE: DateFields = { year: [], month: [], day: [], countsFromMonthEnd: false };
const MIDNIGHT: TimeFields = { hour: [only(0)], minute: [only(0)], micros: [only(0)] };

/**
 * Reads an expression. Whether there is the zone that it names is not asked.
 *
 * @returns A fault with its place when the text is none.
 */
export function readCalendar(text: string): CalendarExpression | CalendarFault {
  const { zone, end } = readZone(text);
  const body = text.slice(0, end);
  if (body.startsWith("@")) return readEpochSeconds(body);
  const shorthand = SHORTHANDS[body.toLowerCase()];
  const cursor = new Cursor(shorthand ?? text, shorthand === undefined ? end : undefined);
  if (cursor.isAtEnd) return cursor.fault("Nothing is said");
  const weekdays = readWeekdays(cursor);
  if (typeof weekdays === "object") return weekdays;
  const rest = readDateAndTime(cursor);
  if ("kind" in rest) return rest;
  return { weekdays: weekdays ?? EVERY_WEEKDAY, ...rest, zone };
}

/** The zone at the end of the text, if there is one, and where what comes before it ends. */
function readZone(text: string): { readonly zone: ZoneName; readonly end: number } {
  const blank = text.lastIndexOf(" ");
  const word = text.slice(blank + 1);
  if (blank < 0 || !/^[A-Za-z][A-Za-z0-9_+\-/]*$/.test(word)) {
    return { zone: { kind: "local" }, end: text.length };
  }
  if (word.toUpperCase() === "UTC") return { zone: { kind: "utc" }, end: blank };
  return { zone: { kind: "named", name: word }, end: blank };
}

/** `@SECONDS`: one point in time. */
function readEpochSeconds(text: string): CalendarExpression | Fault {
  const cursor = new Cursor(text);
  cursor.takes("@");
  const digits = cursor.takeMatch(/[0-9]{1,10}/y);
  if (digits === undefined) return cursor.fault("Seconds since 1970 are needed after @");
  if (!cursor.isAtEnd) return cursor.fault("Nothing more can come after the seconds");
  const { year, month, day, dayMicros } = civilTime(Number(digits) * SECOND_MICROS);
  if (year > RANGES.year.to) return cursor.fault(`It is after ${RANGES.year.to}`, { offset: 1 });
  return {
    weekdays: EVERY_WEEKDAY,
    year: [only(year)],
    month: [only(month)],
    day: [only(day)],
    countsFromMonthEnd: false,
    hour: [only(Math.floor(dayMicros / HOUR_MICROS))],
    minute: [only(Math.floor(dayMicros % HOUR_MICROS / MINUTE_MICROS))],
    micros: [only(dayMicros % MINUTE_MICROS)],
    zone: { kind: "utc" },
  };
}

function readDateAndTime(cursor: Cursor): DateFields & TimeFields | Fault {
  if (cursor.isAtEnd) return { ...ANY_DATE, ...MIDNIGHT };
  const first = readValues(cursor, false);
  if ("kind" in first) return first;
  if (cursor.next === ":") return withDate(ANY_DATE, readTime(cursor, first));
  const date = readDate(cursor, first);
  if ("kind" in date) return date;
  if (cursor.isAtEnd) return { ...date, ...MIDNIGHT };
  if (cursor.next !== " ") {
    return cursor.fault("A blank is needed between date and time", { hint: dateHint(cursor) });
  }
  cursor.skipBlanks();
  if (cursor.isAtEnd) return { ...date, ...MIDNIGHT };
  const hour = readValues(cursor, false);
  return "kind" in hour ? hour : withDate(date, readTime(cursor, hour));
}

function dateHint(cursor: Cursor): string | undefined {
  return cursor.next === "T" ? "Write a blank in place of the T" : undefined;
}

function withDate(date: DateFields, time: TimeFields | Fault): DateFields & TimeFields | Fault {
  return "kind" in time ? time : { ...date, ...time };
}

/** The rest of a date: month and day, or year, month and day. */
function readDate(cursor: Cursor, first: ReadValues): DateFields | Fault {
  const sign = cursor.takeMatch(/[-~]/y);
  if (sign === undefined) {
    return cursor.fault("A date has hyphens, a time has colons: this is neither", {
      hint: "Write 05:00 for a time of day, 12-24 for a day of the year, *-*-15 for one of a month",
    });
  }
  const second = readValues(cursor, false);
  if ("kind" in second) return second;
  if (sign === "~") return dateOf(undefined, first, second, true);
  const nextSign = cursor.takeMatch(/[-~]/y);
  if (nextSign === undefined) return dateOf(undefined, first, second, false);
  const third = readValues(cursor, false);
  return "kind" in third ? third : dateOf(first, second, third, nextSign === "~");
}

function dateOf(
  year: ReadValues | undefined,
  month: ReadValues,
  day: ReadValues,
  countsFromMonthEnd: boolean,
): DateFields | Fault {
  const years = year === undefined ? [] : fieldValues(year, YEAR);
  if ("kind" in years) return years;
  const months = fieldValues(month, MONTH);
  if ("kind" in months) return months;
  const days = fieldValues(day, countsFromMonthEnd ? DAY_FROM_END : DAY);
  if ("kind" in days) return days;
  return {
    year: years,
    month: months,
    day: days,
    // Every day is every day from either end.
    countsFromMonthEnd: countsFromMonthEnd && days.length > 0,
  };
}

/** The rest of a time of day, from the colon after the hour. */
function readTime(cursor: Cursor, hour: ReadValues): TimeFields | Fault {
  if (!cursor.takes(":")) return cursor.fault("A time of day is HOUR:MINUTE or HOUR:MINUTE:SECOND");
  const minute = readValues(cursor, false);
  if ("kind" in minute) return minute;
  let micros: ValueList | Fault = MIDNIGHT.micros;
  if (cursor.takes(":")) {
    const seconds = readValues(cursor, true);
    micros = "kind" in seconds ? seconds : fieldValues(seconds, SECOND);
    if ("kind" in micros) return micros;
  }
  if (!cursor.isAtEnd) {
    return cursor.fault("Nothing but a time zone can come after the time", {
      hint: cursor.next === " "
        ? "One blank stands before a time zone, none at the end"
        : undefined,
    });
  }
  const hours = fieldValues(hour, HOUR);
  if ("kind" in hours) return hours;
  const minutes = fieldValues(minute, MINUTE);
  return "kind" in minutes ? minutes : { hour: hours, minute: minutes, micros };
}

function only(value: number): ValueList[number] {
  return { start: value, stop: undefined, repeat: 0 };
}
