/** Reads what `deno test` prints, line by line, and counts. */

/** What a run of `deno test` has said so far. */
export interface Summary {
  readonly passed: number;
  readonly failed: number;
  /** Names of the tests that were not run. */
  readonly ignored: readonly string[];
  /** Whether the closing line has come; without it the run broke off. */
  readonly isComplete: boolean;
}

/** Nothing read yet. */
export const NOTHING: Summary = { passed: 0, failed: 0, ignored: [], isComplete: false };

/**
 * With `--parallel` each line begins with the file: `./tests/a_test.ts => name ... ignored (0ms)`.
 */
const IGNORED = /^(?:\.\/\S+ => )?(.+) \.\.\. ignored \(\d/;

/** `FAILED | 3 passed (2 steps) | 1 failed (1 step) | 1 ignored (16ms)` */
const CLOSING = /^(?:ok|FAILED) \| (\d+) passed(?: \([^)]*\))? \| (\d+) failed/;

/**
 * Takes one more line, without colours.
 *
 * @returns The summary that follows from it; the one given, when the line says nothing.
 */
export function readLine(summary: Summary, line: string): Summary {
  const ignored = IGNORED.exec(line)?.[1];
  if (ignored !== undefined) return { ...summary, ignored: [...summary.ignored, ignored] };
  const closing = CLOSING.exec(line);
  if (closing === null) return summary;
  return { ...summary, passed: Number(closing[1]), failed: Number(closing[2]), isComplete: true };
}
