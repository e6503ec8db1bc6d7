/**
 * The daemon of a bgprocess without a PID file: looked for among what its launcher left.
 *
 * As systemd guesses a main process: of what is the service's, the one whose parent is the manager.
 * A process that the launcher left has become the manager's child; what that makes itself has
 * another parent. Of several the oldest is taken, where systemd would take none.
 *
 * A launcher that divides twice may end before the process between does. Then that one is found; it
 * ends soon and well, and what it leaves is looked for again.
 */
import type { Instant, Pid, ServiceId } from "../../core/types.ts";
import type { Platform } from "../../platform/mod.ts";
import type { KnownServices } from "./daemon_claim.ts";
import { type ProcessEntry, readProcessTable } from "./process_table.ts";

/**
 * The table is read process by process. One between that makes another after the names were read,
 * and ends before it is looked at itself, leaves nothing to be seen: so when nothing is found, it
 * is looked for again.
 */
const MOST_LOOKS = 5;

/** How long what was found may turn out to be a process between. */
const BETWEEN_MS = 2000;

/** In place of a PID file. */
export interface TreeSearch {
  /** Until when the end of what was found leads to another search; undefined: nothing yet is. */
  readonly until: Instant | undefined;
}

export const FIRST_SEARCH: TreeSearch = { until: undefined };

/** For the process that was found. */
export function nextSearch({ until }: TreeSearch, now: Instant): TreeSearch {
  return { until: until ?? (now + BETWEEN_MS) as Instant };
}

/** Whether the end of a process with this search may have left its daemon. */
export function isStillSearched({ until }: TreeSearch, now: Instant): boolean {
  return until === undefined || now < until;
}

/** @returns undefined: there is none. */
export function findLeftDaemon(
  platform: Platform,
  { service, launcher }: { readonly service: ServiceId; readonly launcher: Pid },
  known: Pick<KnownServices, "serviceOf" | "cgroupOwnerOf" | "markedFor">,
): Pid | undefined {
  const manager = platform.processId();
  const isOfService = ({ pid, group, session }: ProcessEntry): boolean =>
    known.serviceOf(pid) === undefined && ([group, session].includes(launcher) ||
      (known.cgroupOwnerOf(pid) ?? known.markedFor(pid)) === service);
  for (let look = 0; look < MOST_LOOKS; look++) {
    const [oldest] = [...readProcessTable(platform).values()]
      .filter(({ parent }) => parent === manager).filter(isOfService).toSorted(byAge);
    if (oldest !== undefined) return oldest.pid;
  }
  return undefined;
}

/** By the ticks of the kernel, of which a second has a hundred; then by number. */
function byAge(a: ProcessEntry, b: ProcessEntry): number {
  return Number(a.madeAt) - Number(b.madeAt) || a.pid - b.pid;
}
