/** One try to find out whether a service is well, as those that make them share it. */
import type { Fd } from "../../core/types.ts";

/** What a try has come to. `why`: a sentence without its end; empty when it is good. */
export interface Outcome {
  readonly isGood: boolean;
  readonly why: string;
}

/** A try under way that hangs on a descriptor. */
export interface DescriptorAttempt {
  readonly descriptor: Fd;
  /** The descriptor is ready. @returns Undefined: it is not known yet. */
  proceed(): Outcome | undefined;
  /** Nothing of it is wanted any more. */
  end(): void;
}

export const GOOD: Outcome = { isGood: true, why: "" };

export function bad(why: string): Outcome {
  return { isGood: false, why };
}
