/**
 * What a filter of system calls decides, by number and arguments, before it is a program.
 *
 * Of an argument only the lower half is looked at: all that are asked about are of 32 bits in the
 * kernel, or flags whose known bits lie there.
 */

/** What becomes of a call. */
export type Verdict =
  | { readonly kind: "allow" }
  /** The call is not made and answers with this error. */
  | { readonly kind: "error"; readonly errno: number }
  /** The process ends by SIGSYS. */
  | { readonly kind: "kill" };

/** What is asked about one argument. */
export type ArgumentTest =
  | { readonly kind: "any-bit"; readonly argument: number; readonly mask: number }
  | { readonly kind: "all-bits"; readonly argument: number; readonly mask: number }
  | {
    readonly kind: "one-of" | "none-of";
    readonly argument: number;
    /** Bits that are compared. */
    readonly mask: number;
    readonly values: readonly number[];
  };

/** A verdict on a call whose arguments pass all tests. */
export interface Refusal {
  readonly tests: readonly ArgumentTest[];
  readonly verdict: Verdict;
}

/** What is decided about one call: the first refusal that holds, else what is said at the end. */
export interface CallRule {
  readonly refusals: readonly Refusal[];
  readonly otherwise: Verdict;
}

export interface FilterRules {
  /** Of calls that have no rule. */
  readonly fallback: Verdict;
  /** By number. */
  readonly calls: ReadonlyMap<number, CallRule>;
}
