import type { Fd } from "../../core/types.ts";

/** Somebody who has descriptors watched. */
export interface DescriptorOwner {
  /** @returns Whether it is one of his; then he has dealt with it. */
  handleDescriptor(descriptor: Fd, readable: boolean, writable: boolean): boolean;
}
