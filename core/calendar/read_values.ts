/** Reads one field of a calendar expression: `*`, or `1,4..10/2,20`. */
import { SECOND_MICROS } from "./civil.ts";
import type { CalendarFault, FieldRange, ValueList, Values } from "./expression.ts";
import type { Cursor } from "./cursor.ts";
import { normalValues, valuesFault } from "./value_list.ts";

/** What the values of a field are. */
export interface Field {
  /** For messages: "hour". */
  readonly name: string;
  readonly range: FieldRange;
  /** Days from a month's end: they go down. */
  readonly countsDown?: boolean;
  /** Seconds: they may have a fraction, and are kept in millionths. */
  readonly isFraction?: boolean;
  /** Years: 70 to 99 are of the last century, 0 to 69 of this one. */
  readonly hasCenturies?: boolean;
}

/** A field as it stands in the text: whether it fits can be said once it is known which it is. */
export interface ReadValues {
  readonly list: ValueList;
  /** Where it begins. */
  readonly offset: number;
}

const EVERY_FIFTH = "For every fifth value write 0/5, or 1/5 for days and months";

/** Longer numbers are none of any field. */
const MOST_DIGITS = 9;

/**
 * Reads values from the cursor up to the first character that belongs to none.
 *
 * @param isFraction Seconds are read: values in microseconds; `*` is every second.
 */
export function readValues(cursor: Cursor, isFraction: boolean): ReadValues | CalendarFault {
  const offset = cursor.offset;
  if (cursor.takes("*")) {
    if (cursor.next === "/") {
      return cursor.fault("An asterisk takes no repetition", { hint: EVERY_FIFTH });
    }
    const everySecond = { start: 0, stop: undefined, repeat: SECOND_MICROS };
    return { list: isFraction ? [everySecond] : [], offset };
  }
  const list: Values[] = [];
  do {
    const values = readRange(cursor, isFraction);
    if ("kind" in values) return values;
    list.push(values);
  } while (cursor.takes(","));
  return { list, offset };
}

/**
 * The normal form of what was read, as the values of a field.
 *
 * @returns A fault when they are none of it.
 */
export function fieldValues({ list, offset }: ReadValues, field: Field): ValueList | CalendarFault {
  const full = field.hasCenturies === true ? list.map(withCentury) : list;
  const normal = normalValues(full);
  const { range, countsDown = false, isFraction = false } = field;
  const show = (value: number) => isFraction ? String(value / SECOND_MICROS) : String(value);
  for (const values of normal) {
    const why = valuesFault(values, { range, countsDown, show });
    if (why === undefined) continue;
    return { kind: "fault", offset, why: `${field.name}: ${why}`, hint: undefined };
  }
  return normal;
}

function withCentury({ start, stop, repeat }: Values): Values {
  return { start: fullYear(start), stop: stop === undefined ? undefined : fullYear(stop), repeat };
}

function fullYear(year: number): number {
  if (year >= 100) return year;
  return year >= 70 ? 1900 + year : 2000 + year;
}

function readRange(cursor: Cursor, isFraction: boolean): Values | CalendarFault {
  const step = isFraction ? SECOND_MICROS : 1;
  const offset = cursor.offset;
  const start = readNumber(cursor, isFraction);
  if (typeof start !== "number") return start;
  let stop: number | undefined;
  let repeat = 0;
  if (cursor.takes("..")) {
    const end = readNumber(cursor, isFraction);
    if (typeof end !== "number") return end;
    stop = end;
    repeat = step;
  }
  if (cursor.takes("/")) {
    const every = cursor.offset;
    const number = readNumber(cursor, isFraction);
    if (typeof number !== "number") return number;
    if (number === 0) return cursor.fault("A repetition of 0 never gets on", { offset: every });
    repeat = number;
  } else if (isFraction && stop !== undefined && stop >= start && stop - start < step) {
    return cursor.fault("The range of seconds is shorter than one", {
      offset,
      hint: "Give the distance between its values, 0..0.5/0.1, or the first alone",
    });
  }
  // A range of one value is that value, however it may repeat.
  return stop === start ? { start, stop: undefined, repeat: 0 } : { start, stop, repeat };
}

function readNumber(cursor: Cursor, isFraction: boolean): number | CalendarFault {
  const offset = cursor.offset;
  const digits = cursor.takeMatch(/[0-9]+/y);
  if (digits === undefined) return cursor.fault("A number is needed", { hint: starHint(cursor) });
  const significant = digits.replace(/^0+(?=[0-9])/, "");
  if (significant.length > MOST_DIGITS) {
    return cursor.fault("The number is too large", { offset });
  }
  const whole = Number(significant);
  if (!isFraction) return whole;
  // A second dot begins the sign of a range.
  const fraction = cursor.takeMatch(/\.[0-9]+/y)?.slice(1) ?? "";
  const millionths = Number(fraction.slice(0, 6).padEnd(6, "0"));
  const roundsUp = fraction.charAt(6) >= "5" ? 1 : 0;
  return whole * SECOND_MICROS + millionths + roundsUp;
}

function starHint(cursor: Cursor): string | undefined {
  if (cursor.next !== "*") return undefined;
  return `An asterisk stands for a whole field. ${EVERY_FIFTH}`;
}
