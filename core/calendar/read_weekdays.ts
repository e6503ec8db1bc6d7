/** Reads the weekdays at the beginning of a calendar expression: `Mon..Wed,Sat`. */
import type { Cursor } from "./cursor.ts";
import type { CalendarFault } from "./expression.ts";

/** In the order of the week, long names first so that they are not taken for short ones. */
const NAMES: readonly (readonly [name: string, day: number])[] = [
  "monday",
  "tuesday",
  "wednesday",
  "thursday",
  "friday",
  "saturday",
  "sunday",
].flatMap((name, day) => [[name, day], [name.slice(0, 3), day]] as const);

/** Separators of a range; systemd took the hyphen once, and still does. */
const RANGE_SIGN = /\.\.|-/y;

/**
 * Goes beyond the weekdays and the blanks after them.
 *
 * @returns Their bits; undefined when the text begins with something else.
 */
export function readWeekdays(cursor: Cursor): number | undefined | CalendarFault {
  if (!/^[a-z]/i.test(cursor.next)) return undefined;
  let days = 0;
  for (;;) {
    const first = readDay(cursor);
    if (typeof first === "object") return first;
    let last = first;
    const begin = cursor.offset;
    if (cursor.takeMatch(RANGE_SIGN) !== undefined) {
      const end = readDay(cursor);
      if (typeof end === "object") return end;
      if (end < first) {
        return cursor.fault("The range goes over the end of the week", {
          offset: begin,
          hint: "Weeks begin with Monday: write Sat,Sun,Mon",
        });
      }
      last = end;
    }
    for (let day = first; day <= last; day++) days |= 1 << day;
    const hasComma = cursor.takes(",");
    if (cursor.isAtEnd || cursor.next === " ") {
      cursor.skipBlanks();
      return days;
    }
    if (!hasComma) {
      return cursor.fault("After a weekday comes a comma, a blank, or .. and another weekday");
    }
  }
}

/** @returns 0 for Monday. */
function readDay(cursor: Cursor): number | CalendarFault {
  const { offset } = cursor;
  const word = cursor.takeMatch(/[a-z]+/iy) ?? "";
  const found = NAMES.find(([name]) => name === word.toLowerCase());
  if (found !== undefined) return found[1];
  const hint = "Weekdays are Mon, Tue, Wed, Thu, Fri, Sat, Sun, or their whole names";
  const why = word === "" ? "A weekday is needed" : `"${word}" is no weekday and no shorthand`;
  return cursor.fault(why, { offset, hint });
}
