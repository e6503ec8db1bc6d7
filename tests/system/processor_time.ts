/**
 * Time as a busy process knows it: a clock that stretches with the machine, to see what something
 * else does meanwhile.
 */
import { until } from "../wait.ts";

/** So long that a process which does nothing but spin cannot hide. */
const TICKS = 50;

/**
 * Lets a process spin until it has had half a second of a processor.
 *
 * @returns What it has used, in {@link processorTicks}.
 */
export async function workPasses(): Promise<number> {
  const busy = new Deno.Command("/bin/sh", { args: ["-c", "while :; do :; done"] }).spawn();
  try {
    await until("half a second of a processor", () => processorTicks(busy.pid) >= TICKS);
    return processorTicks(busy.pid);
  } finally {
    busy.kill("SIGKILL");
    await busy.status;
  }
}

/**
 * What a process has used so far, in hundredths of a second. Source: proc(5), fields 14 and 15 of
 * stat.
 */
export function processorTicks(pid: number): number {
  const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return Number(fields[11]) + Number(fields[12]);
}
