/**
 * What the parts of the manager tell of themselves before another program takes its place.
 *
 * Each part that has something to hand on has a pair of functions: `keep`, which writes it down as
 * plain data, and `adopt`, by which a new part goes on with that. `adopt` leaves everything outside
 * the manager as it is: until all parts have adopted what is theirs, the program that was here
 * before may have to come back. So nothing is read from a descriptor, written or closed in it.
 */
import type { Fd } from "../../core/types.ts";

/** Where parts register the descriptors that they hand on. */
export interface Keeper {
  /** @returns The same number, for the data. */
  descriptor(fd: Fd): Fd;
}

/** Collects the descriptors. */
export class DescriptorList implements Keeper {
  readonly #descriptors = new Set<Fd>();

  descriptor(fd: Fd): Fd {
    this.#descriptors.add(fd);
    return fd;
  }

  /** Above 2: those up to there are handed on anyway. */
  get all(): readonly Fd[] {
    return [...this.#descriptors].filter((fd) => fd > 2);
  }
}
