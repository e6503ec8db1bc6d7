/**
 * Who descends from whom, by the parents in /proc.
 */
import type { Pid } from "../../../core/types.ts";
import { ancestry } from "../../posix/processes/ancestry.ts";
import { files } from "../kernel/parts.ts";

const STAT_BYTES = 4096;

/** As `Platform.kinship`. */
export function kinship(pid: Pid, ancestor: Pid): "related" | "stranger" | "gone" {
  return ancestry(pid, ancestor, parentOf);
}

/**
 * Fourth field of /proc/PID/stat, behind the name in parentheses, which may hold any character:
 * proc(5).
 */
function parentOf(pid: Pid): number | undefined {
  const file = files.readFile(`/proc/${pid}/stat`, STAT_BYTES);
  if (file.kind === "failure") return undefined;
  const text = new TextDecoder().decode(file.bytes);
  const [, parent] = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return parent === undefined ? undefined : Number(parent);
}
