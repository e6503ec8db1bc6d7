/** Memory that the loading of the client programs takes, and that is given back. */
import type { Instant } from "../../core/types.ts";
import type { Platform } from "../../platform/mod.ts";
import type { HeapCollection } from "./heap_collection.ts";
import type { Timers } from "../time/timers.ts";

/** How long what was read of the program stays in memory: until the heap was collected. */
const PAGES_KEPT_MS = 2000;

export interface LoadedClientParts {
  readonly platform: Pick<Platform, "now" | "releaseProgramPages">;
  readonly heap: Pick<HeapCollection, "loaded">;
  readonly timers: Pick<Timers, "at">;
  readonly isSystemManager: boolean;
}

/** Reading and running it first has left garbage, and pages of the runtime that are seldom used. */
export function releaseAfterLoading(
  { platform, heap, timers, isSystemManager }: LoadedClientParts,
): void {
  heap.loaded();
  if (isSystemManager) return;
  timers.at((platform.now() + PAGES_KEPT_MS) as Instant, () => platform.releaseProgramPages());
}
