/**
 * What is done for services while they live, put together: their processes, launches, what they
 * say, what they leave behind.
 *
 * Whoever uses one of these parts is given that one by `daemon.ts`, and never all of them.
 */
import type { Command } from "../../core/command.ts";
import type { UserDatabase } from "../../core/description/mod.ts";
import type { Event } from "../../core/event.ts";
import type { SchedulerApi } from "../../core/schedule/api.ts";
import type { Fd, ServiceId, ServiceName } from "../../core/types.ts";
import type { Platform } from "../../platform/mod.ts";
import { type LoadConditions, ServiceChecks } from "../conditions/service_checks.ts";
import { HeapCollection } from "./heap_collection.ts";
import { DemandSockets } from "../launch/demand.ts";
import type { WorkNotes } from "../kept/work_notes.ts";
import { LaunchHold } from "../launch/hold.ts";
import { Leftovers } from "../launch/leftovers.ts";
import type { Launcher } from "../launch/launcher.ts";
import { type LoadProbes, ServiceProbes } from "../health/service_probes.ts";
import { Refreshes } from "../launch/refreshes.ts";
import { ReadinessPipes } from "../launch/readiness_pipes.ts";
import { ServiceLaunches } from "../launch/service_launches.ts";
import type { DescriptorOwner } from "./descriptor_owner.ts";
import type { ServiceMemory } from "../commands/service_commands.ts";
import type { Log } from "../output/log.ts";
import type { ServiceOutputs } from "../output/service_output.ts";
import { ProcessEnds } from "./process_ends.ts";
import type { Logins } from "../processes/logins.ts";
import type { MemoryWatch } from "../processes/memory_watch.ts";
import { Notifications } from "../processes/notifications.ts";
import type { ServiceCgroups } from "../processes/cgroups/service_cgroups.ts";
import { ServiceProcesses } from "../processes/service_processes.ts";
import { serviceSignals, type Signals } from "../processes/service_signals.ts";
import { markedName, TreeKiller } from "../processes/tree_killer.ts";
import type { Timed } from "../time/timed.ts";
import { type LoadTimetable, ServiceTimers } from "../timetable/service_timers.ts";

/** What it works on. */
export interface SupervisionParts {
  readonly platform: Platform;
  readonly scheduler: SchedulerApi;
  readonly log: Log;
  readonly launcher: Launcher;
  readonly outputs: ServiceOutputs;
  readonly cgroups: ServiceCgroups;
  /** What the kernel ends for want of memory. */
  readonly memory: MemoryWatch;
  readonly logins: Logins;
  /** What the manager is at. */
  readonly work: Pick<WorkNotes, "note">;
  readonly loadTimetable: LoadTimetable;
  readonly loadConditions: LoadConditions;
  readonly loadProbes: LoadProbes;
  readonly users: UserDatabase;
  /** Of the manager's environment. */
  readonly variable: (name: string) => string | undefined;
  /** The variable TZ. */
  readonly tz: string | undefined;
  /** Where the manager keeps what is to outlive the machine's run; undefined: nowhere. */
  readonly stateDirectory: string | undefined;
  /** Takes over the descriptor: an ordinary control connection. */
  readonly adoptControlConnection: (descriptor: Fd, service: ServiceId) => void;
  readonly report: (event: Event) => void;
  readonly execute: (commands: readonly Command[]) => void;
}

/** The parts. */
export interface Supervision {
  readonly processes: ServiceProcesses;
  /** Signals to processes of services. */
  readonly signals: Signals;
  /** Sockets of services that start on demand. */
  readonly demand: DemandSockets;
  /** Times of services that have a timer. */
  readonly timers: ServiceTimers;
  /** What services are asked to see whether they are well. */
  readonly probes: ServiceProbes;
  /** What the machine has to be like for services. */
  readonly checks: ServiceChecks;
  /** Ends what services with kill-tree leave behind. */
  readonly trees: TreeKiller;
  /** Messages of services about themselves. */
  readonly notifications: Notifications;
  readonly launches: ServiceLaunches;
  /** Services that read their own configuration again. */
  readonly refreshes: Refreshes;
  /** On which services say that they are ready. */
  readonly readiness: ReadinessPipes;
  /** What nobody has asked for since a manager died. */
  readonly leftovers: Leftovers;
  /** Lets launches wait. */
  readonly hold: LaunchHold;
  /** What follows when processes end. */
  readonly ends: ProcessEnds;
  /** Gives memory back after many launches. */
  readonly heap: HeapCollection;
  readonly timed: readonly Timed[];
  /** Asked in this order whose a descriptor is. */
  readonly owners: readonly DescriptorOwner[];
  readonly memories: readonly ServiceMemory[];
}

export function superviseServices(parts: SupervisionParts): Supervision {
  const { platform, scheduler, log, launcher, outputs, memory, report } = parts;
  const processes = serviceProcesses(parts);
  const signals = serviceSignals(platform, processes);
  const readiness = new ReadinessPipes(platform, report);
  const demand = new DemandSockets(platform, launcher.sockets, report);
  const timers = serviceTimers(parts);
  const checks = new ServiceChecks({
    ...parts,
    load: parts.loadConditions,
    architecture: Deno.build.arch,
    runLeftOut: (service) => timers.begins(service),
  });
  const trees = treeKiller(parts, processes);
  const notifications = serviceNotifications(parts, processes);
  const heap = new HeapCollection(platform);
  const leftovers = new Leftovers({ platform, launch: (command) => launches.queue.add(command) });
  const common = { ...parts, processes, readiness, notifications, trees, leftovers };
  const launches: ServiceLaunches = new ServiceLaunches({
    ...common,
    beforeLaunch: () => heap.worked(),
  });
  const hold = new LaunchHold({ launches: launches.queue, scheduler, log, report });
  const refreshes = new Refreshes({ platform, scheduler, log, signals, launches });
  const probes = new ServiceProbes({
    ...{ platform, scheduler, launches, report },
    load: parts.loadProbes,
    warn: (text) => log.warn(text),
  });
  return {
    ...{
      processes,
      signals,
      demand,
      timers,
      checks,
      trees,
      notifications,
      launches,
      readiness,
      hold,
    },
    ...{ heap, leftovers, refreshes, probes },
    ends: new ProcessEnds({ ...common, launches, signals, refreshes, probes }),
    timed: [notifications, trees, ...launches.timed, refreshes, leftovers, heap, timers, probes],
    owners: [
      launches,
      readiness,
      demand,
      outputs.reader,
      notifications,
      timers,
      checks,
      probes,
      memory,
    ],
    memories: [
      ...[processes, readiness, notifications, launches, refreshes, leftovers, launcher, trees],
      ...[timers, checks, probes, memory],
      { forget: (service) => demand.ignore(service) },
    ],
  };
}

function serviceTimers(
  { platform, scheduler, log, report, loadTimetable, tz, stateDirectory }: SupervisionParts,
): ServiceTimers {
  return new ServiceTimers({
    ...{ platform, scheduler, report, tz },
    load: loadTimetable,
    stateFolder: stateDirectory === undefined ? undefined : `${stateDirectory}/timers`,
    warn: (text) => log.warn(text),
  });
}

function serviceProcesses({ platform, scheduler, cgroups }: SupervisionParts): ServiceProcesses {
  const idOf = (name: ServiceName | undefined) =>
    name === undefined ? undefined : scheduler.find(name);
  return new ServiceProcesses(platform, {
    platform,
    cgroupOwnerOf: (pid) => idOf(cgroups.ownerOf(pid)),
    markedFor: (pid) => idOf(markedName(platform, pid)),
    nameOf: (service) => scheduler.description(service).name,
  });
}

function treeKiller(
  { platform, scheduler, cgroups, log, report }: SupervisionParts,
  processes: ServiceProcesses,
): TreeKiller {
  return new TreeKiller({
    platform,
    cgroups,
    mainOf: (pid) => {
      const process = processes.get(pid);
      return process?.isStranger ? undefined : process?.service;
    },
    nameOf: (service) => scheduler.description(service).name,
    warn: (text) => log.warn(text),
    report,
  });
}

function serviceNotifications(
  { platform, scheduler, cgroups, log, report }: SupervisionParts,
  processes: ServiceProcesses,
): Notifications {
  const nameOf = (service: ServiceId) => scheduler.description(service).name;
  return new Notifications(platform, {
    report,
    changeMainPid: (service, from, to) => processes.changeMain(service, from, to),
    isThere: (service, pid) => processes.get(pid)?.service === service,
    isInCgroup: (service, pid) => cgroups.processes(nameOf(service)).includes(pid),
    complain: (service, why) => log.warn(`${nameOf(service)}: ${why}`),
  });
}
