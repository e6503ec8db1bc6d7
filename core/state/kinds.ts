/**
 * The kinds of blocks that the scheduler is kept in. Those of the daemon begin at
 * {@linkcode FIRST_OTHER_KIND}.
 */

/** By what is in a block. The numbers stay as they are: newer versions read them. */
export const KIND = {
  /** How the others are to be read; number 0. */
  header: 1,
  /** Of a service, by its number: its name and description. */
  description: 2,
  /** Of a service, by its number: all else that its record holds. */
  service: 3,
  /** Of a link, by its number. */
  link: 4,
  /** Of the scheduler as a whole; numbers as in {@linkcode WHOLE}. */
  whole: 5,
  /** Of several services, by the number of the first: their names and descriptions. */
  descriptions: 6,
} as const;

/** Numbers of the blocks of kind `whole`. */
export const WHOLE = { counters: 0, console: 1, shutdown: 2 } as const;

/** From here on kinds are the daemon's. */
export const FIRST_OTHER_KIND = 16;
