/** Gives a scheduler again what another was given. */
import type { Command } from "../command.ts";
import type { Answer, Event, Order } from "../event.ts";
import type { LoadAnswer, LoadSet } from "../schedule/api.ts";
import type { Input } from "../schedule/input_watch.ts";
import type { Scheduler } from "../schedule/scheduler.ts";
import type { Instant } from "../types.ts";

/** What came of it. */
export interface Given {
  readonly commands: readonly Command[];
  /** Of an order or a load. */
  readonly answer: Answer | LoadAnswer | undefined;
}

/** As it was given then. */
export function giveInput(scheduler: Scheduler, input: Input, at: Instant): Given {
  if (isLoad(input)) {
    const answer = scheduler.load(input, at);
    return { answer, commands: answer.kind === "loaded" ? answer.commands : [] };
  }
  if (isOrder(input)) return scheduler.order(input, at);
  return { answer: undefined, commands: scheduler.apply(input, at) };
}

function isLoad(input: Input): input is LoadSet {
  return "descriptions" in input;
}

/** Every kind of order. */
const ORDERS: Readonly<Record<Order["kind"], true>> = {
  start: true,
  chain: true,
  "handle-failure": true,
  stop: true,
  restart: true,
  wake: true,
  release: true,
  unpin: true,
  "set-aside": true,
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
