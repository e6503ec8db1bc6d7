import type { Fd } from "../../core/types.ts";

/** Somebody who has descriptors watched. */
export interface DescriptorOwner {
  /** @returns Whether it is one of his; then he has dealt with it. */
  handleDescriptor(descriptor: Fd, readable: boolean, writable: boolean): boolean;
  /**
   * What he dealt with last has changed nothing that is kept, made no event and is no reason for
   * anything to be due earlier: somebody only looked. Absent: it may have.
   */
  readonly hasOnlyTold?: boolean;
}
