/** What a manager takes when it has nothing to do. */

/**
 * Whether it waits for events without a limit: garbage of its start has been collected then.
 * Source: proc(5), syscall; epoll_pwait(2), whose fourth argument is -1.
 */
export function isTimingNothing(pid: number): boolean {
  const [, , , , timeout] = Deno.readTextFileSync(`/proc/${pid}/syscall`).split(" ");
  return timeout === "0xffffffffffffffff";
}

/** Anonymous memory of a process. Source: proc(5), smaps_rollup. */
export function memoryKb(pid: number): number {
  const text = Deno.readTextFileSync(`/proc/${pid}/smaps_rollup`);
  return Number(/^Anonymous:\s+(\d+) kB$/m.exec(text)?.[1]);
}
