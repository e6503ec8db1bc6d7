/**
 * All that a manager hands on to the program that takes its place: each part's own piece, in the
 * order in which they are taken over.
 */
import type { Scheduler } from "../../core/schedule/scheduler.ts";
import type { Fd, Pid, ServiceId } from "../../core/types.ts";
import type { KeptClock, Platform } from "../../platform/mod.ts";
import type { ServiceChecks } from "../conditions/service_checks.ts";
import type { ControlServer, KeptControl } from "../control/server.ts";
import type { KeptFaults, ServiceFaults } from "../control/answers/service_faults.ts";
import type { ControlSocket } from "../control/socket.ts";
import type { KeptKills, KillAll } from "../commands/kill_all.ts";
import type { Keeper } from "../kept/keeper.ts";
import type { Keeping } from "../kept/keeping.ts";
import type { ActivationSockets, KeptSockets } from "../launch/activation_sockets.ts";
import type { DemandSockets, KeptDemand } from "../launch/demand.ts";
import type { KeptReadiness, ReadinessPipes } from "../launch/readiness_pipes.ts";
import type { KeptServiceLaunches, ServiceLaunches } from "../launch/service_launches.ts";
import type { Ending, KeptEnding } from "../machine/ending.ts";
import {
  adoptManagerOutput,
  keepManagerOutput,
  type KeptManagerOutput,
  type ManagerOutput,
} from "../output/manager_output.ts";
import type { KeptCopies, OutputCopies } from "../output/output_copies.ts";
import type { KeptOutputs } from "../output/kept_outputs.ts";
import type { ServiceOutputs } from "../output/service_output.ts";
import type { KeptLogins, Logins } from "../processes/logins.ts";
import type { KeptNotifications, Notifications } from "../processes/notifications.ts";
import type { KeptCgroups, ServiceCgroups } from "../processes/cgroups/service_cgroups.ts";
import type { KeptProcesses, ServiceProcesses } from "../processes/service_processes.ts";
import type { KeptProbes } from "../health/probe_child.ts";
import type { ServiceProbes } from "../health/service_probes.ts";
import type { KeptTimers, ServiceTimers } from "../timetable/service_timers.ts";
import type { KeptTrees, TreeKiller } from "../processes/tree_killer.ts";
import type { KeptSignals, SignalHandler } from "../orders/signal_handler.ts";
import type { ManagerEnvironment } from "../start/environment.ts";
import type { KeptStarts, StartNotes } from "../time/start_notes.ts";

/** What the parts of a manager are made with, if another one was here before. */
export interface KeptFoundations {
  readonly clock: KeptClock;
  /** As `Scheduler.write` has it, or the memory that it was kept in. */
  readonly scheduler: Uint8Array;
  /** Below which relative cgroups are: the manager may have moved since. */
  readonly cgroupBase: string;
  /** The oom_score_adj that the first manager was started with, if it was changed. */
  readonly oomScore: number | undefined;
  readonly signals: KeptSignals;
}

/** What the parts go on with. */
interface KeptParts {
  readonly output: KeptManagerOutput;
  readonly environment: ReadonlyMap<string, string>;
  /** Not from managers without a log store. */
  readonly copies?: KeptCopies;
  readonly outputs: KeptOutputs;
  readonly cgroups: KeptCgroups;
  readonly processes: KeptProcesses;
  readonly notifications: KeptNotifications;
  readonly readiness: KeptReadiness;
  readonly sockets: KeptSockets;
  readonly demand: KeptDemand;
  /** A manager of an earlier version has none. */
  readonly timers: KeptTimers | undefined;
  /** Not from managers that noted nothing of them. */
  readonly probes?: KeptProbes;
  readonly trees: KeptTrees;
  readonly launches: KeptServiceLaunches;
  readonly logins: KeptLogins;
  readonly faults: KeptFaults;
  readonly kills: KeptKills;
  /** Not from managers that noted nothing of them. */
  readonly starts?: KeptStarts;
  readonly control: KeptControl;
  readonly readyDescriptor: Fd | undefined;
  readonly ending: KeptEnding;
}

/** All of it. */
export interface KeptManager extends KeptFoundations {
  readonly parts: KeptParts;
}

/** As it is written; of a manager without kept memory, and of earlier versions, all is there. */
export type WrittenManager =
  & Omit<KeptFoundations, "scheduler">
  & {
    /** As `Scheduler.write` has it; undefined: it is in the memory. */
    readonly scheduler: Uint8Array | undefined;
    /** The kept memory. */
    readonly memory?: Fd | undefined;
    readonly parts: Omit<KeptParts, "processes"> & {
      /** undefined: they are facts in the memory. */
      readonly processes: KeptProcesses | undefined;
      /** Those in the memory come before these. */
      readonly starts?: KeptStarts;
    };
  };

/** The parts that have something to hand on. */
export interface KeepingParts {
  readonly output: ManagerOutput;
  readonly environment: ManagerEnvironment;
  readonly copies: OutputCopies;
  readonly outputs: ServiceOutputs;
  readonly cgroups: ServiceCgroups;
  readonly processes: ServiceProcesses;
  readonly notifications: Notifications;
  readonly readiness: ReadinessPipes;
  readonly sockets: ActivationSockets;
  readonly demand: DemandSockets;
  readonly timers: ServiceTimers;
  readonly checks: ServiceChecks;
  readonly scheduler: Pick<Scheduler, "records">;
  readonly probes: Pick<ServiceProbes, "adopt" | "adoptChildren" | "facts" | "keep">;
  readonly trees: TreeKiller;
  readonly launches: ServiceLaunches;
  readonly logins: Logins;
  readonly faults: ServiceFaults;
  readonly killAll: KillAll;
  readonly starts: StartNotes;
  readonly control: ControlServer;
  readonly socket: ControlSocket;
  readonly ending: Ending;
}

/** What else there is to be written down. */
export interface KeepingManager {
  readonly platform: Pick<Platform, "keepClock">;
  readonly scheduler: Pick<Scheduler, "write">;
  readonly keeping: Pick<Keeping, "handOn">;
  readonly signals: Pick<SignalHandler, "keep">;
  readonly cgroupBase: string;
  readonly oomScore: number | undefined;
  readonly parts: KeepingParts;
}

/**
 * Writes all of it down. Called at rest, when no event waits.
 *
 * @param whose Of the successor the kept memory is, too, so what is there is not written; somebody
 *   who is only asked gets all in one piece.
 */
export function keepManager(
  manager: KeepingManager,
  keeper: Keeper,
  whose: "successor" | "asked",
): WrittenManager {
  const { platform, scheduler, keeping, signals, cgroupBase, oomScore, parts } = manager;
  const kept = whose === "successor" ? keeping.handOn() : undefined;
  const memory = kept && keeper.descriptor(kept);
  return {
    scheduler: memory === undefined ? scheduler.write() : undefined,
    memory,
    signals: signals.keep(),
    ...{ cgroupBase, oomScore },
    parts: {
      environment: parts.environment.keep(),
      copies: parts.copies.keep(),
      outputs: parts.outputs.keep(keeper),
      cgroups: parts.cgroups.keep(),
      processes: memory === undefined ? parts.processes.keep() : undefined,
      notifications: parts.notifications.keep(keeper),
      readiness: parts.readiness.keep(keeper),
      sockets: parts.sockets.keep(keeper),
      demand: parts.demand.keep(),
      timers: parts.timers.keep(),
      probes: parts.probes.keep(),
      trees: parts.trees.keep(),
      launches: parts.launches.keep(),
      logins: parts.logins.keep(),
      faults: parts.faults.keep(),
      kills: parts.killAll.keep(),
      starts: memory === undefined ? parts.starts.keep() : parts.starts.keepUnderWay(),
      control: parts.control.keep(keeper),
      readyDescriptor: parts.socket.keep(keeper),
      ending: parts.ending.keep(),
      // Last: the others may have something to say.
      output: keepManagerOutput(parts.output, keeper),
    },
    clock: platform.keepClock(),
  };
}

/**
 * Has all parts go on where those of another manager were.
 *
 * @returns Processes that have ended without anybody's notice.
 * @throws {Error} When something that was handed on is not there.
 */
export function adoptManager(parts: KeepingParts, kept: KeptManager): readonly Pid[] {
  const theirs = kept.parts;
  parts.environment.adopt(theirs.environment);
  parts.copies.adopt(theirs.copies);
  parts.outputs.adopt(theirs.outputs);
  parts.cgroups.adopt(theirs.cgroups);
  const ended = parts.processes.adopt(theirs.processes);
  parts.notifications.adopt(theirs.notifications);
  parts.readiness.adopt(theirs.readiness);
  parts.sockets.adopt(theirs.sockets);
  parts.demand.adopt(theirs.demand);
  parts.timers.adopt(theirs.timers);
  parts.checks.adopt(askingServices(parts.scheduler));
  parts.probes.adopt(theirs.probes);
  parts.trees.adopt(theirs.trees);
  parts.launches.adopt(theirs.launches);
  parts.logins.adopt(theirs.logins);
  parts.faults.adopt(theirs.faults);
  parts.killAll.adopt(theirs.kills);
  parts.starts.adopt(theirs.starts);
  parts.control.adopt(theirs.control);
  parts.socket.adopt(theirs.readyDescriptor);
  parts.ending.adopt(theirs.ending);
  adoptManagerOutput(parts.output, theirs.output);
  return ended;
}

/** Services of which it is not known yet whether they may start. */
function* askingServices(scheduler: Pick<Scheduler, "records">): Iterable<ServiceId> {
  for (const { id, phase, isCheckingRun } of scheduler.records()) {
    if (phase === "checking" || isCheckingRun) yield id;
  }
}
