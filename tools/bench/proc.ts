/** What the kernel tells of a running process. Source of all fields: proc(5). */

/**
 * Processor time of all living threads so far, in milliseconds: the first field of schedstat, in
 * ns.
 */
export function processorMs(pid: number): number {
  let nanoseconds = 0;
  for (const { name } of Deno.readDirSync(`/proc/${pid}/task`)) {
    nanoseconds += Number(read(`/proc/${pid}/task/${name}/schedstat`).split(" ")[0]);
  }
  return nanoseconds / 1e6;
}

/** Processor time of all children that were collected, in steps of 10 ms: cutime and cstime. */
export function childrenMs(pid: number): number {
  // The name stands in parentheses and may hold any letter.
  const fields = read(`/proc/${pid}/stat`).replace(/^.*\) /s, "").split(" ");
  const TICK_MS = 10;
  return (Number(fields[13]) + Number(fields[14])) * TICK_MS;
}

/** Memory of its own that no file backs, in kB. */
export function anonymousKb(pid: number): number {
  return Number(/^Anonymous:\s+(\d+) kB/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1]);
}

/** Times that any of its threads was switched to, whether it had waited or was pushed aside. */
export function contextSwitches(pid: number): number {
  let switches = 0;
  for (const { name } of Deno.readDirSync(`/proc/${pid}/task`)) {
    const status = read(`/proc/${pid}/task/${name}/status`);
    for (const match of status.matchAll(/ctxt_switches:\s+(\d+)/g)) switches += Number(match[1]);
  }
  return switches;
}

/** Children of all its threads, ended but not reaped ones included. */
export function childCount(pid: number): number {
  let count = 0;
  for (const { name } of Deno.readDirSync(`/proc/${pid}/task`)) {
    const children = read(`/proc/${pid}/task/${name}/children`).trim();
    if (children !== "") count += children.split(" ").length;
  }
  return count;
}

/** Name of the program, as the kernel cuts it: 15 bytes. */
export function commandName(pid: number): string {
  return read(`/proc/${pid}/comm`).trim();
}

function read(path: string): string {
  return Deno.readTextFileSync(path);
}
