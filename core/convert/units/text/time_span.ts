/** Time spans as systemd.time(7) has them: `90`, `5min 20s`, `1h 30`, `infinity`. */

const UNITS: readonly (readonly [number, string])[] = [
  [1e-6, "usec us µs μs"],
  [1e-3, "msec ms"],
  [1, "seconds second sec s"],
  [60, "minutes minute min m"],
  [3600, "hours hour hr h"],
  [86400, "days day d"],
  [604800, "weeks week w"],
  [2629800, "months month M"],
  [31557600, "years year y"],
];
const BY_NAME: ReadonlyMap<string, number> = new Map(
  UNITS.flatMap(([seconds, names]) =>
    names.split(" ").map((name): [string, number] => [name, seconds])
  ),
);

const PART = /\s*([0-9]+(?:\.[0-9]*)?|\.[0-9]+)\s*([A-Za-zµμ]*)\s*/y;

/** @returns Seconds; `Infinity` for `infinity`; undefined when it is no time span. */
export function parseTimeSpan(text: string): number | undefined {
  const trimmed = text.trim();
  if (trimmed === "infinity") return Infinity;
  if (trimmed === "") return undefined;
  let seconds = 0;
  PART.lastIndex = 0;
  while (PART.lastIndex < trimmed.length) {
    const match = PART.exec(trimmed);
    if (match === null) return undefined;
    const [, digits = "", unit = ""] = match;
    const factor = unit === "" ? 1 : BY_NAME.get(unit);
    if (factor === undefined) return undefined;
    seconds += Number(digits) * factor;
  }
  // To the microsecond, as systemd keeps it.
  return Math.round(seconds * 1e6) / 1e6;
}
