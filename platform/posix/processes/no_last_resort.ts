/** Systems whose executable has no code of ours that runs before and after the runtime. */
import type { LastResort } from "../../interface/last_resort.ts";

/** As many words as there are elsewhere. */
const NOTES = 0x300;

export const NO_LAST_RESORT: LastResort = {
  isThere: false,
  lastCrash: undefined,
  leftState: undefined,
  notes: new Int32Array(NOTES),
  plan: () => {},
  keep: () => {},
  empty: () => {},
  refuse: () => {},
  disown: () => [],
  leave: () => {},
  withhold: () => {},
  limit: () => {},
  watchLoop: () => undefined,
  stopWatching: () => {},
  endMachine: () => {},
};
