/**
 * A calendar expression: which points in time are meant by `Mon..Fri *-*-* 02:00` and the like.
 *
 * The language is that of systemd's timers. Source: systemd.time(7), "Calendar events"; where the
 * page is silent, what `systemd-analyze calendar` makes of it.
 */

/**
 * Some values of a field: `start` alone, or every `repeat`-th from there to `stop`; without `stop`
 * to the field's end.
 */
export interface Values {
  readonly start: number;
  readonly stop: number | undefined;
  /** 0: `start` alone. */
  readonly repeat: number;
}

/** Any of them; an empty list: every value of the field. */
export type ValueList = readonly Values[];

export type ZoneName =
  /** That of the machine. */
  | { readonly kind: "local" }
  | { readonly kind: "utc" }
  /** By its name in the database of time zones: `Europe/Berlin`. */
  | { readonly kind: "named"; readonly name: string };

export interface CalendarExpression {
  /** A bit for each day, 1 for Monday to 64 for Sunday. Never 0. */
  readonly weekdays: number;
  readonly year: ValueList;
  readonly month: ValueList;
  readonly day: ValueList;
  /** The days count from the month's end: 1 is the last one. */
  readonly countsFromMonthEnd: boolean;
  readonly hour: ValueList;
  readonly minute: ValueList;
  /** Of the minute: 0 to 59 999 999. Never empty. */
  readonly micros: ValueList;
  readonly zone: ZoneName;
}

/** A field's smallest and largest value. */
export interface FieldRange {
  readonly from: number;
  readonly to: number;
}

export const EVERY_WEEKDAY = 0b1111111;

/** In the order of the bits of `weekdays`. */
export const WEEKDAY_NAMES = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] as const;

/** What is accepted and found, as with systemd. */
export const RANGES = {
  year: { from: 1970, to: 2199 },
  month: { from: 1, to: 12 },
  day: { from: 1, to: 31 },
  /** From a month's end; so many days has every month. */
  dayFromEnd: { from: 1, to: 28 },
  hour: { from: 0, to: 23 },
  minute: { from: 0, to: 59 },
  micros: { from: 0, to: 59_999_999 },
} as const satisfies Readonly<Record<string, FieldRange>>;

/** What is wrong with an expression. */
export interface CalendarFault {
  readonly kind: "fault";
  /** Index of the character meant. */
  readonly offset: number;
  readonly why: string;
  readonly hint: string | undefined;
}
