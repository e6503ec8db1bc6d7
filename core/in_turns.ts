/** Long work that yields where others may have their turn. */
export type InTurns<Result> = Generator<void, Result, void>;

/** Does all of it in one go. */
export function atOnce<Result>(work: InTurns<Result>): Result {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}
