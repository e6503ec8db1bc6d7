/** Lengths of time as people write them on a command line. */

const UNITS: readonly (readonly [name: string, ms: number])[] = [
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1000],
];

/** `2h`, `90s`, `1.5s`: in the largest unit of which it is a whole number. */
export function durationText(milliseconds: number): string {
  const [name, ms] = UNITS.find(([, unit]) => milliseconds >= unit && milliseconds % unit === 0) ??
    ["s", 1000];
  return `${milliseconds / ms}${name}`;
}

const UNIT_MS: Readonly<Record<string, number>> = {
  "": 1000,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/** `10s`, `500ms`, `1.5m`, `2h`, or a plain number of seconds → milliseconds. */
export function parseDuration(text: string): number | "faulty" {
  const match = /^([0-9]+(?:\.[0-9]+)?)(ms|s|m|h|)$/.exec(text);
  const unitMs = UNIT_MS[match?.[2] ?? "none"];
  if (match === null || unitMs === undefined) return "faulty";
  const milliseconds = Number(match[1]) * unitMs;
  return Number.isFinite(milliseconds) ? milliseconds : "faulty";
}
