/** The end of a test run: what was skipped and why, and the counts. */
import type { Summary } from "./summary.ts";

/** A test that `tests/skip.ts` skipped. */
export interface Skip {
  readonly name: string;
  readonly reason: string;
}

/** Reads the file that `tests/skip.ts` writes: a JSON object a line. */
export function readSkips(text: string): readonly Skip[] {
  return text.split("\n").filter((line) => line !== "").map((line) => {
    const { name, reason } = JSON.parse(line);
    return { name: String(name), reason: String(reason) };
  });
}

/**
 * The lines to print last.
 *
 * @param otherFailures Failures outside of any test: the build, a run that broke off.
 */
export function reportLines(
  summaries: readonly Summary[],
  skips: readonly Skip[],
  otherFailures: number,
): readonly string[] {
  const reasons = new Map(skips.map((skip) => [skip.name, skip.reason]));
  const skipped = summaries.flatMap((summary) => summary.ignored)
    .map((name) => `  ${name}: ${reasons.get(name) ?? "no reason is given"}`);
  return [
    ...(skipped.length === 0 ? [] : [`${skipped.length} skipped:`, ...skipped]),
    `${sum(summaries, "passed")} passed, ${sum(summaries, "failed") + otherFailures} failed`,
  ];
}

/** Adds one count of all summaries. */
export function sum(summaries: readonly Summary[], count: "passed" | "failed"): number {
  return summaries.reduce((total, summary) => total + summary[count], 0);
}
