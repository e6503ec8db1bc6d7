/**
 * What the executable's entry program and the manager tell each other by words and environment.
 */

/**
 * What a word of the command line is to the runtime when it holds other bytes than ASCII: the
 * executable's entry program puts this text in its place, and the program reads the words as they
 * were given (`ctl/system/given_words.ts`).
 *
 * Who gives this very text as a word gets it back by that reading.
 */
export const NOT_ASCII = "(a word that is not ASCII)";

/**
 * Environment variable by which the executable's entry program learns after a crash where to find
 * what outlived it: a descriptor, for the very next program in the same process.
 */
export const CRASH_PAGE_VARIABLE = "DINIT_CRASH_PAGE";
