/**
 * Where the parts of the program lie that are loaded on demand: in the executable's file behind the
 * runtime's image, and in memory where the entry program maps them (`map_parts.ts`).
 *
 * What the runtime itself takes along it reads whole at its start and copies once: of six megabytes
 * that cost 3,000 page faults and as much memory for good. Pages of a mapping are read when they
 * are looked at, and can be dropped.
 *
 * What is mapped begins with a list: four bytes say how long it is (little-endian), then comes
 * JSON, `{"NAME": [begin, length]}` in bytes from the beginning of the mapping.
 */
export const PARTS_PLACE = {
  /** The same in each program; behind the crash page and its stack. */
  address: 0x10_0100_0000,
  /**
   * What stands before the place in the entry program, by which the build finds it: two words of 64
   * bits follow, where the parts begin in the file and how long they are. Zero: there are none.
   */
  mark: "(place of parts)",
  /** Bytes of the two words. */
  wordsBytes: 16,
} as const;
