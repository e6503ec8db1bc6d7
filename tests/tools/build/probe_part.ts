/** A part of `probe_program.ts`, which tells that it has been loaded. */
export const PART_TEXT = "the probe's part";
