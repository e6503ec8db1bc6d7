/** Counts the elements of arrays that methods go through: loops that a reader does not see. */

type AnyMethod = (this: readonly unknown[], ...args: unknown[]) => unknown;

/**
 * Those that may go through the whole array. `splice` is not among them: it moves memory, of fifty
 * thousand links in a few microseconds.
 */
const METHODS = [
  ...["indexOf", "includes", "shift", "unshift", "slice", "concat", "filter", "map"],
  ...["some", "every", "find", "findIndex", "flatMap", "toSorted", "sort", "toSpliced"],
] as const;

/** @returns The sum of the lengths of all arrays that such a method was called on. */
export function elementsTouched(work: () => void): number {
  const prototype = Array.prototype as unknown as Record<string, AnyMethod>;
  const originals = METHODS.map((name) => prototype[name] as AnyMethod);
  let count = 0;
  METHODS.forEach((name, index) => {
    const original = originals[index] as AnyMethod;
    prototype[name] = function (...args) {
      count += this.length;
      return original.apply(this, args);
    };
  });
  try {
    work();
  } finally {
    for (let index = 0; index < METHODS.length; index++) {
      prototype[METHODS[index] as string] = originals[index] as AnyMethod;
    }
  }
  return count;
}
