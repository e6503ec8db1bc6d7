/**
 * The processes of services: which service each belongs to, and as what, from its start until its end.
 */
import type { PidFileReading, ProcessRole } from "../core/event.ts";
import type { Pid, ServiceId } from "../core/types.ts";
import type { Platform } from "../platform/mod.ts";
import { readPidFile } from "./pid_file.ts";

/** One process that the manager made, or was told of. */
export interface ServiceProcess {
  readonly service: ServiceId;
  readonly role: ProcessRole;
  /** First process of a bgprocess: when it exits well, the pid file names the one that stays. */
  readonly isLauncher: boolean;
  /** No child of ours; the poller watches it. */
  readonly isStranger?: boolean;
  /** It named another process as the main one; set until it ends itself. */
  readonly successor?: Pid;
}

/** The table of all such processes. */
export class ServiceProcesses {
  readonly #platform: Platform;
  readonly #processes = new Map<Pid, ServiceProcess>();

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  add(pid: Pid, process: ServiceProcess): void {
    this.#processes.set(pid, process);
  }

  get(pid: Pid): ServiceProcess | undefined {
    return this.#processes.get(pid);
  }

  hasAnyOf(service: ServiceId): boolean {
    for (const process of this.#processes.values()) if (process.service === service) return true;
    return false;
  }

  /**
   * The process has ended, and is no longer in the table.
   *
   * @returns "orphan" when it was no service's; "succeeded" when another process has taken its place and goes on, so
   *   that the service knows of no end.
   */
  remove(pid: Pid): ServiceProcess | "orphan" | "succeeded" {
    const process = this.#processes.get(pid);
    if (process === undefined) return "orphan";
    this.#processes.delete(pid);
    const { successor } = process;
    if (successor !== undefined) {
      // Its successor may have ended before, as its child, which nobody told us of.
      if (this.#platform.childState(successor) !== "none") return "succeeded";
      if (!this.#processes.delete(successor)) return "succeeded";
    }
    return process;
  }

  /** What is left of an unloaded service (a daemon it lost track of) is an orphan like any other. */
  forget(service: ServiceId): void {
    for (const [pid, process] of this.#processes) {
      if (process.service === service) this.#processes.delete(pid);
    }
  }

  /** @returns Whether the end of the new one will be reported: as our child, or once it is adopted. */
  changeMain(service: ServiceId, from: Pid, to: Pid): boolean {
    const process = this.#processes.get(from);
    if (process?.service !== service || this.#processes.has(to)) return false;
    this.#processes.set(from, { ...process, successor: to });
    this.#processes.set(to, { service, role: process.role, isLauncher: false });
    return true;
  }

  /**
   * A launcher has ended well: the process that its pid file names takes its place, if its end will be reported. One
   * process cannot be the daemon of two services: the second is not told of its end.
   */
  takeDaemonOver({ service, role }: ServiceProcess, pidFile: string): PidFileReading {
    const reading = readPidFile(this.#platform, pidFile);
    if (reading.kind !== "running" || !reading.tracked) return reading;
    const owner = this.#processes.get(reading.pid);
    if (owner !== undefined && owner.service !== service) return { ...reading, tracked: false };
    const isStranger = reading.isStranger ?? false;
    this.#processes.set(reading.pid, { service, role, isLauncher: false, isStranger });
    return reading;
  }
}
