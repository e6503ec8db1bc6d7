/** Points in time that lie behind us, for people. */

const UNITS: readonly (readonly [string, number])[] = [
  ["days", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
  ["s", 1000],
];

/**
 * `2026-11-30 10:12:01 (3 min ago)`, in local time.
 *
 * @param agoMs How long ago, in milliseconds.
 * @param nowMs The time now, in milliseconds since 1970.
 */
export function pastText(agoMs: number, nowMs: number): string {
  return `${localTime(new Date(nowMs - agoMs))} (${agoText(agoMs)})`;
}

/** In the largest unit of which there are two, rounded down. */
export function agoText(agoMs: number): string {
  const fitting = UNITS.find(([, unitMs]) => agoMs >= 2 * unitMs);
  if (fitting === undefined) return agoMs < 1000 ? "just now" : "1 s ago";
  const [unit, unitMs] = fitting;
  return `${Math.floor(agoMs / unitMs)} ${unit} ago`;
}

/** `2026-11-30 10:12:01`. */
export function localTime(date: Date): string {
  const day = [date.getFullYear(), date.getMonth() + 1, date.getDate()];
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()];
  return `${day.map(padded).join("-")} ${time.map(padded).join(":")}`;
}

function padded(part: number): string {
  return String(part).padStart(2, "0");
}
