/**
 * Orders that a connection is about to ask about, until it does.
 */
import type { AskedOrder } from "../../../core/protocol/mod.ts";

/** So many names fit no command line that a person writes. */
const MOST_ORDERS = 1000;

export class AskedOrders {
  #orders: AskedOrder[] = [];

  /** @returns False when there are too many already. */
  add(order: AskedOrder): boolean {
    if (this.#orders.length === MOST_ORDERS) return false;
    this.#orders.push(order);
    return true;
  }

  /** All of them, in their order. */
  get waiting(): readonly AskedOrder[] {
    return this.#orders;
  }

  /** The same; none is left. */
  take(): readonly AskedOrder[] {
    const orders = this.#orders;
    this.#orders = [];
    return orders;
  }
}
