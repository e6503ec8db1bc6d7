/**
 * What the log is told of control connections: who ordered what, and who was refused. Clients cause
 * these messages, so each kind of them is bounded.
 */
import type { Instant, LogLevel } from "../../core/types.ts";
import { earliestDue, type Timed } from "../time/timed.ts";
import { MessageLimit } from "./message_limit.ts";

/** Orders that are told in the log one after the other; more of them in ten seconds are counted. */
const ORDER_BURST = 100;

export class ControlLog implements Timed {
  readonly #refusedConnections: MessageLimit;
  readonly #orders: MessageLimit;
  readonly #refusedOrders: MessageLimit;
  readonly #all: readonly MessageLimit[];

  constructor(now: () => Instant, log: (level: LogLevel, message: string) => void) {
    const warn = (message: string) => log("warn", message);
    this.#refusedConnections = new MessageLimit({ now, log: warn });
    this.#refusedOrders = new MessageLimit({ now, log: warn });
    this.#orders = new MessageLimit({
      now,
      log: (message) => log("info", message),
      burst: ORDER_BURST,
    });
    this.#all = [this.#refusedConnections, this.#orders, this.#refusedOrders];
  }

  refusedConnection(why: string): void {
    this.#refusedConnections.log(`Refused a control connection: ${why}`);
  }

  /** @param text A whole sentence, as the session has it. */
  order(text: string): void {
    this.#orders.log(text);
  }

  /** @param text Likewise. */
  refusedOrder(text: string): void {
    this.#refusedOrders.log(text);
  }

  next(): Instant | undefined {
    return earliestDue(this.#all.flatMap(({ dueAt: due }) => due === undefined ? [] : [{ due }]));
  }

  runDue(now: Instant): void {
    for (const messages of this.#all) {
      const { dueAt } = messages;
      if (dueAt !== undefined && now >= dueAt) messages.logHeldBack();
    }
  }

  /** Logs what is held back. */
  flush(): void {
    for (const messages of this.#all) messages.logHeldBack();
  }
}
