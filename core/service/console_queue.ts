/**
 * Who has the console: the manager's log, or one service. Others wait, first in, first out.
 *
 * The log hands over at once, unless `console-busy` said that a line is being written; then it is asked
 * (`want-console`) and answers with `console-idle`.
 */
import type { ServiceRecord } from "./record.ts";
import { dependenciesReady } from "./starting.ts";
import { waitsForDependency } from "./terms.ts";
import type { Work } from "./work.ts";

export class ConsoleQueue {
  readonly #waiting = new Set<ServiceRecord>();
  #owner: ServiceRecord | undefined;
  /** Whom the outside was told last; undefined: the log. */
  #announced: ServiceRecord | undefined;
  #isLogBusy = false;
  #isHandingOver = false;

  /** The service that has the console; undefined: the log has it. */
  get owner(): ServiceRecord | undefined {
    return this.#owner;
  }

  has(service: ServiceRecord): boolean {
    return this.#waiting.has(service);
  }

  get length(): number {
    return this.#waiting.size;
  }

  join(work: Work, service: ServiceRecord): void {
    service.wantsConsole = true;
    this.#waiting.add(service);
    if (this.#owner !== undefined || this.#isHandingOver) return;
    if (!this.#isLogBusy || this.#announced !== undefined) this.#handOver(work);
    else if (this.#waiting.size === 1) work.emit({ kind: "want-console" });
  }

  leave(service: ServiceRecord): void {
    service.wantsConsole = false;
    this.#waiting.delete(service);
  }

  /** The owner gives the console up: to the head of the queue, else to the log. */
  release(work: Work, service: ServiceRecord): void {
    service.hasConsole = false;
    if (this.#owner !== service) return;
    this.#owner = undefined;
    this.#handOver(work);
  }

  logBecameBusy(): void {
    this.#isLogBusy = true;
  }

  logBecameIdle(work: Work): void {
    this.#isLogBusy = false;
    if (this.#owner === undefined) this.#handOver(work);
  }

  /**
   * Serves the queue until somebody keeps the console. A loop, not a recursion: the next owner may
   * release it while it is being given to it.
   */
  #handOver(work: Work): void {
    if (this.#isHandingOver) return;
    this.#isHandingOver = true;
    while (this.#owner === undefined) {
      const [next] = this.#waiting;
      if (next === undefined) break;
      this.leave(next);
      if (waitsForDependency(next)) {
        // An ordering made it wait again meanwhile; it will join the queue anew.
        next.isWaiting = true;
        continue;
      }
      this.#owner = next;
      next.hasConsole = true;
      this.#announce(work, next);
      dependenciesReady(work, next);
    }
    this.#isHandingOver = false;
    this.#announce(work, this.#owner);
  }

  #announce(work: Work, owner: ServiceRecord | undefined): void {
    if (this.#announced === owner) return;
    this.#announced = owner;
    work.emit({ kind: "console", owner: owner === undefined ? "log" : owner.id });
  }
}
