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
