/** Systems whose executable has no code of ours that runs before and after the runtime. */
import type { LastResort } from "../../interface/last_resort.ts";

export const NO_LAST_RESORT: LastResort = {
  isThere: false,
  lastCrash: undefined,
  plan: () => {},
  keep: () => {},
  withhold: () => {},
  endMachine: () => {},
};
