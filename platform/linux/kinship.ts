/**
 * Who descends from whom, as far as the kernel still knows: by the parents in /proc.
 */
import type { Pid } from "../../core/types.ts";
import { readFile } from "./files.ts";

/** A line of parents that is longer than this leads nowhere. */
const MOST_GENERATIONS = 64;
const STAT_BYTES = 4096;

/**
 * Whether a process is another one or descends from it. One whose parent ended was adopted and is
 * a stranger from then on; "gone": it has ended itself.
 */
export function kinship(pid: Pid, ancestor: Pid): "related" | "stranger" | "gone" {
  let current: number = pid;
  for (let generation = 0; generation < MOST_GENERATIONS; generation++) {
    if (current === ancestor) return "related";
    const parent = parentOf(current);
    if (parent === undefined) return generation === 0 ? "gone" : "stranger";
    if (parent <= 1) return parent === ancestor ? "related" : "stranger";
    current = parent;
  }
  return "stranger";
}

/** Fourth field of /proc/PID/stat, behind the name in parentheses, which may hold any character: proc(5). */
function parentOf(pid: number): number | undefined {
  const file = readFile(`/proc/${pid}/stat`, STAT_BYTES);
  if (file.kind === "failure") return undefined;
  const text = new TextDecoder().decode(file.bytes);
  const [, parent] = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return parent === undefined ? undefined : Number(parent);
}
