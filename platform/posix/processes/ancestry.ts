/**
 * Who descends from whom, as far as the kernel still knows: by the parents of processes.
 */
import type { Pid } from "../../../core/types.ts";

/** A line of parents that is longer than this leads nowhere. */
const MOST_GENERATIONS = 64;

/**
 * Whether a process is another one or descends from it. One whose parent ended was adopted and is
 * a stranger from then on; "gone": it has ended itself.
 *
 * @param parentOf Undefined: there is no such process, or the system does not tell.
 */
export function ancestry(
  pid: Pid,
  ancestor: Pid,
  parentOf: (pid: Pid) => number | undefined,
): "related" | "stranger" | "gone" {
  let current = pid;
  for (let generation = 0; generation < MOST_GENERATIONS; generation++) {
    if (current === ancestor) return "related";
    const parent = parentOf(current);
    if (parent === undefined) return generation === 0 ? "gone" : "stranger";
    if (parent <= 1) return parent === ancestor ? "related" : "stranger";
    current = parent as Pid;
  }
  return "stranger";
}
