/** What takes copies of output in tests: nothing, or a log store in a folder. */
import { USUAL_STORE_LIMITS } from "../../../core/log/store_limits.ts";
import { OutputCopies, type OutputCopiesParts } from "../../../daemon/output/output_copies.ts";
import * as STORE from "../../../daemon/output/store/part.ts";
import type { Platform } from "../../../platform/mod.ts";

/** Without a place for a store. */
export function noCopies(platform: Platform): OutputCopies {
  return copiesIn(platform, undefined);
}

/** @param directory Of the log store, which is there at once. */
export function copiesIn(
  platform: Platform,
  directory: string | undefined,
  parts: Partial<OutputCopiesParts> = {},
): OutputCopies {
  return new OutputCopies({
    platform,
    load: () => STORE,
    storesAll: directory !== undefined,
    directory,
    isOwnPlace: true,
    limits: USUAL_STORE_LIMITS,
    syslogPlace: undefined,
    logGroup: () => undefined,
    runId: () => "0123456789abcdef0123456789abcdef",
    wallClock: () => 1_700_000_000_000,
    warn: () => {},
    ...parts,
  });
}
