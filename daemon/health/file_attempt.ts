/** Whether a file is young enough: known at once, as far as its file system answers at once. */
import { durationText } from "../../core/text/duration.ts";
import { bad, GOOD, type Outcome } from "./attempt.ts";

export interface FileTimes {
  /** Milliseconds since 1970 now. */
  readonly nowMs: () => number;
  /** When the file was changed, links followed; undefined: it cannot be told. */
  readonly changedMs: (path: string) => number | undefined;
}

/** A file of the future counts as young: a clock was set. */
export function fileAttempt(
  { nowMs, changedMs }: FileTimes,
  path: string,
  youngerThanMs: number,
): Outcome {
  const changed = changedMs(path);
  if (changed === undefined) return bad(`${path} is not there`);
  const ageMs = nowMs() - changed;
  return ageMs < youngerThanMs
    ? GOOD
    : bad(`${path} was changed ${durationText(Math.round(ageMs / 1000) * 1000)} ago`);
}

/** Of this system. */
export const FILE_TIMES: FileTimes = {
  nowMs: Date.now,
  changedMs: (path) => {
    try {
      return Deno.statSync(path).mtime?.getTime();
    } catch {
      return undefined;
    }
  },
};
