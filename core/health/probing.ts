/**
 * One probe of a service as it goes on: when it is asked next, how long an answer may take, and how
 * many answers in a row make a verdict. A function of what was and what comes; it reads no clock.
 *
 * There is one try at a time. From the begin of one to that of the next there is the interval, and
 * never less than the try takes. A verdict is given when it changes, so a service that stays well
 * says nothing.
 */
import type { HealthProbe } from "../description/contract/description.ts";
import type { Instant } from "../types.ts";

export interface Probing {
  /** Of the next try; while one is under way, of that one. */
  readonly tryAt: Instant;
  readonly isAsking: boolean;
  /** Answers in a row, good ones or bad ones. */
  readonly row: { readonly isGood: boolean; readonly count: number };
  readonly verdict: "none" | "good" | "bad";
}

/** The numbers of a probe. */
export type ProbeTimes = Pick<
  HealthProbe,
  "delayMs" | "intervalMs" | "timeoutMs" | "successes" | "failures"
>;

/** The first try is to come. */
export function beginProbing({ delayMs }: Pick<ProbeTimes, "delayMs">, now: Instant): Probing {
  return {
    tryAt: now + delayMs as Instant,
    isAsking: false,
    row: { isGood: true, count: 0 },
    verdict: "none",
  };
}

/** When something is to be done next: to begin a try, or to give one up. */
export function probingDue({ tryAt, isAsking }: Probing, { timeoutMs }: ProbeTimes): Instant {
  return isAsking ? tryAt + timeoutMs as Instant : tryAt;
}

/** A try begins. */
export function askNow(probing: Probing, now: Instant): Probing {
  return { ...probing, tryAt: now, isAsking: true };
}

/** What a try has come to. */
export interface Judged {
  readonly probing: Probing;
  /** Undefined: it is as before, or not known yet. */
  readonly verdict: "good" | "bad" | undefined;
}

/** The try has an answer, or will have none. */
export function judge(
  probing: Probing,
  times: ProbeTimes,
  { isGood, now }: { readonly isGood: boolean; readonly now: Instant },
): Judged {
  const { row, tryAt, verdict } = probing;
  const count = row.isGood === isGood ? Math.min(row.count + 1, MOST_COUNTED) : 1;
  const enough = isGood ? times.successes : times.failures;
  const isEnough = enough > 0 && count >= enough;
  const judged = isGood ? "good" : "bad";
  const after = isEnough ? judged : verdict;
  return {
    probing: {
      tryAt: Math.max(tryAt + times.intervalMs, now) as Instant,
      isAsking: false,
      row: { isGood, count },
      verdict: after,
    },
    verdict: after === verdict || after === "none" ? undefined : after,
  };
}

/** More than any threshold. */
const MOST_COUNTED = 2 ** 31;
