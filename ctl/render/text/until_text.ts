/** Points in time that lie before us, for people. */
import { localTime } from "./past_text.ts";

const UNITS: readonly (readonly [name: string, seconds: number])[] = [
  ["d", 86_400],
  ["h", 3600],
  ["min", 60],
  ["s", 1],
];

/**
 * `2026-12-01 02:00:00 (in 6 h 10 min)`, in local time.
 *
 * @param inMs From now on, in milliseconds.
 * @param nowMs The time now, in milliseconds since 1970.
 */
export function futureText(inMs: number, nowMs: number): string {
  // To the second: both are known to some milliseconds only.
  const time = new Date(Math.round((nowMs + inMs) / 1000) * 1000);
  return `${localTime(time)} (${untilText(inMs * 1000)})`;
}

/**
 * `in 6 h 10 min`, `in 3 d 4 h`, `2 h ago`: the two largest units.
 *
 * @param micros From now on; below 0: it has passed.
 */
export function untilText(micros: number): string {
  const seconds = Math.round(Math.abs(micros) / 1_000_000);
  const text = lengthText(seconds);
  return micros < 0 ? `${text} ago` : `in ${text}`;
}

function lengthText(seconds: number): string {
  const index = UNITS.findIndex(([, unit]) => seconds >= unit);
  const [name, unit] = UNITS[index] ?? ["s", 1];
  const first = `${Math.floor(seconds / unit)} ${name}`;
  const next = UNITS[index + 1];
  if (next === undefined) return first;
  const rest = Math.floor(seconds % unit / next[1]);
  return rest === 0 ? first : `${first} ${rest} ${next[0]}`;
}
