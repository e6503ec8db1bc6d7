/**
 * Values that are made when they are first asked for: tables of which a run of the program may need
 * a row or none. The manager's start pays for each that is made where a module is loaded
 * (`docs/design/0047`).
 */

/** @param make Is called at the first call of what this gives, and never again. */
export function once<T extends NonNullable<unknown>>(make: () => T): () => T {
  let made: T | undefined;
  return () => made ??= make();
}
