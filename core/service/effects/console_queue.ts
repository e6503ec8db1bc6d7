/**
 * Who has the console: the manager's log, or one service. Others wait, first in, first out.
 *
 * The log hands over at once, unless `console-busy` said that a line is being written; then it is
 * asked (`want-console`) and answers with `console-idle`.
 */
import type { ServiceRecord } from "../record/record.ts";
import { comeUp } from "../starting.ts";
import { waitsForDependency } from "../record/terms.ts";
import type { Work } from "./work.ts";

/** A queue between two calls. Services by their numbers; 0: nobody, or the log. */
export interface WrittenConsole {
  readonly owner: number;
  readonly announced: number;
  readonly isLogBusy: boolean;
  /** First in, first out. */
  readonly waiting: readonly number[];
}

export class ConsoleQueue {
  readonly #waiting = new Set<ServiceRecord>();
  /** The service that has the console; undefined: the log has it. Written here only. */
  owner: ServiceRecord | undefined;
  /** Whom the outside was told last; undefined: the log. */
  #announced: ServiceRecord | undefined;
  #isLogBusy = false;
  #isHandingOver = false;
  /** How often something of it may have changed. */
  changeCount = 0;

  /** One as another was. @param find The service of a number. */
  static restored(
    { owner, announced, isLogBusy, waiting }: WrittenConsole,
    find: (number: number) => ServiceRecord | undefined,
  ): ConsoleQueue {
    const queue = new ConsoleQueue();
    queue.owner = find(owner);
    queue.#announced = find(announced);
    queue.#isLogBusy = isLogBusy;
    for (const service of waiting.flatMap((number) => find(number) ?? [])) {
      queue.#waiting.add(service);
    }
    return queue;
  }

  written(): WrittenConsole {
    return {
      owner: this.owner?.id ?? 0,
      announced: this.#announced?.id ?? 0,
      isLogBusy: this.#isLogBusy,
      waiting: Array.from(this.#waiting, ({ id }) => id),
    };
  }

  /** Whom the outside was told to have it. */
  get announced(): ServiceRecord | undefined {
    return this.#announced;
  }

  get length(): number {
    return this.#waiting.size;
  }

  join(work: Work, service: ServiceRecord): void {
    this.changeCount++;
    work.enter(service, "starting", "waiting-for-console");
    this.#waiting.add(service);
    if (this.owner !== undefined || this.#isHandingOver) return;
    if (!this.#isLogBusy || this.#announced !== undefined) this.#handOver(work);
    else if (this.#waiting.size === 1) work.emit({ kind: "want-console" });
  }

  /** Gives up the place in the queue, if it has one: it is where it was before it joined. */
  leave(work: Work, service: ServiceRecord): void {
    if (!this.#waiting.delete(service)) return;
    this.changeCount++;
    work.enter(service, "starting", "waiting-for-dependencies");
  }

  /**
   * The owner gives the console up: to the head of the queue, else to the log. Nothing for another
   * service.
   */
  release(work: Work, service: ServiceRecord): void {
    if (this.owner !== service) return;
    this.changeCount++;
    this.owner = undefined;
    this.#handOver(work);
  }

  logBecameBusy(): void {
    this.changeCount++;
    this.#isLogBusy = true;
  }

  logBecameIdle(work: Work): void {
    this.changeCount++;
    this.#isLogBusy = false;
    if (this.owner === undefined) this.#handOver(work);
  }

  /**
   * Serves the queue until somebody keeps the console. A loop, not a recursion: the next owner may
   * release it while it is being given to it.
   */
  #handOver(work: Work): void {
    if (this.#isHandingOver) return;
    this.#isHandingOver = true;
    while (this.owner === undefined) {
      const [next] = this.#waiting;
      if (next === undefined) break;
      this.leave(work, next);
      // An ordering made it wait again meanwhile; it will join the queue anew.
      if (waitsForDependency(next)) continue;
      this.owner = next;
      this.#announce(work, next);
      comeUp(work, next);
    }
    this.#isHandingOver = false;
    this.#announce(work, this.owner);
  }

  #announce(work: Work, owner: ServiceRecord | undefined): void {
    if (this.#announced === owner) return;
    this.#announced = owner;
    work.emit({ kind: "console", owner: owner === undefined ? "log" : owner.id });
  }
}
