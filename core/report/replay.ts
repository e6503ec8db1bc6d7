/**
 * A report replayed: the scheduler as it was, given all that it was given, decides the same.
 */
import { Scheduler } from "../schedule/scheduler.ts";
import { giveInput, type Given } from "./give_input.ts";
import { fingerprint, type Report, type ReportedInput } from "./report.ts";

/** An input, and what came of it. */
export type ReplayedStep = ReportedInput & Given;

export interface Replay {
  readonly kind: "replayed";
  /** As it is after all of it. */
  readonly scheduler: Scheduler;
  readonly steps: readonly ReplayedStep[];
  /** It came to the same state as the manager whose report it is. */
  readonly isAlike: boolean;
}

/** @returns Or why it cannot be replayed. */
export function replay(
  { facts, history, inputs }: Pick<Report, "facts" | "history" | "inputs">,
): Replay | { readonly kind: "refused"; readonly why: string } {
  if (history.kind === "inputs-only") return { kind: "refused", why: history.why };
  const scheduler = Scheduler.restored(history.before, {
    deliberateSignals: new Set(facts.deliberateSignals),
    shutdown: facts.shutdown,
    ...facts.signals && { signals: facts.signals },
  });
  if ("why" in scheduler) return scheduler;
  const steps = inputs.map((each) => ({ ...each, ...giveInput(scheduler, each.input, each.at) }));
  const after = scheduler.snapshot(Infinity);
  const isAlike = after !== undefined && fingerprint(after) === history.after;
  return { kind: "replayed", scheduler, steps, isAlike };
}
