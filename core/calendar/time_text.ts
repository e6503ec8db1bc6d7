/** Points in time for people, and read from their words. */
import {
  civilMicros,
  civilTime,
  DAY_MICROS,
  daysInMonth,
  HOUR_MICROS,
  MINUTE_MICROS,
  SECOND_MICROS,
  weekdayOf,
} from "./civil.ts";
import { WEEKDAY_NAMES, type ZoneName } from "./expression.ts";
import { localInstants, UTC, type Zone } from "./zone.ts";

/**
 * `Tue 2026-12-01 02:00:00 CET`, as systemd writes it; a fraction only where there is one.
 *
 * @param micros Since 1970-01-01 00:00:00 UTC.
 */
export function timeText(micros: number, zone: Zone): string {
  const { offsetSeconds, abbreviation } = zone.at(Math.floor(micros / SECOND_MICROS));
  const { year, month, day, dayMicros } = civilTime(micros + offsetSeconds * SECOND_MICROS);
  const weekday = WEEKDAY_NAMES[weekdayOf(year, month, day)];
  return `${weekday} ${year}-${two(month)}-${two(day)} ${clockText(dayMicros)} ${abbreviation}`;
}

/** `2026-12-01T02:00:00+01:00`: RFC 3339. */
export function isoText(micros: number, zone: Zone): string {
  const { offsetSeconds } = zone.at(Math.floor(micros / SECOND_MICROS));
  const { year, month, day, dayMicros } = civilTime(micros + offsetSeconds * SECOND_MICROS);
  const minutes = Math.round(Math.abs(offsetSeconds) / 60);
  const sign = offsetSeconds < 0 ? "-" : "+";
  const offset = offsetSeconds === 0
    ? "Z"
    : `${sign}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
  return `${year}-${two(month)}-${two(day)}T${clockText(dayMicros)}${offset}`;
}

function clockText(dayMicros: number): string {
  const hours = Math.floor(dayMicros / HOUR_MICROS);
  const minutes = Math.floor(dayMicros % HOUR_MICROS / MINUTE_MICROS);
  const seconds = Math.floor(dayMicros % MINUTE_MICROS / SECOND_MICROS);
  const rest = dayMicros % SECOND_MICROS;
  const fraction = rest === 0 ? "" : `.${String(Math.floor(rest)).padStart(6, "0")}`;
  return `${two(hours)}:${two(minutes)}:${two(seconds)}${fraction}`;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}

const TIME =
  /^(?:(\d{4})-(\d{1,2})-(\d{1,2}))(?:[ T](\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?)?(?: ?(Z|[A-Za-z][\w+\-/]*))?$/;

/**
 * Reads `2026-12-01 02:00:00`, perhaps with a zone, without seconds or without a time of day; `@`
 * and seconds since 1970; or `now`.
 *
 * @returns Microseconds since 1970-01-01 00:00:00 UTC; undefined: it is none of these.
 */
export function readTime(
  text: string,
  { now, zoneOf }: {
    /** Microseconds. */
    readonly now: number;
    readonly zoneOf: (name: ZoneName) => Zone | undefined;
  },
): number | undefined {
  if (text === "now") return now;
  const epoch = /^@(\d{1,10})(?:\.(\d{1,6}))?$/.exec(text);
  if (epoch !== null) return Number(epoch[1]) * SECOND_MICROS + fraction(epoch[2]);
  const match = TIME.exec(text);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7)
    .map((part) => Number(part ?? 0));
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined;
  const dayMicros = hour * HOUR_MICROS + minute * MINUTE_MICROS + second * SECOND_MICROS +
    fraction(match[7]);
  if (minute > 59 || second > 59 || dayMicros >= DAY_MICROS) return undefined;
  const zone = zoneNamed(match[8], zoneOf);
  if (zone === undefined) return undefined;
  const found = localInstants(civilMicros({ year, month, day, dayMicros }), zone);
  if (found.kind === "instants") return found.micros[0];
  const after = localInstants(found.endMicros, zone);
  return after.kind === "instants" ? after.micros[0] : undefined;
}

function zoneNamed(
  name: string | undefined,
  zoneOf: (name: ZoneName) => Zone | undefined,
): Zone | undefined {
  if (name === undefined) return zoneOf({ kind: "local" });
  if (name === "Z" || name.toUpperCase() === "UTC") return UTC;
  return zoneOf({ kind: "named", name });
}

function fraction(digits: string | undefined): number {
  return Number((digits ?? "").padEnd(6, "0"));
}
