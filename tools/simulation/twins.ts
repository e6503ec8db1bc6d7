/**
 * A scheduler that is written and restored now and then, beside one that never was: both are told
 * the same, and must say the same.
 */
import type { Command } from "../../core/command.ts";
import type { Event, Order } from "../../core/event.ts";
import type { LoadAnswer, LoadSet, OrderResult } from "../../core/schedule/api.ts";
import { Scheduler, type SchedulerFacts } from "../../core/schedule/scheduler.ts";
import type { Instant } from "../../core/types.ts";
import { Breach } from "./invariants.ts";
import { areEqual, KeptMemory } from "./kept_memory.ts";

export class Twins {
  readonly #facts: Partial<SchedulerFacts>;
  #scheduler: Scheduler;
  /** The one that goes on without being restored, from the first restoration on. */
  #original: Scheduler | undefined;

  /** What survives the manager. */
  #committed: Uint8Array;

  /** Where the state of the present one is kept, if it is. */
  #kept: KeptMemory | undefined;

  /**
   * @param facts As for the scheduler.
   * @param how `isKept`: what changes is put into a memory after each call, which is held against
   * all that there is.
   */
  constructor(
    facts: Partial<SchedulerFacts> = {},
    how: { readonly isKept: boolean } = { isKept: false },
  ) {
    this.#facts = facts;
    this.#scheduler = new Scheduler(facts);
    if (how.isKept) this.#kept = new KeptMemory(this.#scheduler);
    this.#committed = this.#scheduler.write();
  }

  /** The one that goes on; another after each {@link restore}. Only to be asked. */
  get scheduler(): Scheduler {
    return this.#scheduler;
  }

  /** @throws {Breach} When the two differ. Likewise those that follow. */
  apply(event: Event, now: Instant): readonly Command[] {
    return this.#both((scheduler) => scheduler.apply(event, now));
  }

  order(order: Order, now: Instant): OrderResult {
    return this.#both((scheduler) => scheduler.order(order, now));
  }

  load(set: LoadSet, now: Instant): LoadAnswer {
    return this.#both((scheduler) => scheduler.load(set, now));
  }

  /** Goes on with a scheduler made of what the present one wrote. */
  restore(): void {
    const bytes = this.#scheduler.write();
    const original = this.#original ??= this.#scheduler;
    if (!areEqual(bytes, original.write())) throw new Breach("#63 the state is another");
    const restored = Scheduler.restored(this.#kept?.bytes ?? bytes, this.#facts);
    if (!(restored instanceof Scheduler)) {
      throw new Breach(`#63 the state cannot be restored: ${restored.why}`);
    }
    if (!areEqual(bytes, restored.write())) throw new Breach("#63 the state is written otherwise");
    compare("what is told differs", viewOf(restored), viewOf(original));
    this.#scheduler = restored;
    if (this.#kept !== undefined) this.#kept = new KeptMemory(restored);
  }

  /** What there is survives from now on. */
  commit(): void {
    this.#committed = this.#scheduler.write();
  }

  /** Goes on with a scheduler made of what was committed last. */
  goBack(): void {
    const restored = Scheduler.restored(this.#committed, this.#facts);
    if (!(restored instanceof Scheduler)) {
      throw new Breach(`#63 the state cannot be restored: ${restored.why}`);
    }
    this.#scheduler = restored;
    this.#original = undefined;
    if (this.#kept !== undefined) this.#kept = new KeptMemory(restored);
  }

  #both<Result>(call: (scheduler: Scheduler) => Result): Result {
    const result = call(this.#scheduler);
    this.#kept?.keep();
    if (this.#original === undefined) return result;
    compare("what is done differs", JSON.stringify(result), JSON.stringify(call(this.#original)));
    return result;
  }
}

/** What can be asked of a scheduler; descriptions, which are long, are in what it writes. */
function viewOf(scheduler: Scheduler): string {
  return JSON.stringify({
    services: scheduler.list().map((id) => ({
      id,
      fault: scheduler.fault(id),
      status: scheduler.status(id),
      history: scheduler.history(id),
      hasGoneWrong: scheduler.hasGoneWrong(id),
      links: scheduler.links(id),
      dependentLinks: scheduler.dependentLinks(id),
      found: scheduler.find(scheduler.description(id).name),
    })),
    nextDeadline: scheduler.nextDeadline(),
    activeCount: scheduler.activeCount,
    shutdownType: scheduler.shutdownType,
    wasShutdownForced: scheduler.wasShutdownForced,
    consoleOwner: scheduler.consoleOwner?.id,
    consoleQueueLength: scheduler.consoleQueueLength,
  });
}

/** Characters of a difference that are shown. */
const SHOWN = 60;

function compare(what: string, is: string, was: string): void {
  if (is === was) return;
  let at = 0;
  while (is[at] === was[at]) at++;
  const [start, end] = [Math.max(0, at - SHOWN), at + SHOWN];
  const [isPart, wasPart] = [is.slice(start, end), was.slice(start, end)];
  throw new Breach(`#63 ${what}: …${isPart}… and not …${wasPart}…`);
}
