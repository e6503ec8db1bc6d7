/**
 * Where V8 finds the manager while it marks what is in use.
 *
 * It marks in steps, between our own work, what can be reached from global objects, and from the
 * stack only at the end, in one go. A manager never returns from its loop and hangs from the stack
 * alone: all of its heap was marked in one go then, which with ten thousand services took 40 ms.
 */

const PLACE = Symbol("dinit");

/** The object, and all that hangs on it, is found from the global one from now on. */
export function holdFromGlobal(root: object): void {
  (globalThis as { [PLACE]?: object })[PLACE] = root;
}
