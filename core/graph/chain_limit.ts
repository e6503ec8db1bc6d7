/**
 * How long a chain of dependencies may be.
 *
 * The limit is what lets the rules of services call each other along a chain without fear for the
 * stack.
 */

/** Services in the longest chain of dependencies that is allowed; ordering links do not count. */
export const LONGEST_CHAIN = 32;
