/**
 * What services with kill-tree and no cgroup have made under a manager that was killed.
 *
 * Those whose parents have ended are no children of this manager, so it would not find them by
 * itself: they are remembered now, while the processes they come from are there.
 */
import type { Pid, ServiceId, ServiceName } from "../../core/types.ts";
import type { Platform } from "../../platform/mod.ts";
import {
  type ProcessEntry,
  readEnvironment,
  readProcessTable,
} from "../processes/process_table.ts";
import type { FoundProcessFact } from "../processes/process_fact.ts";
import { type KeptTrees, TREE_VARIABLE } from "../processes/tree_killer.ts";

/** What is known besides. */
export interface KilledTrees {
  readonly platform: Platform;
  /** Number of the manager that was killed. */
  readonly manager: Pid;
  readonly nameOf: (service: ServiceId) => ServiceName;
}

/** @param there Processes of services that are there still. */
export function treesOfKilled(
  kept: KeptTrees,
  there: readonly FoundProcessFact[],
  { platform, manager, nameOf }: KilledTrees,
): KeptTrees {
  if (kept.trees.size === 0) return kept;
  const table = readProcessTable(platform);
  const led = new Map(there.map(({ pid, service }) => [pid as number, service]));
  const marks = new Map(
    [...kept.trees.keys()].map((service) => [
      `${TREE_VARIABLE}=${manager}:${nameOf(service)}`,
      service,
    ]),
  );
  const ownerOf = ({ pid, session, group }: ProcessEntry): ServiceId | undefined => {
    const leading = led.get(pid) ?? led.get(session) ?? led.get(group);
    if (leading !== undefined) return leading;
    const mark = readEnvironment(platform, pid).find((text) => marks.has(text));
    return mark === undefined ? undefined : marks.get(mark);
  };
  const members = new Map(
    [...kept.trees].map(([service, tree]) => [service, new Map(tree.members)]),
  );
  for (const entry of table.values()) {
    const owner = ownerOf(entry);
    if (owner !== undefined) members.get(owner)?.set(entry.pid, entry.madeAt);
  }
  const trees = [...kept.trees].map(([service, { leaders }]) =>
    [service, { leaders, members: members.get(service) ?? new Map() }] as const
  );
  return { ...kept, trees: new Map(trees) };
}
