/**
 * What processes take of the machine, read from the kernel when somebody asks.
 *
 * Source: proc(5): /proc/PID/stat, /proc/PID/status, /proc/PID/io, /proc/PID/task/TID/children. A
 * system without them tells nothing.
 */
import type { Pid } from "../../core/types.ts";
import { NO_USAGE, type Usage } from "../../core/figures/usage.ts";
import type { Platform } from "../../platform/mod.ts";

/** What is read of the system. */
export type UsagePlatform = Pick<Platform, "os" | "readFile" | "readDirectory">;

/** Of a service with more, only so many are looked at: each takes 0.1 ms, and others wait. */
export const MOST_PROCESSES = 128;
/** Threads of one process whose children are looked for. */
const MOST_THREADS = 32;
/** The kernel's tick for user programs, on every architecture: 100 a second (times(2)). */
const TICK_MS = 10;
const FILE_BYTES = 16 * 1024;
const decoder = new TextDecoder();

/** The sum of processes; those that have ended meanwhile are left out. */
export function usageOfProcesses(platform: UsagePlatform, pids: readonly Pid[]): Usage {
  if (platform.os !== "linux") return NO_USAGE;
  let sum: Usage = NO_USAGE;
  for (const pid of pids.slice(0, MOST_PROCESSES)) sum = added(sum, usageOfProcess(platform, pid));
  return sum;
}

/** One process; all undefined when it is gone. */
export function usageOfProcess(platform: UsagePlatform, pid: Pid): Usage {
  const status = textOf(platform, `/proc/${pid}/status`);
  const stat = textOf(platform, `/proc/${pid}/stat`);
  if (status === undefined || stat === undefined) return NO_USAGE;
  // Others' are for root alone.
  const io = textOf(platform, `/proc/${pid}/io`);
  return {
    cpuMs: processorTime(stat),
    memoryBytes: kibibytes(numberAfter(status, "VmRSS:")),
    tasks: numberAfter(status, "Threads:"),
    readBytes: io === undefined ? undefined : numberAfter(io, "read_bytes:"),
    writtenBytes: io === undefined ? undefined : numberAfter(io, "write_bytes:"),
  };
}

/** Both sums; what neither tells stays undefined. */
export function added(one: Usage, other: Usage): Usage {
  return {
    cpuMs: sumOf(one.cpuMs, other.cpuMs),
    memoryBytes: sumOf(one.memoryBytes, other.memoryBytes),
    tasks: sumOf(one.tasks, other.tasks),
    readBytes: sumOf(one.readBytes, other.readBytes),
    writtenBytes: sumOf(one.writtenBytes, other.writtenBytes),
  };
}

/**
 * A process and its descendants, as far as they have not left it; one more than
 * {@linkcode MOST_PROCESSES} at most.
 */
export function processTree(platform: UsagePlatform, root: Pid): readonly Pid[] {
  const found = [root];
  if (platform.os !== "linux") return found;
  for (let at = 0; at < found.length && found.length <= MOST_PROCESSES; at++) {
    for (const child of childrenOf(platform, found[at] as Pid)) {
      if (found.length <= MOST_PROCESSES && !found.includes(child)) found.push(child);
    }
  }
  return found;
}

/** Each thread has a list of its own; kernels without CONFIG_PROC_CHILDREN have none. */
function childrenOf(platform: UsagePlatform, pid: Pid): readonly Pid[] {
  const threads = platform.readDirectory(`/proc/${pid}/task`);
  if (threads.kind !== "names") return [];
  return threads.names.slice(0, MOST_THREADS).flatMap((thread) => {
    const text = textOf(platform, `/proc/${pid}/task/${thread}/children`) ?? "";
    return text.split(" ").filter((word) => word !== "").map(Number) as Pid[];
  });
}

/** Fields 14 to 17: its own time and that of children that it has waited for. */
function processorTime(stat: string): number | undefined {
  // Behind the name in parentheses, which may hold any character; the first is field 3.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return Number.isFinite(ticks) ? ticks * TICK_MS : undefined;
}

function sumOf(one: number | undefined, other: number | undefined): number | undefined {
  if (one === undefined) return other;
  return other === undefined ? one : one + other;
}

function kibibytes(count: number | undefined): number | undefined {
  return count === undefined ? undefined : count * 1024;
}

/** The number behind a word at the beginning of a line. */
export function numberAfter(text: string, word: string): number | undefined {
  const at = text.startsWith(word) ? 0 : text.indexOf(`\n${word}`) + 1;
  if (at === 0 && !text.startsWith(word)) return undefined;
  const number = Number.parseInt(text.slice(at + word.length), 10);
  return Number.isNaN(number) ? undefined : number;
}

/** A file of the kernel; undefined when it cannot be read. */
export function textOf(platform: UsagePlatform, path: string): string | undefined {
  const file = platform.readFile(path, FILE_BYTES);
  return file.kind === "failure" ? undefined : decoder.decode(file.bytes);
}
