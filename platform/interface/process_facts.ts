/** What a system tells of a process that may be anybody's. Types only. */

/**
 * One process that has not ended.
 *
 * `thread`: the number is that of a thread; a signal to it reaches the whole process all the same
 * (Linux). `gone`: there is none, or it has ended. `unknown`: the system does not tell.
 */
export type ProcessFacts =
  | {
    readonly kind: "process";
    readonly parent: number;
    readonly group: number;
    readonly session: number;
    readonly realUid: number;
    readonly savedUid: number;
    /** When it was made: equal for one process, different for a later one with its number. */
    readonly madeAt: string;
  }
  | { readonly kind: "thread"; readonly process: number }
  | { readonly kind: "gone" }
  | { readonly kind: "unknown" };
