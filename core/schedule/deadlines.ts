/**
 * The timers of all services, ordered: a binary heap with the place of each entry kept in its
 * record, so that a timer is cancelled without a search.
 */
import type { ServiceRecord } from "../service/record/record.ts";
import type { Instant } from "../types.ts";

export class Deadlines {
  readonly #heap: ServiceRecord[] = [];
  #sequence = 0;

  /**
   * With the timers of these services as they are armed.
   *
   * @param nextSequence What {@link nextSequence} was.
   */
  static restored(services: Iterable<ServiceRecord>, nextSequence: number): Deadlines {
    const deadlines = new Deadlines();
    deadlines.#sequence = nextSequence;
    for (const service of services) {
      if (service.timer === "none") continue;
      deadlines.#heap.push(service);
      deadlines.#rise(service, deadlines.#heap.length - 1);
    }
    return deadlines;
  }

  /** The place in the order of arming that the next timer gets. */
  get nextSequence(): number {
    return this.#sequence;
  }

  /** When the first timer is due; undefined when none is set. */
  get next(): Instant | undefined {
    return this.#heap[0]?.deadline;
  }

  /** Sets the one timer of a service, in place of an earlier one. */
  set(service: ServiceRecord, deadline: Instant): void {
    this.cancel(service);
    service.deadline = deadline;
    service.deadlineSequence = this.#sequence++;
    this.#heap.push(service);
    this.#rise(service, this.#heap.length - 1);
  }

  /** No effect when there is no timer. */
  cancel(service: ServiceRecord): void {
    const index = service.heapIndex;
    if (index < 0) return;
    service.heapIndex = -1;
    const last = this.#heap.pop();
    if (last === undefined || last === service) return;
    this.#heap[index] = last;
    this.#rise(last, index);
    this.#sink(last, last.heapIndex);
  }

  /** Takes out the service whose timer is due first, if it is due at `now`. */
  takeDue(now: Instant): ServiceRecord | undefined {
    const first = this.#heap[0];
    if (first === undefined || first.deadline > now) return undefined;
    this.cancel(first);
    return first;
  }

  #rise(service: ServiceRecord, start: number): void {
    let index = start;
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = this.#heap[parentIndex];
      if (parent === undefined || !isBefore(service, parent)) break;
      this.#heap[index] = parent;
      parent.heapIndex = index;
      index = parentIndex;
    }
    this.#heap[index] = service;
    service.heapIndex = index;
  }

  #sink(service: ServiceRecord, start: number): void {
    let index = start;
    for (;;) {
      let childIndex = 2 * index + 1;
      let child = this.#heap[childIndex];
      if (child === undefined) break;
      const right = this.#heap[childIndex + 1];
      if (right !== undefined && isBefore(right, child)) {
        child = right;
        childIndex++;
      }
      if (!isBefore(child, service)) break;
      this.#heap[index] = child;
      child.heapIndex = index;
      index = childIndex;
    }
    this.#heap[index] = service;
    service.heapIndex = index;
  }
}

/** Of timers due at the same instant the one set first fires first. */
function isBefore(a: ServiceRecord, b: ServiceRecord): boolean {
  if (a.deadline !== b.deadline) return a.deadline < b.deadline;
  return a.deadlineSequence < b.deadlineSequence;
}
