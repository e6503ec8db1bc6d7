/**
 * Launches of services' processes, from the scheduler's command to the program that runs: what is
 * due at once, what waits until the program has been executed, and what is undone when it could not
 * be.
 */
import type { Command } from "../../core/command.ts";
import type { ServiceDescription } from "../../core/description/mod.ts";
import type { Event } from "../../core/event.ts";
import type { SchedulerApi } from "../../core/schedule/api.ts";
import type { Fd, Pid, ServiceId } from "../../core/types.ts";
import { unreachable } from "../../core/types.ts";
import type { Launch, LaunchOutcome, LaunchResult, Platform } from "../../platform/mod.ts";
import type { Errand, Launched, Launcher } from "./launcher.ts";
import { FACT_KIND, Facts } from "../kept/facts.ts";
import { type LeftLaunch, putLaunch } from "./launch_fact.ts";
import { keepEnds, type OwnEnds } from "./channels.ts";
import type { WorkNotes } from "../kept/work_notes.ts";
import type { Leftovers } from "./leftovers.ts";
import { type KeptLaunches, LaunchQueue, type SpawnCommand } from "./queue.ts";
import { type KeptRetries, LaunchRetries } from "./retries.ts";
import type { Log } from "../output/log.ts";
import type { Logins } from "../processes/logins.ts";
import type { Notifications } from "../processes/notifications.ts";
import { FIRST_SEARCH } from "../processes/left_daemon.ts";
import { pidFileBefore } from "../processes/pid_file.ts";
import type { DaemonClue } from "../processes/service_process.ts";
import { PendingLaunches, type SettledLaunch } from "./pending.ts";
import type { ReadinessPipes } from "./readiness_pipes.ts";
import type { ServiceProcesses } from "../processes/service_processes.ts";
import type { Timed } from "../time/timed.ts";
import type { TreeKiller } from "../processes/tree_killer.ts";

/** Everything that launches work on. */
export interface ServiceLaunchParts {
  readonly platform: Platform;
  readonly scheduler: SchedulerApi;
  readonly log: Log;
  readonly launcher: Launcher;
  readonly logins: Logins;
  readonly processes: ServiceProcesses;
  readonly readiness: ReadinessPipes;
  readonly notifications: Notifications;
  readonly trees: TreeKiller;
  /** Beside them nothing is launched for their services. */
  readonly leftovers: Pick<Leftovers, "holdsBack">;
  /** Takes over the descriptor: an ordinary control connection. */
  readonly adoptControlConnection: (descriptor: Fd, service: ServiceId) => void;
  /** What the manager is at. */
  readonly work: Pick<WorkNotes, "note">;
  /** Called before each launch. */
  readonly beforeLaunch: () => void;
  readonly report: (event: Event) => void;
  readonly execute: (commands: readonly Command[]) => void;
}

/** As another manager goes on with them. */
export interface KeptServiceLaunches {
  readonly queue: KeptLaunches;
  readonly retries: KeptRetries;
}

export class ServiceLaunches {
  readonly #left = new Map<Fd, LeftLaunch>();
  /** Children on their way to their programs, by the descriptors of their reports. */
  readonly facts = new Facts<LeftLaunch>(FACT_KIND.launch, this.#left, putLaunch);
  /** Launches that wait. */
  readonly queue: LaunchQueue;
  /** Parts of this that are due at times. */
  readonly timed: readonly Timed[];
  readonly #parts: ServiceLaunchParts;
  readonly #pending: PendingLaunches;
  /** Launches that the system was too short of something for. */
  readonly #retries: LaunchRetries;

  constructor(parts: ServiceLaunchParts) {
    const { platform, scheduler } = parts;
    this.#parts = parts;
    this.#pending = new PendingLaunches(platform, () => this.queue.rest());
    this.queue = new LaunchQueue(platform, {
      launch: (command) => {
        parts.beforeLaunch();
        this.#launch(command);
      },
      look: () => this.#pending.look(),
      underWay: () => this.#pending.underWay,
    });
    this.#retries = new LaunchRetries({
      platform,
      scheduler,
      launch: (command) => this.queue.add(command),
    });
    this.timed = [this.#retries, this.queue.preference, this.#pending];
  }

  /** @returns Whether the descriptor is a child's report. */
  handleDescriptor(descriptor: Fd): boolean {
    return this.#pending.handleDescriptor(descriptor);
  }

  /** The loop is about to wait. */
  beforeWait(): void {
    this.#pending.watchAll();
  }

  /** A child has ended: whether it had executed its program is settled first. */
  childEnded(pid: Pid): void {
    this.#pending.ended(pid);
  }

  /** The record is gone. */
  forget(service: ServiceId): void {
    this.#retries.forget(service);
    this.#pending.forget(service);
  }

  /** Services with a process that is on its way to its program: they cannot be handed on. */
  get underWay(): readonly ServiceId[] {
    this.#pending.look();
    return this.#pending.services;
  }

  /** For {@linkcode adopt}, when none is {@linkcode underWay}. */
  keep(): KeptServiceLaunches {
    return { queue: this.queue.keep(), retries: this.#retries.keep() };
  }

  /** Goes on where another manager was. */
  adopt({ queue, retries }: KeptServiceLaunches): void {
    this.queue.adopt(queue);
    this.#retries.adopt(retries);
  }

  /** Goes on with the launch of a manager that died in the middle of it. */
  adoptLaunch({ service, role, pid, report, ends }: LeftLaunch): void {
    const { platform } = this.#parts;
    const own: OwnEnds = { readiness: undefined, notify: undefined, control: undefined, ...ends };
    keepEnds(platform, own, true);
    const outcome = (): LaunchOutcome =>
      report === undefined ? { kind: "executed" } : platform.leftReport(report);
    const result: Launch = { kind: "launched", pid, report, outcome };
    // It is there: whether it has the console was settled then.
    const command = { kind: "spawn", service, role, onConsole: false, watchReadiness: false };
    this.#track(command as SpawnCommand, { result, ...own }, result);
  }

  /**
   * Makes a process beside those of a service's roles, of which the scheduler knows nothing.
   *
   * @param settled Called when it is known whether its program runs, unless the service is
   *   forgotten before.
   * @returns Its number, or why there is none.
   */
  runErrand(
    service: ServiceId,
    errand: Errand,
    settled: (outcome: SettledLaunch) => void,
  ): Pid | Exclude<LaunchResult, Launch> {
    const { scheduler, launcher, log } = this.#parts;
    const description = scheduler.description(service);
    this.#parts.beforeLaunch();
    const { result } = launcher.launch({
      ...{ service, description, errand, isBeside: true },
      role: "stop",
      onConsole: false,
      watchReadiness: false,
    });
    if (result.kind !== "launched") return result;
    this.#pending.add(service, result, {
      settle: settled,
      abandon: () => {},
      complain: ({ message }) => {
        log.error(`${description.name}: Cannot watch the launch: ${message}`);
      },
    });
    return result.pid;
  }

  #launch(command: SpawnCommand): void {
    const { scheduler, launcher, trees, leftovers } = this.#parts;
    const { service, role } = command;
    if (leftovers.holdsBack(command)) return;
    this.#parts.work.note(service, "launch");
    const description = scheduler.description(service);
    if (role === "stop" && description.killTree && command.side === undefined) {
      if (this.#needsNoStopCommand(command)) return;
      trees.remember(service);
    }
    const pidFile = role === "start" ? this.#pidFileOf(description) : undefined;
    const errand = errandOf(command, description, scheduler.status(service).pid);
    const isSameRun = role === "start" && description.startPre.length > 0 &&
      scheduler.status(service).state === "starting";
    const launched = launcher.launch({
      ...command,
      description,
      ...errand && { errand },
      isSameRun,
    });
    const { result } = launched;
    switch (result.kind) {
      case "launched":
        return this.#spawned(command, launched, result, pidFile);
      case "exec-failed":
        return this.#notExecuted(command, result);
      case "failure":
        if (this.#triesAgain(command, result.errno, result.call)) return;
        return this.#parts.report({
          kind: "spawn-failed",
          service,
          role,
          why: `${result.call}: ${result.message}`,
        });
      default:
        unreachable(result);
    }
  }

  /** There is a process, which can be signalled; its messages are read once its program runs. */
  #spawned(
    command: SpawnCommand,
    launched: Launched,
    launch: Launch,
    pidFile: DaemonClue | undefined,
  ): void {
    const { platform, scheduler, processes, execute } = this.#parts;
    const { service, role } = command;
    const { pid } = launch;
    processes.add(pid, { service, role, ...(pidFile && { pidFile }) });
    execute(scheduler.apply({ kind: "spawned", service, role, pid }, platform.now()));
    this.#track(command, launched, launch);
  }

  #track(command: SpawnCommand, launched: Launched, launch: Launch): void {
    const { scheduler, launcher, log } = this.#parts;
    const { service, role } = command;
    const { pid, report } = launch;
    if (report !== undefined) {
      const { readiness, notify, control } = launched;
      this.#left.set(report, { service, role, pid, report, ends: { readiness, notify, control } });
      this.facts.note(report);
    }
    this.#pending.add(service, launch, {
      settle: (outcome) => {
        this.#noteOutcome(launch);
        this.#settled(command, launched, launch, outcome);
      },
      abandon: () => {
        this.#noteOutcome(launch);
        launcher.abandon(launched);
      },
      complain: ({ message }) => {
        const { name } = scheduler.description(service);
        log.error(`${name}: Cannot watch the launch: ${message}`);
      },
    });
  }

  #noteOutcome({ report }: Launch): void {
    if (report === undefined) return;
    this.#left.delete(report);
    this.facts.note(report);
  }

  #pidFileOf({ type, pidFile, attributes }: ServiceDescription): DaemonClue | undefined {
    if (type !== "bgprocess") return undefined;
    if (pidFile === undefined) return FIRST_SEARCH;
    const { platform } = this.#parts;
    const { runAs } = attributes;
    const isAnother = runAs.kind !== "manager" && runAs.uid !== platform.userId();
    return pidFileBefore(platform, pidFile, isAnother ? runAs.uid : undefined);
  }

  #settled(
    command: SpawnCommand,
    launched: Launched,
    { pid }: Launch,
    outcome: SettledLaunch,
  ): void {
    const { processes, launcher } = this.#parts;
    if (outcome.kind === "executed") return this.#executed(command, launched, pid);
    processes.discard(pid);
    launcher.abandon(launched);
    this.#notExecuted(command, outcome);
  }

  #executed(command: SpawnCommand, launched: Launched, pid: Launch["pid"]): void {
    const { scheduler, logins, trees, notifications, readiness, log } = this.#parts;
    const { service, role } = command;
    const description = scheduler.description(service);
    this.#retries.succeeded(command);
    if (description.killTree) trees.launched(service, pid);
    if (role === "start") logins.recordProcess("started", description, pid);
    if (launched.notify !== undefined) {
      notifications.add(service, description, launched.notify, pid);
    }
    if (launched.control !== undefined) {
      this.#parts.adoptControlConnection(launched.control, service);
    }
    this.#parts.report({ kind: "exec-succeeded", service, role });
    if (launched.readiness === undefined) return;
    const failure = readiness.add(service, launched.readiness);
    if (failure === undefined) return;
    log.error(`${description.name}: Cannot watch the readiness pipe: ${failure.message}`);
  }

  #notExecuted(
    command: SpawnCommand,
    { stage, errno, why }: Extract<SettledLaunch, { kind: "exec-failed" }>,
  ): void {
    const { service, role } = command;
    if (this.#triesAgain(command, errno, "exec")) return;
    this.#parts.report({ kind: "exec-failed", service, role, stage, errno, why });
  }

  #triesAgain(command: SpawnCommand, errno: number, call: string): boolean {
    const { platform, scheduler, log, report } = this.#parts;
    const { service, role } = command;
    const answer = this.#retries.defer(command, errno);
    if (answer === "no") return false;
    report({ kind: "launch-deferred", service, role });
    if (answer === "first") {
      const { name } = scheduler.description(service);
      const { name: code, text } = platform.errnoText(errno);
      log.warn(`${name}: Cannot launch a process now: ${call}: ${text} (${code}); trying again`);
    }
    return true;
  }

  /**
   * The stop of a service that has none of its own processes any more, or never had a stop command:
   * all there is to do is to end what it left behind.
   */
  #needsNoStopCommand({ service }: SpawnCommand): boolean {
    const { scheduler, trees, report } = this.#parts;
    const description = scheduler.description(service);
    const isEnding = trees.isEnding(service);
    if (!isEnding && description.stopCommand.length > 0) return false;
    const status = { kind: "exited", code: 0 } as const;
    const ended = { kind: "exited", service, role: "stop", status } as const;
    report({ kind: "exec-succeeded", service, role: "stop" });
    if (isEnding) report(ended);
    else trees.begin(service, description, ended);
    return true;
  }
}

/**
 * A command before or after. Its list may have become shorter by a reload since it was asked for:
 * then there is no program, and that is what is told.
 */
function errandOf(
  { side }: SpawnCommand,
  description: ServiceDescription,
  mainPid: Pid | 0,
): Errand | undefined {
  if (side === undefined) return undefined;
  const { list, index } = side;
  return {
    command: description[list][index]?.words ?? [""],
    variables: list === "startPost" && mainPid !== 0 ? [`MAINPID=${mainPid}`] : [],
    beginsRun: list === "startPre" && index === 0,
  };
}
