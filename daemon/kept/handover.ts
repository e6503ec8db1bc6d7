/**
 * What a manager tells the program that is executed in its place, beside the state itself: where
 * the
 * state is, and who was here before. An environment variable, which is for that one program and is
 * taken away at once.
 */

/** Its name. */
export const HANDOVER_VARIABLE = "DINIT_HANDOVER";

/** The program that was here before, so that it can come back. */
export interface Predecessor {
  readonly path: string;
  /** That is a copy, made for this purpose: its own file is gone. */
  readonly isCopy: boolean;
  /** What it was called with. */
  readonly words: readonly string[];
}

/** Its value. */
export interface Handover {
  /** Descriptor of the state. */
  readonly state: number;
  readonly predecessor: Predecessor;
  /**
   * Why the program that was to come could not go on: set when the predecessor is back, and is then
   * the end of a sentence.
   */
  readonly isBackBecause?: string;
}

export function handoverText(handover: Handover): string {
  return `${HANDOVER_VARIABLE}=${JSON.stringify(handover)}`;
}

/** @returns undefined when it is none: somebody else has set the variable. */
export function parseHandover(text: string): Handover | undefined {
  let value: Partial<Handover> | null;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { state, predecessor, isBackBecause } = value ?? {};
  if (!isDescriptor(state) || typeof predecessor?.path !== "string") return undefined;
  const { path, isCopy, words } = predecessor;
  if (!Array.isArray(words)) return undefined;
  return {
    state,
    predecessor: { path, isCopy: isCopy === true, words: words.map(String) },
    ...typeof isBackBecause === "string" && { isBackBecause },
  };
}

function isDescriptor(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
