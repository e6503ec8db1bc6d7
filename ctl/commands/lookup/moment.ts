/** Points in time as people write them on a command line, in local time. */

const UNITS: ReadonlyMap<string, number> = new Map([
  ["s", 1000],
  ["sec", 1000],
  ["m", 60_000],
  ["min", 60_000],
  ["h", 3_600_000],
  ["d", 86_400_000],
  ["day", 86_400_000],
  ["days", 86_400_000],
  ["w", 604_800_000],
]);

/**
 * `2026-11-30 12:34:56`, `2026-11-30`, `12:34` (today), `now`, `today`, `yesterday`, `-10min`,
 * `10min ago`, `2026-11-30T12:34:56Z`, `@1764506096`.
 *
 * @param nowMs Milliseconds since 1970, as is the answer.
 * @returns undefined when it is none of these.
 */
export function parseMoment(text: string, nowMs: number): number | undefined {
  const word = text.trim();
  const ago = /^-\s*(\d+(?:\.\d+)?)\s*([a-z]+)$|^(\d+(?:\.\d+)?)\s*([a-z]+)\s+ago$/.exec(word);
  if (ago !== null) {
    const unitMs = UNITS.get(ago[2] ?? ago[4] ?? "");
    return unitMs === undefined ? undefined : nowMs - Number(ago[1] ?? ago[3]) * unitMs;
  }
  const seconds = /^@(\d+(?:\.\d+)?)$/.exec(word)?.[1];
  if (seconds !== undefined) return Number(seconds) * 1000;
  const now = new Date(nowMs);
  const dayStart = (offset: number) =>
    new Date(now.getFullYear(), now.getMonth(), now.getDate() + offset).getTime();
  if (word === "now") return nowMs;
  if (word === "today") return dayStart(0);
  if (word === "yesterday") return dayStart(-1);
  return dateAndTime(word, now);
}

const DATE_AND_TIME =
  /^(?:(\d{4})-(\d{2})-(\d{2}))?(?:[ T]?(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?)?(Z?)$/;

function dateAndTime(word: string, now: Date): number | undefined {
  const parts = DATE_AND_TIME.exec(word);
  if (parts === null || word === "" || word === "Z") return undefined;
  const [, year, month, day, hour, minute, second, fraction, zone] = parts;
  const number = (digits: string | undefined) => Number(digits ?? 0);
  const numbers = [
    ...(year === undefined
      ? [now.getFullYear(), now.getMonth(), now.getDate()]
      : [number(year), number(month) - 1, number(day)]),
    ...[number(hour), number(minute), number(second)],
    Number((fraction ?? "0").padEnd(3, "0")),
  ] as [number, number, number, number, number, number, number];
  const isReal = numbers[1] >= 0 && numbers[1] < 12 && numbers[2] >= 1 && numbers[2] <= 31 &&
    numbers[3] < 24 && numbers[4] < 60 && numbers[5] < 60;
  if (!isReal) return undefined;
  return zone === "Z" ? Date.UTC(...numbers) : new Date(...numbers).getTime();
}
