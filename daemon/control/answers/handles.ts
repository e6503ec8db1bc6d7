/**
 * Handles of one connection: the numbers by which a client names services, and at the same time its
 * subscriptions to their events.
 */
import { type Handle, handle } from "../../../core/protocol/mod.ts";
import type { ServiceId } from "../../../core/types.ts";

/**
 * Most handles on one connection. Each load makes a new one, so a client that never closes any
 * would otherwise fill the manager's memory.
 */
export const HANDLE_LIMIT = 65_536;

/** A connection's handles, each service's in the order in which they were opened. */
export type KeptHandles = ReadonlyMap<ServiceId, readonly Handle[]>;

export class ControlHandles {
  readonly #services = new Map<Handle, ServiceId>();
  /** In the order in which they were opened. */
  readonly #handles = new Map<ServiceId, Set<Handle>>();
  /** Grows whenever one is opened or closed. */
  changes = 0;
  /** No number below it is free. */
  #lowestFree = 0;
  readonly #limit: number;

  /** @param limit Most at a time. */
  constructor(limit = HANDLE_LIMIT) {
    this.#limit = limit;
  }

  /** Makes another handle, with the lowest number not in use; undefined at the limit. */
  open(service: ServiceId): Handle | undefined {
    if (this.#services.size >= this.#limit) return undefined;
    while (this.#services.has(handle(this.#lowestFree))) this.#lowestFree += 1;
    const opened = handle(this.#lowestFree);
    this.#services.set(opened, service);
    this.changes += 1;
    const others = this.#handles.get(service);
    if (others === undefined) this.#handles.set(service, new Set([opened]));
    else others.add(opened);
    return opened;
  }

  service(of: Handle): ServiceId | undefined {
    return this.#services.get(of);
  }

  has(service: ServiceId): boolean {
    return this.#handles.has(service);
  }

  /** Handles of a service, latest first: the order in which upstream sends their events. */
  of(service: ServiceId): readonly Handle[] {
    const opened = this.#handles.get(service);
    return opened === undefined ? [] : [...opened].reverse();
  }

  close(closed: Handle): void {
    const service = this.#services.get(closed);
    if (service === undefined) return;
    this.#release(closed);
    const others = this.#handles.get(service);
    others?.delete(closed);
    if (others?.size === 0) this.#handles.delete(service);
  }

  /** Closes all handles of a service. */
  drop(service: ServiceId): void {
    for (const dropped of this.of(service)) this.#release(dropped);
    this.#handles.delete(service);
  }

  /** For {@linkcode adopt}. */
  keep(): KeptHandles {
    return new Map([...this.#handles].map(([service, opened]) => [service, [...opened]]));
  }

  /** Goes on where the handles of another connection were. */
  adopt(kept: KeptHandles): void {
    this.changes += 1;
    for (const [service, opened] of kept) {
      this.#handles.set(service, new Set(opened));
      for (const one of opened) this.#services.set(one, service);
    }
  }

  #release(released: Handle): void {
    this.#services.delete(released);
    this.changes += 1;
    this.#lowestFree = Math.min(this.#lowestFree, released);
  }
}
