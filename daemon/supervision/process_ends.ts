/**
 * What follows when a process ends: whose it was, what of its messages and output is still to be
 * read, and the event for its service.
 */
import type { ServiceDescription } from "../../core/description/mod.ts";
import type { Event } from "../../core/event.ts";
import type { SchedulerApi } from "../../core/schedule/api.ts";
import type { ExitStatus, Pid, ServiceId } from "../../core/types.ts";
import type { Reaped } from "../../platform/mod.ts";
import { askToEnd } from "../processes/end_signal.ts";
import type { Log } from "../output/log.ts";
import type { Leftovers } from "../launch/leftovers.ts";
import type { Logins } from "../processes/logins.ts";
import type { Notifications } from "../processes/notifications.ts";
import type { ServiceProbes } from "../health/service_probes.ts";
import type { Refreshes } from "../launch/refreshes.ts";
import type { ReadinessPipes } from "../launch/readiness_pipes.ts";
import type { ServiceOutputs } from "../output/service_output.ts";
import type { ServiceLaunches } from "../launch/service_launches.ts";
import type { ServiceProcess } from "../processes/service_process.ts";
import type { ServiceProcesses } from "../processes/service_processes.ts";
import type { Signals } from "../processes/service_signals.ts";
import type { TreeKiller } from "../processes/tree_killer.ts";

export interface ProcessEndsParts {
  readonly scheduler: Pick<SchedulerApi, "description" | "status">;
  readonly log: Pick<Log, "warn">;
  readonly logins: Pick<Logins, "recordProcess">;
  readonly outputs: Pick<ServiceOutputs, "drain">;
  readonly processes: ServiceProcesses;
  readonly launches: Pick<ServiceLaunches, "childEnded">;
  readonly readiness: Pick<ReadinessPipes, "processEnded">;
  readonly notifications: Pick<Notifications, "processEnded">;
  readonly trees: Pick<TreeKiller, "begin" | "orphanEnded">;
  readonly refreshes: Pick<Refreshes, "childEnded">;
  readonly probes: Pick<ServiceProbes, "childEnded">;
  readonly signals: Signals;
  readonly leftovers: Pick<Leftovers, "ended">;
  report(event: Event): void;
}

export class ProcessEnds {
  readonly #parts: ProcessEndsParts;

  constructor(parts: ProcessEndsParts) {
    this.#parts = parts;
  }

  /**
   * A child has ended. Children that are no service's are orphans: collecting them is all they
   * need.
   */
  childEnded(end: Reaped): void {
    const { pid, status } = end;
    this.#parts.launches.childEnded(pid);
    if (this.#parts.refreshes.childEnded(end) || this.#parts.probes.childEnded(end)) return;
    const process = this.#parts.processes.remove(pid);
    if (process === "orphan") this.#parts.leftovers.ended(pid);
    if (process === "orphan" || process === "succeeded") return this.#parts.trees.orphanEnded();
    this.#ended(pid, process, status);
  }

  /** A process of the table has ended without anybody's notice. */
  lost(pid: Pid): void {
    this.childEnded({ pid, status: { kind: "none" } });
  }

  #ended(pid: Pid, process: ServiceProcess, status: ExitStatus): void {
    const { service, role, successor, pidFile } = process;
    if (role === "start") {
      this.#parts.readiness.processEnded(service);
      this.#parts.notifications.processEnded(service, successor ?? pid);
    }
    const description = this.#parts.scheduler.description(service);
    if (role === "start") this.#parts.logins.recordProcess("ended", description, pid);
    this.#parts.outputs.drain(description.name);
    // What a launcher has left outweighs a status that nobody knows.
    const mayLeaveDaemon = status.kind === "none" ||
      (status.kind === "exited" && status.code === 0);
    const isDaemon = pidFile !== undefined && !("path" in pidFile) && pidFile.until !== undefined;
    if (isDaemon) return this.#foundEnded(pid, process, status);
    if (pidFile !== undefined && mayLeaveDaemon) {
      const reading = this.#parts.processes.takeDaemonOver(process, pid, pidFile);
      if (status.kind !== "none" || reading.kind !== "invalid") {
        const good = { kind: "exited", code: 0 } as const;
        return this.#reportEnd({ kind: "exited", service, role, status: good, pidFile: reading });
      }
    }
    if (role === "start") this.#endPredecessor(service, description);
    this.#reportEnd({ kind: "exited", service, role, status });
  }

  /**
   * What was found without a PID file has ended. Soon and well, it may have been a process between,
   * unless it was told to end.
   */
  #foundEnded(pid: Pid, process: ServiceProcess, status: ExitStatus): void {
    const { processes, scheduler } = this.#parts;
    const { service, role, pidFile } = process;
    const isGood = status.kind === "exited" && status.code === 0;
    const isUp = scheduler.status(service).state === "started";
    if (isGood && isUp && pidFile !== undefined && processes.mayLeaveDaemon(pidFile)) {
      const reading = processes.takeDaemonOver(process, pid, pidFile);
      if (reading.kind === "running") {
        return this.#reportEnd({ kind: "exited", service, role, status, pidFile: reading });
      }
    }
    this.#reportEnd({ kind: "exited", service, role, status });
  }

  /**
   * The process that named the main one lives on; but its service has ended, and may be started
   * again.
   */
  #endPredecessor(service: ServiceId, { killTree, name }: ServiceDescription): void {
    const first = this.#parts.processes.predecessorOf(service);
    // With kill-tree it is ended with the rest.
    if (first === undefined || killTree) return;
    const { log, signals } = this.#parts;
    log.warn(
      `${name}: The main process has ended, but not the first one (${first}); sending SIGTERM`,
    );
    askToEnd(signals, "TERM", first, "group");
  }

  /**
   * A process that the poller watched has ended. One that has become our child meanwhile was
   * perhaps collected before; then its number may be another's.
   */
  strangerEnded(end: Reaped): void {
    const process = this.#parts.processes.get(end.pid);
    if (this.#parts.probes.childEnded(end)) return;
    if (process === undefined) this.#parts.leftovers.ended(end.pid);
    else if (process.watched !== undefined) this.childEnded(end);
  }

  /** With kill-tree a service has ended only when all that it left behind has. */
  #reportEnd(event: Extract<Event, { kind: "exited" }>): void {
    const { service } = event;
    const { scheduler } = this.#parts;
    const description = scheduler.description(service);
    // A command before or after the start; what a start command has left is the service.
    const isSide = event.role === "stop" && scheduler.status(service).state === "starting";
    if (isSide || !endsTree(description, event) || this.#parts.processes.hasAnyOf(service)) {
      return this.#parts.report(event);
    }
    this.#parts.trees.begin(service, description, event);
  }
}

/**
 * Whether a service of which no process of its own is left by this event leaves nothing that should
 * stay.
 */
function endsTree(
  description: ServiceDescription,
  { role, status, pidFile }: Extract<Event, { kind: "exited" }>,
): boolean {
  if (!description.killTree || pidFile?.kind === "running") return false;
  if (description.type !== "scripted" || role === "stop") return true;
  // What a start command leaves when it has done its work is the service.
  return status.kind !== "exited" || status.code !== 0;
}
