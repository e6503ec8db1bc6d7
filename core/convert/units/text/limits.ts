/** Resource limits of units. Source: systemd.exec(5), "Process properties". */
import type { TomlValue } from "../../rows.ts";
import { parseTimeSpan } from "./time_span.ts";

/** 1024 to the power of the index. */
const SIZE_UNITS = " KMGTPE";

/** `1024`, `64K`, `1.5G` → a number of bytes; undefined when it is none. */
export function parseSize(text: string): number | undefined {
  const match = /^([0-9]+(?:\.[0-9]+)?)\s*([KMGTPE]?)B?$/.exec(text.trim());
  if (match === null) return undefined;
  const power = Math.max(0, SIZE_UNITS.indexOf(match[2] ?? ""));
  const bytes = Number(match[1]) * 1024 ** (match[2] === "" ? 0 : power);
  return Number.isSafeInteger(Math.round(bytes)) ? Math.round(bytes) : undefined;
}

/**
 * `SOFT:HARD` or one for both, as our limits are written.
 *
 * @param name Without `Limit`: times have units of time, sizes those of bytes, NICE its own
 * numbers.
 */
export function resourceLimit(name: string, value: string): TomlValue | undefined {
  const halves = value.split(":").map((half) => limitHalf(name, half.trim()));
  const [soft, hard] = halves;
  if (soft === undefined || halves.length > 2 || halves.includes(undefined)) return undefined;
  return { soft, hard: hard ?? soft };
}

function limitHalf(name: string, text: string): string | number | undefined {
  if (text === "infinity") return "-";
  if (name === "CPU") return timeLimit(text, 1);
  if (name === "RTTIME") return timeLimit(/^[0-9]+$/.test(text) ? `${text}us` : text, 1e6);
  // rlimit_nice of getrlimit(2): 20 minus the lowest nice value.
  if (name === "NICE" && /^[-+][0-9]+$/.test(text)) return 20 - Number(text);
  return parseSize(text);
}

function timeLimit(text: string, factor: number): string | number | undefined {
  const seconds = parseTimeSpan(text);
  return seconds === undefined
    ? undefined
    : seconds === Infinity
    ? "-"
    : Math.ceil(seconds * factor);
}
