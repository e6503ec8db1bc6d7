/**
 * What the kernel tells of one process. Source: proc(5), /proc/PID/stat and /proc/PID/status.
 */
import type { Pid } from "../../../core/types.ts";
import type { ProcessFacts } from "../../interface/process_facts.ts";
import { files } from "../kernel/parts.ts";

const FILE_BYTES = 16 * 1024;
const decoder = new TextDecoder();

/**
 * Hidden processes (mount option hidepid) are unknown: they can be told from none by a signal only.
 */
export function processFacts(pid: Pid): ProcessFacts {
  const stat = textOf(`/proc/${pid}/stat`);
  const status = textOf(`/proc/${pid}/status`);
  if (stat === undefined || status === undefined) {
    return files.exists("/proc/self/stat") && !isHidden() ? { kind: "gone" } : { kind: "unknown" };
  }
  const process = Number(/^Tgid:\t(\d+)$/m.exec(status)?.[1]);
  if (process !== pid) return { kind: "thread", process };
  // Behind the name in parentheses, which may hold any character; the first is field 3.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state, parent, group, session] = fields;
  if (state === "Z" || state === "X") return { kind: "gone" };
  const [, realUid, , savedUid] = /^Uid:\t(\d+)\t(\d+)\t(\d+)/m.exec(status) ?? [];
  return {
    kind: "process",
    parent: Number(parent),
    group: Number(group),
    session: Number(session),
    realUid: Number(realUid),
    savedUid: Number(savedUid),
    madeAt: fields[19] ?? "",
  };
}

/** Process 1 is always there, unless others' processes are hidden from us. */
function isHidden(): boolean {
  return !files.exists("/proc/1/stat");
}

function textOf(path: string): string | undefined {
  const file = files.readFile(path, FILE_BYTES);
  return file.kind === "failure" ? undefined : decoder.decode(file.bytes);
}
