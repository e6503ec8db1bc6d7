/**
 * Reads crontab's five fields as calendar expressions. Source: crontab(5) of Vixie cron, which
 * Debian and the BSDs have.
 *
 * Days are a union there: `0 5 13 * 5` means every 13th and every Friday, and so does not fit in
 * one calendar expression but in two. If the day of the month or that of the week begins with an
 * asterisk, both must fit, as always in a calendar expression.
 */
import { Cursor } from "./cursor.ts";
import {
  type CalendarExpression,
  type CalendarFault,
  EVERY_WEEKDAY,
  type FieldRange,
  RANGES,
  type ValueList,
  type Values,
} from "./expression.ts";
import { readCalendar } from "./read_calendar.ts";

/** @daily and the like, but for @reboot, as the shorthands that mean the same. */
const NICKNAMES: Readonly<Record<string, string>> = {
  "@yearly": "yearly",
  "@annually": "yearly",
  "@monthly": "monthly",
  // Crontab's week begins with Sunday.
  "@weekly": "Sun *-*-* 00:00:00",
  "@daily": "daily",
  "@midnight": "daily",
  "@hourly": "hourly",
};

interface CronField {
  readonly name: string;
  readonly range: FieldRange;
  /** Words for values, from the smallest up. */
  readonly words?: readonly string[];
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const WEEKDAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

const MINUTE: CronField = { name: "Minute", range: RANGES.minute };
const HOUR: CronField = { name: "Hour", range: RANGES.hour };
const DAY: CronField = { name: "Day of the month", range: RANGES.day };
const MONTH: CronField = { name: "Month", range: RANGES.month, words: MONTHS };
/** 0 and 7 are Sunday. */
const WEEKDAY: CronField = { name: "Weekday", range: { from: 0, to: 7 }, words: WEEKDAYS };
const FIELDS: readonly CronField[] = [MINUTE, HOUR, DAY, MONTH, WEEKDAY];

interface ReadField {
  readonly values: ValueList;
  /** It begins with an asterisk. */
  readonly isOpen: boolean;
}

/**
 * @param text Five fields with blanks between them, or a word such as `@daily`.
 * @returns One expression, or two, any of which is meant; without a zone.
 */
export function readCron(text: string): readonly CalendarExpression[] | CalendarFault {
  const cursor = new Cursor(text, text.trimEnd().length);
  cursor.takeMatch(/[ \t]+/y);
  if (cursor.next === "@") return readNickname(cursor);
  const fields: ReadField[] = [];
  for (const field of FIELDS) {
    if (cursor.isAtEnd) return tooFew(cursor, fields.length);
    const read = readField(cursor, field);
    if ("kind" in read) return read;
    fields.push(read);
    if (!cursor.isAtEnd && cursor.takeMatch(/[ \t]+/y) === undefined) {
      return cursor.fault(`${field.name}: "${cursor.next}" does not belong here`);
    }
  }
  if (!cursor.isAtEnd) {
    return cursor.fault("More than five fields", {
      hint: "The five are minute, hour, day of the month, month, weekday; there are no seconds",
    });
  }
  const [minute, hour, day, month, weekday] = fields;
  if (!minute || !hour || !day || !month || !weekday) return tooFew(cursor, fields.length);
  return expressions({ minute, hour, day, month, weekday });
}

function tooFew(cursor: Cursor, count: number): CalendarFault {
  return cursor.fault(`Only ${count} of five fields`, {
    hint: "The five are minute, hour, day of the month, month, weekday",
  });
}

function readNickname(cursor: Cursor): readonly CalendarExpression[] | CalendarFault {
  const { offset } = cursor;
  const word = cursor.takeMatch(/@[A-Za-z]*/y) ?? "";
  const shorthand = NICKNAMES[word.toLowerCase()];
  if (shorthand === undefined) {
    const hint = word.toLowerCase() === "@reboot"
      ? "A service that starts at boot needs no timer"
      : `Allowed are ${Object.keys(NICKNAMES).join(", ")}`;
    return cursor.fault(`${word} is no time`, { offset, hint });
  }
  if (!cursor.isAtEnd) return cursor.fault(`Nothing can come after ${word}`);
  const expression = readCalendar(shorthand);
  return "kind" in expression ? expression : [expression];
}

function expressions(
  fields: Readonly<Record<"minute" | "hour" | "day" | "month" | "weekday", ReadField>>,
): readonly CalendarExpression[] {
  const { minute, hour, day, month, weekday } = fields;
  const common = {
    year: [],
    month: month.values,
    countsFromMonthEnd: false,
    hour: hour.values,
    minute: minute.values,
    micros: [{ start: 0, stop: undefined, repeat: 0 }],
    zone: { kind: "local" },
  } as const;
  const weekdays = weekdayBits(weekday.values);
  if (day.isOpen || weekday.isOpen || weekdays === EVERY_WEEKDAY || day.values.length === 0) {
    const either = day.isOpen || weekday.isOpen;
    return [{
      ...common,
      day: either ? day.values : [],
      weekdays: either ? weekdays : EVERY_WEEKDAY,
    }];
  }
  return [
    { ...common, day: day.values, weekdays: EVERY_WEEKDAY },
    { ...common, day: [], weekdays },
  ];
}

/** @param values 0 and 7 are Sunday; empty: every day. */
function weekdayBits(values: ValueList): number {
  if (values.length === 0) return EVERY_WEEKDAY;
  let bits = 0;
  for (const { start, stop = start, repeat } of values) {
    for (let day = start; day <= stop; day += Math.max(repeat, 1)) bits |= 1 << (day + 6) % 7;
  }
  return bits;
}

function readField(cursor: Cursor, field: CronField): ReadField | CalendarFault {
  const isOpen = cursor.next === "*";
  const values: Values[] = [];
  let isEvery = false;
  do {
    const read = readItem(cursor, field);
    if (read !== "every" && "kind" in read) return read;
    if (read === "every") isEvery = true;
    else values.push(read);
  } while (cursor.takes(","));
  return { values: isEvery ? [] : values, isOpen };
}

/** A value, a range, or an asterisk, the last two perhaps with a step. */
function readItem(cursor: Cursor, field: CronField): Values | "every" | CalendarFault {
  const { offset } = cursor;
  // A week has seven days, though Sunday is 0 and 7.
  const { from, to } = field === WEEKDAY ? { from: 0, to: 6 } : field.range;
  if (cursor.takes("*")) {
    const step = readStep(cursor, field);
    if (typeof step === "object") return step;
    return step === undefined || step === 1 ? "every" : stepped(from, to, step);
  }
  const start = readValue(cursor, field);
  if (typeof start === "object") return start;
  if (!cursor.takes("-")) {
    if (cursor.next !== "/") return { start, stop: undefined, repeat: 0 };
    return cursor.fault("A step comes after a range or an asterisk only", {
      hint: `Write ${start}-${to}/…`,
    });
  }
  const stop = readValue(cursor, field);
  if (typeof stop === "object") return stop;
  if (stop < start) {
    return cursor.fault(`${field.name}: the range ends before it begins`, { offset });
  }
  const step = readStep(cursor, field);
  if (typeof step === "object") return step;
  return stepped(start, stop, step ?? 1);
}

function stepped(start: number, stop: number, step: number): Values {
  const reached = stop - (stop - start) % step;
  if (reached === start) return { start, stop: undefined, repeat: 0 };
  return { start, stop: reached, repeat: step };
}

function readStep(cursor: Cursor, field: CronField): number | undefined | CalendarFault {
  if (!cursor.takes("/")) return undefined;
  const { offset } = cursor;
  const step = Number(cursor.takeMatch(/[0-9]{1,4}/y) ?? 0);
  return step > 0 ? step : cursor.fault(`${field.name}: a step is a number from 1 on`, { offset });
}

function readValue(cursor: Cursor, field: CronField): number | CalendarFault {
  const { offset } = cursor;
  const { name, words = [], range: { from, to } } = field;
  const allowed = `allowed are ${from} to ${to}` +
    (words.length > 0 ? ` and ${words[0]} to ${words.at(-1)}` : "");
  const word = cursor.takeMatch(/[0-9A-Za-z]+/y);
  if (word === undefined) return cursor.fault(`${name}: ${allowed}`);
  const index = words.indexOf(word.toLowerCase());
  if (index >= 0) return from + index;
  const value = /^[0-9]{1,4}$/.test(word) ? Number(word) : NaN;
  if (value >= from && value <= to) return value;
  return cursor.fault(`${name}: "${word}" is none; ${allowed}`, { offset });
}
