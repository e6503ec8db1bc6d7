/** What the figures were measured on. */

/** One line: processor, how many, memory, kernel. */
export function machineText(): string {
  const model = /^model name\s*:\s*(.*)$/m.exec(Deno.readTextFileSync("/proc/cpuinfo"))?.[1] ??
    "unknown processor";
  const memory = (Deno.systemMemoryInfo().total / 2 ** 30).toFixed(0);
  const processors = `${navigator.hardwareConcurrency} × ${model.trim()}`;
  return `${processors}, ${memory} GiB, Linux ${Deno.osRelease()}`;
}

/** Load averages of one, five and fifteen minutes. */
export function loadText(): string {
  return Deno.loadavg().map((load) => load.toFixed(1)).join(" ");
}

const REST_WINDOW_MS = 100;
const REST_LIMIT_MS = 10_000;
/** Share of the processors' time that nothing uses, here or on the host. */
const REST_IDLE = 0.9;

/**
 * Waits until the processors have little to do, so that what one measurement leaves behind
 * (thousands of processes to take apart) does not burden the next one. A machine that is never at
 * rest is measured as it is, after ten seconds.
 */
export async function machineRest(): Promise<void> {
  const end = performance.now() + REST_LIMIT_MS;
  let before = processorTimes();
  while (performance.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, REST_WINDOW_MS));
    const now = processorTimes();
    if (now.idle - before.idle >= REST_IDLE * (now.all - before.all)) return;
    before = now;
  }
}

/**
 * Of all processors together, in ticks. Source: proc_stat(5): user nice system idle iowait irq
 * softirq steal.
 */
function processorTimes(): { readonly idle: number; readonly all: number } {
  const line = /^cpu\s+(.*)$/m.exec(Deno.readTextFileSync("/proc/stat"))?.[1] ?? "";
  const ticks = line.split(" ").slice(0, 8).map(Number);
  const all = ticks.reduce((sum, each) => sum + each, 0);
  return { idle: (ticks[3] ?? 0) + (ticks[4] ?? 0), all };
}
