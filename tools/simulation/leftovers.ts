/**
 * Processes of a simulated run that a dead manager has left and that no service is to have: they
 * are ended, and until then nothing is launched for their service.
 */
import type { FoundProcess } from "../../core/recovery/observation.ts";
import type { Scheduler } from "../../core/schedule/scheduler.ts";
import type { Pid, ServiceId } from "../../core/types.ts";
import { FIRST_DAEMON } from "./crashes.ts";
import type { SimulatedProcess } from "./process.ts";

interface Left {
  readonly scheduler: Scheduler;
  readonly processes: SimulatedProcess[];
  readonly leftovers: SimulatedProcess[];
  /** Daemons that are nobody's children. */
  readonly untracked: Set<Pid>;
  say(text: string): void;
}

/** Daemons of launchers that nobody has seen end. */
export function endStrays(world: Left, found: readonly FoundProcess[]): void {
  const known = new Set<Pid>();
  for (const { main } of world.scheduler.records()) {
    if (main.pid !== 0) known.add(main.pid);
  }
  for (const { pid } of found) known.add(pid);
  for (const process of [...world.processes]) {
    const { pid: daemon } = process;
    if (daemon < FIRST_DAEMON || known.has(daemon)) continue;
    if (!known.has(daemon - FIRST_DAEMON as Pid)) toLeftovers(world, process);
  }
}

/** A process that nobody has asked for, or the daemon that it has left. */
export function endFound(world: Left, { pid, now }: FoundProcess): void {
  const daemon = now.kind === "ended" && now.pidFile?.kind === "running" ? now.pidFile.pid : 0;
  world.untracked.delete(daemon as Pid);
  const process = world.processes.find((each) => each.pid === pid || each.pid === daemon);
  if (process !== undefined) toLeftovers(world, process);
}

/** All of a service, before it is set aside. @returns Their numbers. */
export function killAtOnce({ processes }: Left, service: ServiceId): readonly Pid[] {
  const others = processes.filter((process) => process.service !== service);
  const own = processes.filter((process) => process.service === service);
  processes.splice(0, processes.length, ...others);
  return own.map(({ pid }) => pid);
}

function toLeftovers(world: Left, process: SimulatedProcess): void {
  world.say(`  process ${process.pid} of service ${process.service} is ended`);
  world.processes.splice(world.processes.indexOf(process), 1);
  world.leftovers.push(process);
}
