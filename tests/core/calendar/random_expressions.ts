/** Calendar expressions by chance: such as people write, and such as nobody does. */
import type { Random } from "../../../tools/simulation/random.ts";

const WEEKDAYS = ["Mon", "tue", "Wednesday", "THU", "fri", "Saturday", "sun"];
const SHORTHANDS = ["minutely", "hourly", "daily", "weekly", "monthly", "quarterly", "yearly"];
const ZONES = [
  "UTC",
  "Europe/Berlin",
  "America/New_York",
  "Australia/Lord_Howe",
  "America/Havana",
  "Asia/Kolkata",
  "Pacific/Auckland",
  "America/St_Johns",
];

/** @param random Decides everything. */
export function randomExpression(random: Random): string {
  const zone = random.chance(0.4) ? ` ${random.pick(ZONES)}` : "";
  if (random.chance(0.04)) return random.pick([...SHORTHANDS, "semiannually"]) + zone;
  const weekdays = random.chance(0.35) ? weekdayText(random) : "";
  const date = random.chance(0.7) ? dateText(random) : "";
  const time = random.chance(0.85) || weekdays + date === "" ? timeText(random) : "";
  return [weekdays, date, time].filter((part) => part !== "").join(" ") + zone;
}

function weekdayText(random: Random): string {
  const parts = Array.from({ length: 1 + random.below(3) }, () => {
    const first = random.below(7);
    if (random.chance(0.6)) return WEEKDAYS[first];
    return `${WEEKDAYS[first]}..${WEEKDAYS[first + random.below(7 - first)]}`;
  });
  return parts.join(",");
}

function dateText(random: Random): string {
  const month = valuesText(random, { from: 1, to: 12, open: 0.6 });
  const fromEnd = random.chance(0.2);
  const day = valuesText(random, { from: 1, to: fromEnd ? 28 : 31, open: 0.3, down: fromEnd });
  const sign = fromEnd ? "~" : "-";
  if (random.chance(0.3)) return `${month}${sign}${day}`;
  const year = valuesText(random, { from: 2020, to: 2040, open: 0.85 });
  return `${year}-${month}${sign}${day}`;
}

function timeText(random: Random): string {
  const hour = valuesText(random, { from: 0, to: 23, open: 0.3 });
  const minute = valuesText(random, { from: 0, to: 59, open: 0.2 });
  if (random.chance(0.6)) return `${hour}:${minute}`;
  const second = valuesText(random, { from: 0, to: 59, open: 0.2 });
  if (!random.chance(0.2)) return `${hour}:${minute}:${second}`;
  const fraction = `${random.below(59)}.${random.below(1_000_000)}`;
  const every = random.chance(0.4) ? `/${1 + random.below(9)}.${random.below(1000)}` : "";
  return `${hour}:${minute}:${fraction}${every}`;
}

interface Range {
  readonly from: number;
  readonly to: number;
  /** How often it is an asterisk. */
  readonly open: number;
  /** Repetitions go down. */
  readonly down?: boolean;
}

function valuesText(random: Random, range: Range): string {
  if (random.chance(range.open)) return "*";
  // Of lists that count from a month's end systemd refuses many: docs/design/0038.
  const count = range.down === true || random.chance(0.7) ? 1 : 1 + random.below(4);
  return Array.from({ length: count }, () => rangeText(random, range)).join(",");
}

function rangeText(random: Random, { from, to, down = false }: Range): string {
  const start = from + random.below(to - from + 1);
  const kind = random.below(10);
  const written = random.chance(0.5) ? String(start).padStart(2, "0") : String(start);
  if (kind < 5) return written;
  if (kind < 8) {
    const stop = start + random.below(to - start + 1);
    const every = random.chance(0.4) ? `/${1 + random.below(6)}` : "";
    return `${written}..${stop}${every}`;
  }
  const room = down ? start - from : to - start;
  return room === 0 ? written : `${written}/${1 + random.below(room)}`;
}

/** The text with something added, taken away or changed: mostly it means nothing any more. */
export function damaged(text: string, random: Random): string {
  const at = random.below(text.length + 1);
  const piece = random.pick(["*", "/", "..", ",", ":", "-", "~", "0", "5", "99", ".", "mon"]);
  switch (random.below(3)) {
    case 0:
      return text.slice(0, at) + text.slice(at + 1);
    case 1:
      return text.slice(0, at) + piece + text.slice(at);
    default:
      return text.slice(0, at) + piece + text.slice(at + 1);
  }
}
