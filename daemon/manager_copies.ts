/** Where this manager has its log store, and what becomes of output there. */
import { joinPath } from "../core/paths.ts";
import type { Platform } from "../platform/mod.ts";
import { type LoadLogStore, OutputCopies, type StoreRun } from "./output/output_copies.ts";
import type { DaemonOptions } from "./start/options.ts";
import type { Places } from "./start/places.ts";

/** Linux: random(4). It is what others call the boot, too. */
const BOOT_ID = "/proc/sys/kernel/random/boot_id";
const BOOT_ID_BYTES = 64;

/** Below the folder for logs. */
const STORE_NAME = "dinit";

export function managerCopies(
  platform: Platform,
  options: DaemonOptions,
  { places, load, warn, run, groupByName }: {
    readonly places: Pick<Places, "folders">;
    readonly load: LoadLogStore;
    readonly warn: (text: string) => void;
    readonly run: StoreRun | undefined;
    readonly groupByName: (name: string) => number | undefined;
  },
): OutputCopies {
  const { folders: { log } } = places;
  const usual = log === undefined ? undefined : joinPath(log, STORE_NAME);
  return new OutputCopies({
    ...{ platform, load, warn, run },
    storesAll: options.storesAll,
    directory: options.storeDirectory ?? usual,
    isOwnPlace: !options.isSystemManager,
    limits: options.storeLimits,
    syslogPlace: options.syslogPlace,
    logGroup: () => logGroup(options, groupByName),
    runId: () => runId(platform, options),
    wallClock: Date.now,
  });
}

/** Files have one group: of several that may read output, the first. */
function logGroup(
  { accessGroups }: DaemonOptions,
  groupByName: (name: string) => number | undefined,
): number | undefined {
  const named = accessGroups.find(({ role }) => role === "log")?.group;
  if (named === undefined) return undefined;
  return /^[0-9]+$/.test(named) ? Number(named) : groupByName(named);
}

/** Of a machine's manager that of the boot; others have many runs in one boot. */
function runId(
  platform: Pick<Platform, "os" | "processId" | "readFile">,
  { isSystemManager }: DaemonOptions,
): string {
  const isFirst = platform.os === "linux" && isSystemManager && platform.processId() === 1;
  const file = isFirst ? platform.readFile(BOOT_ID, BOOT_ID_BYTES) : undefined;
  const told = file?.kind === "contents" ? new TextDecoder().decode(file.bytes).trim() : "";
  return (told === "" ? crypto.randomUUID() : told).replaceAll("-", "");
}
