/** What a manager does while a client runs: instructions where they can be counted, and time. */
import { run } from "../build/process.ts";
import { processorMs } from "./proc.ts";

/** Of a manager, while something else ran. */
export interface Work {
  /** Its own instructions and the kernel's for it; undefined: perf(1) cannot count them here. */
  readonly instructions: number | undefined;
  /** Time on a processor. */
  readonly ms: number;
}

const EVENTS = "instructions:u,instructions:k";

/**
 * Runs a command to its end and tells what a manager did meanwhile. Instructions do not depend on
 * what else the machine does.
 *
 * @throws {Error} The command failed.
 */
export async function workDuring(
  pid: number,
  command: readonly [string, ...string[]],
): Promise<Work> {
  const counts = await countsInstructions();
  const before = processorMs(pid);
  const file = await Deno.makeTempFile();
  try {
    const [first, ...more] = counts ? perf(pid, file) : [];
    await run(first === undefined ? command : [first, ...more, ...command]);
    const ms = processorMs(pid) - before;
    return { ms, instructions: counts ? readCounts(await Deno.readTextFile(file)) : undefined };
  } finally {
    await Deno.remove(file);
  }
}

function perf(pid: number, file: string): readonly string[] {
  return ["perf", "stat", "-x,", "-o", file, "-e", EVENTS, "-p", String(pid), "--"];
}

/**
 * The sum of what `perf stat -x,` has counted.
 *
 * @returns undefined: one of the events was not counted.
 */
export function readCounts(text: string): number | undefined {
  const lines = text.split("\n").filter((line) => line.includes(",instructions"));
  const counts = lines.map((line) => Number(line.split(",")[0]));
  if (counts.length === 0 || counts.some((count) => !Number.isFinite(count))) return undefined;
  return counts.reduce((sum, count) => sum + count, 0);
}

let counting: Promise<boolean> | undefined;

/** Whether perf(1) is there, may count, and the processor's counters are to be had. */
function countsInstructions(): Promise<boolean> {
  counting ??= tryToCount();
  return counting;
}

async function tryToCount(): Promise<boolean> {
  const file = await Deno.makeTempFile();
  try {
    await run(["perf", "stat", "-x,", "-o", file, "-e", EVENTS, "--", "/bin/true"]);
    return (readCounts(await Deno.readTextFile(file)) ?? 0) > 0;
  } catch {
    return false;
  } finally {
    await Deno.remove(file);
  }
}
