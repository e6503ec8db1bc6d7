/**
 * Processes that a turn that was broken off has launched, until it is known whose they are.
 *
 * Whoever carries out `spawn` asks here first: what was launched for the same service in the same
 * role is what the command asks for. What is left when the settlement is done nobody has asked for,
 * because what led to it was not committed: an order that was not answered. It is ended, and no
 * other process of its service is made before it is gone.
 */
import type { ProcessRole } from "../event.ts";
import type { ServiceId } from "../types.ts";
import type { FoundProcess } from "./observation.ts";

export class FoundProcesses {
  /** In the order in which they were launched. */
  readonly #left: FoundProcess[];

  constructor(found: readonly FoundProcess[]) {
    this.#left = [...found];
  }

  has(service: ServiceId, role: ProcessRole): boolean {
    return this.#left.some((process) => process.service === service && process.role === role);
  }

  /** The first that was launched; it belongs to its service from now on. */
  take(service: ServiceId, role: ProcessRole): FoundProcess | undefined {
    const index = this.#left.findIndex((process) =>
      process.service === service && process.role === role
    );
    return index < 0 ? undefined : this.#left.splice(index, 1)[0];
  }

  /** What nobody has asked for. */
  get left(): readonly FoundProcess[] {
    return this.#left;
  }
}
