/** Lists of values: their normal form, whether they are within a field, and the next value. */
import type { FieldRange, ValueList, Values } from "./expression.ts";

/** Sorted, without doubles, ranges ending with a value that is one of theirs. */
export function normalValues(list: ValueList): ValueList {
  const sorted = list.map(normalRange).sort(compareValues);
  return sorted.filter((values, index) => {
    const before = sorted[index - 1];
    return before === undefined || compareValues(before, values) !== 0;
  });
}

function normalRange(values: Values): Values {
  const { start, stop, repeat } = values;
  if (stop === undefined || stop < start || repeat === 0) return values;
  const reached = stop - (stop - start) % repeat;
  return reached === start ? { start, stop: undefined, repeat: 0 } : { ...values, stop: reached };
}

function compareValues(a: Values, b: Values): number {
  return a.start - b.start || (a.stop ?? -1) - (b.stop ?? -1) || a.repeat - b.repeat;
}

/**
 * Why values in normal form are none of a field; undefined: they are.
 *
 * @param show How the field's values are written.
 */
export function valuesFault(
  { start, stop, repeat }: Values,
  options: {
    readonly range: FieldRange;
    readonly countsDown: boolean;
    readonly show: (value: number) => string;
  },
): string | undefined {
  const { range, countsDown, show } = options;
  const allowed = `allowed are ${show(range.from)} to ${show(range.to)}`;
  if (start < range.from || start > range.to) return `${show(start)} is out of range: ${allowed}`;
  if (stop !== undefined) {
    if (stop > range.to) return `${show(stop)} is out of range: ${allowed}`;
    if (stop < start) return `The range ends before it begins: ${show(start)}..${show(stop)}`;
    return undefined;
  }
  const reached = countsDown ? start - repeat : start + repeat;
  if (reached >= range.from && reached <= range.to) return undefined;
  return `The repetition ${show(repeat)} leads out of the field at once: ${allowed}`;
}

/**
 * The first value of a list that is not before `value`.
 *
 * @param last The field's last value.
 */
export function firstAt(list: ValueList, value: number, last: number): number | undefined {
  if (list.length === 0) return value <= last ? value : undefined;
  let first: number | undefined;
  for (const values of list) {
    const found = firstOf(values, value, last);
    if (found !== undefined && (first === undefined || found < first)) first = found;
  }
  return first;
}

function firstOf({ start, stop, repeat }: Values, value: number, last: number): number | undefined {
  if (value <= start) return start <= last ? start : undefined;
  if (repeat === 0) return undefined;
  const found = start + Math.ceil((value - start) / repeat) * repeat;
  return found <= Math.min(stop ?? last, last) ? found : undefined;
}

/**
 * Days counted from a month's end as days of that month.
 *
 * @param days How many the month has.
 */
export function daysFromEnd(list: ValueList, days: number): ValueList {
  return list.map(({ start, stop, repeat }) => {
    const first = days + 1 - (stop ?? start);
    return { start: first, stop: stop === undefined ? undefined : days + 1 - start, repeat };
  });
}
