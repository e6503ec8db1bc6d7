/**
 * The number by which a client and its server call a service.
 */

/** Number of a service on one connection: whole, 0 to 2^32 − 1. It means nothing on another one. */
export type Handle = number & { readonly __brand: "Handle" };

/** @throws {RangeError} When the number does not fit four bytes. */
export function handle(value: number): Handle {
  if (!Number.isInteger(value) || value < 0 || value > 0xffffffff) {
    throw new RangeError(`Not a service handle: ${value}`);
  }
  return value as Handle;
}

/** Never in use: there are 65,536 handles at most. */
export const NO_HANDLE = handle(0xffff_ffff);
