/**
 * A report replayed: the scheduler as it was, given all that it was given, decides the same.
 */
import type { Command } from "../command.ts";
import type { Answer, Event, Order } from "../event.ts";
import type { LoadAnswer, LoadSet } from "../schedule/api.ts";
import { Scheduler } from "../schedule/scheduler.ts";
import type { Input } from "../schedule/input_watch.ts";
import { fingerprint, type Report, type ReportedInput } from "./report.ts";

/** What came of one input. */
export interface ReplayedStep extends ReportedInput {
  readonly commands: readonly Command[];
  /** Of an order or a load. */
  readonly answer: Answer | LoadAnswer | undefined;
}

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
  { facts, history, inputs }: Report,
): Replay | { readonly kind: "refused"; readonly why: string } {
  if (history.kind === "inputs-only") return { kind: "refused", why: history.why };
  const scheduler = Scheduler.restored(history.before, {
    deliberateSignals: new Set(facts.deliberateSignals),
    shutdown: facts.shutdown,
  });
  if ("why" in scheduler) return scheduler;
  const steps = inputs.map((input) => giveInput(scheduler, input));
  const after = scheduler.snapshot(Infinity);
  const isAlike = after !== undefined && fingerprint(after) === history.after;
  return { kind: "replayed", scheduler, steps, isAlike };
}

function giveInput(scheduler: Scheduler, reported: ReportedInput): ReplayedStep {
  const { at, input } = reported;
  if (isLoad(input)) {
    const answer = scheduler.load(input, at);
    return { ...reported, answer, commands: answer.kind === "loaded" ? answer.commands : [] };
  }
  if (isOrder(input)) return { ...reported, ...scheduler.order(input, at) };
  return { ...reported, answer: undefined, commands: scheduler.apply(input, at) };
}

function isLoad(input: Input): input is LoadSet {
  return "descriptions" in input;
}

/** Every kind of order. */
const ORDERS: Readonly<Record<Order["kind"], true>> = {
  start: true,
  chain: true,
  stop: true,
  restart: true,
  wake: true,
  release: true,
  unpin: true,
  trigger: true,
  "add-link": true,
  "remove-link": true,
  enable: true,
  unload: true,
  reload: true,
  "reload-together": true,
  shutdown: true,
};

function isOrder(input: Event | Order): input is Order {
  return Object.hasOwn(ORDERS, input.kind);
}
