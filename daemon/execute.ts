/**
 * Carries out the scheduler's commands, and turns what processes do into the scheduler's events.
 *
 * Events that a command causes are queued, never applied in the middle of another: the loop takes them
 * when the present order and its reply are done. Launches wait in a queue of their own (`launch/queue.ts`).
 */
import type { Command } from "../core/command.ts";
import type { Event } from "../core/event.ts";
import type { SchedulerApi } from "../core/schedule/api.ts";
import type { Fd, ServiceId, ServiceName } from "../core/types.ts";
import { unreachable } from "../core/types.ts";
import type { Platform } from "../platform/mod.ts";
import { DemandSockets } from "./launch/demand.ts";
import { askToEnd } from "./processes/end_signal.ts";
import type { Launcher } from "./launch/launcher.ts";
import { LaunchHold } from "./launch/hold.ts";
import type { LaunchQueue } from "./launch/queue.ts";
import type { Log } from "./output/log.ts";
import type { Logins } from "./processes/logins.ts";
import { Notifications } from "./processes/notifications.ts";
import { ProcessEnds } from "./process_ends.ts";
import { ReadinessPipes } from "./launch/readiness_pipes.ts";
import { ServiceFaults } from "./control/service_faults.ts";
import type { ServiceCgroups } from "./processes/service_cgroups.ts";
import type { ServiceOutputs } from "./output/service_output.ts";
import { ServiceLaunches } from "./launch/service_launches.ts";
import { ServiceProcesses } from "./processes/service_processes.ts";
import { serviceSignals, type Signals } from "./processes/service_signals.ts";
import { HeapCollection } from "./heap_collection.ts";
import type { Timed } from "./time/timed.ts";
import { markedName, TreeKiller } from "./processes/tree_killer.ts";

type SignalCommand = Extract<Command, { kind: "signal" }>;
type NotifyCommand = Extract<Command, { kind: "notify" }>;

/** What the executor hands on to other parts of the daemon. */
export interface ExecutorHooks {
  notify(command: NotifyCommand): void;
  /** The record is gone: nobody has a handle for it any more. */
  forget(service: ServiceId): void;
  /** Takes over the descriptor: an ordinary control connection. */
  adoptControlConnection(descriptor: Fd): void;
  chain(from: ServiceName, to: ServiceName): void;
  rootIsWritable(): void;
  logIsAvailable(): void;
  /** TERM to every process, KILL a second later; then `all-killed` is to be reported. */
  killAll(service: ServiceId): void;
  /** Services that have not stopped are waited for no longer. */
  abandon(): void;
}

/** Everything the executor works on. */
export interface ExecutorParts {
  readonly platform: Platform;
  readonly scheduler: SchedulerApi;
  readonly log: Log;
  readonly launcher: Launcher;
  readonly outputs: ServiceOutputs;
  readonly cgroups: ServiceCgroups;
  readonly hooks: ExecutorHooks;
  readonly logins: Logins;
}

export class Executor {
  /** What services tell about themselves. */
  readonly notifications: Notifications;
  /** What was wrong with services last. */
  readonly faults = new ServiceFaults();
  /** Gives memory back after many launches. */
  readonly heap: HeapCollection;
  /** Launches that wait. */
  readonly launches: LaunchQueue;
  /** Lets them wait. */
  readonly hold: LaunchHold;
  /** Ends what services with kill-tree leave behind. */
  readonly trees: TreeKiller;
  /** Signals to processes of services. */
  readonly signals: Signals;
  /** What follows when processes end. */
  readonly ends: ProcessEnds;
  /** Parts of this that are due at times. */
  readonly timed: readonly Timed[];
  readonly #launches: ServiceLaunches;
  readonly #parts: ExecutorParts;
  readonly #events: Event[] = [];
  readonly #processes: ServiceProcesses;
  readonly #readiness: ReadinessPipes;
  readonly #demand: DemandSockets;

  constructor(parts: ExecutorParts) {
    this.#parts = parts;
    const idOf = (name: ServiceName | undefined) =>
      name === undefined ? undefined : parts.scheduler.find(name);
    this.#processes = new ServiceProcesses(parts.platform, {
      platform: parts.platform,
      cgroupOwnerOf: (pid) => idOf(parts.cgroups.ownerOf(pid)),
      markedFor: (pid) => idOf(markedName(parts.platform, pid)),
      nameOf: (service) => parts.scheduler.description(service).name,
    });
    this.signals = serviceSignals(parts.platform, this.#processes);
    this.#readiness = new ReadinessPipes(parts.platform, (event) => this.report(event));
    this.#demand = new DemandSockets(
      parts.platform,
      parts.launcher.sockets,
      (event) => this.report(event),
    );
    this.trees = new TreeKiller({
      platform: parts.platform,
      cgroups: parts.cgroups,
      mainOf: (pid) => {
        const process = this.#processes.get(pid);
        return process?.isStranger ? undefined : process?.service;
      },
      nameOf: (service) => parts.scheduler.description(service).name,
      warn: (text) => parts.log.warn(text),
    });
    this.notifications = new Notifications(parts.platform, {
      report: (event) => this.report(event),
      changeMainPid: (service, from, to) => this.#processes.changeMain(service, from, to),
      isThere: (service, pid) => this.#processes.get(pid)?.service === service,
      isInCgroup: (service, pid) =>
        parts.cgroups.processes(parts.scheduler.description(service).name).includes(pid),
      complain: (service, why) =>
        parts.log.warn(`${parts.scheduler.description(service).name}: ${why}`),
    });
    this.heap = new HeapCollection(parts.platform);
    this.#launches = new ServiceLaunches({
      ...parts,
      processes: this.#processes,
      readiness: this.#readiness,
      notifications: this.notifications,
      trees: this.trees,
      adoptControlConnection: (descriptor) => parts.hooks.adoptControlConnection(descriptor),
      report: (event) => this.report(event),
      execute: (commands) => this.execute(commands),
      beforeLaunch: () => this.heap.launched(),
    });
    this.launches = this.#launches.queue;
    this.hold = new LaunchHold({
      launches: this.launches,
      scheduler: parts.scheduler,
      log: parts.log,
      report: (event) => this.report(event),
    });
    this.ends = new ProcessEnds({
      ...parts,
      processes: this.#processes,
      launches: this.#launches,
      readiness: this.#readiness,
      notifications: this.notifications,
      trees: this.trees,
      signals: this.signals,
      report: (event) => this.report(event),
    });
    this.timed = [this.notifications, this.trees, ...this.#launches.timed, this.heap];
  }

  /** Launches are only queued. A fault in one command does not keep the rest back. */
  execute(commands: readonly Command[]): void {
    let at = 0;
    try {
      for (; at < commands.length; at++) this.#executeOne(commands[at] as Command);
    } catch (error) {
      this.execute(commands.slice(at + 1));
      throw error;
    }
  }

  /** The oldest event that waits to be applied. */
  takeEvent(): Event | undefined {
    return this.#events.shift();
  }

  report(event: Event): void {
    this.#events.push(event);
  }

  /** The loop is about to wait for descriptors. */
  beforeWait(): void {
    this.#launches.beforeWait();
  }

  /** @returns Whether the descriptor belongs to a service. */
  handleDescriptor(descriptor: Fd): boolean {
    return this.#launches.handleDescriptor(descriptor) ||
      this.#readiness.handleDescriptor(descriptor) ||
      this.#demand.handleDescriptor(descriptor) ||
      this.#parts.outputs.handleDescriptor(descriptor) ||
      this.notifications.handleDescriptor(descriptor);
  }

  #executeOne(command: Command): void {
    const { platform, scheduler, log, launcher, outputs, cgroups, hooks } = this.#parts;
    switch (command.kind) {
      case "spawn":
        // What was wrong with the run before is no fault of this one.
        if (command.role === "start") this.faults.forget(command.service);
        this.launches.add(command);
        return;
      case "signal":
        return this.#signal(command);
      case "end-tree": {
        const { service } = command;
        const status = { kind: "exited", code: 0 } as const;
        const report = () => this.report({ kind: "exited", service, role: "start", status });
        const isThere = this.#processes.target(command.daemon, "process") !== "gone";
        const daemon = isThere ? command.daemon : undefined;
        this.trees.beginWithDaemon(service, scheduler.description(service), daemon, report);
        return;
      }
      case "kill-tree":
        this.trees.takesSignal(command.service, "KILL");
        return;
      case "close-socket":
        this.#demand.ignore(command.service);
        return launcher.sockets.close(command.service);
      case "listen":
        return this.#demand.listen(
          command.service,
          scheduler.description(command.service).sockets,
        );
      case "console":
        if (command.owner !== "log") return log.handConsoleOver(platform.now());
        platform.reclaimConsole();
        return log.takeConsoleBack(platform.now());
      case "want-console":
        // The console's stream reports when what waits in it is out; nothing can hurry it.
        return;
      case "notify":
        if (command.status.state === "stopped") {
          const { name } = scheduler.description(command.service);
          outputs.serviceStopped(name);
          cgroups.remove(name);
        }
        return hooks.notify(command);
      case "status-line":
        return log.status(command.outcome, scheduler.description(command.service).name);
      case "log":
        this.faults.note(command.service, command.level, command.text, platform.now());
        return log.message(
          command.level,
          `${scheduler.description(command.service).name}: ${command.text}`,
        );
      case "announce":
        return log.announce(command.level, command.text);
      case "chain":
        return hooks.chain(scheduler.description(command.from).name, command.to);
      case "root-writable":
        return hooks.rootIsWritable();
      case "log-available":
        return hooks.logIsAvailable();
      case "kill-all":
        return hooks.killAll(command.service);
      case "abandon":
        return hooks.abandon();
      case "forget":
        hooks.forget(command.service);
        this.#processes.forget(command.service);
        this.#readiness.forget(command.service);
        this.notifications.forget(command.service);
        this.faults.forget(command.service);
        this.#launches.forget(command.service);
        this.#demand.ignore(command.service);
        launcher.forget(command.service);
        this.trees.forget(command.service);
        cgroups.remove(command.name);
        if (!this.#hasConsumer(command.name)) outputs.forget(command.name);
        return;
      case "redescribe":
        return outputs.redescribe(scheduler.description(command.service));
      default:
        unreachable(command);
    }
  }

  #signal(command: SignalCommand): void {
    if (this.trees.takesSignal(command.service, command.signal)) return;
    this.trees.remember(command.service);
    const { platform, log, scheduler } = this.#parts;
    const failure = askToEnd(this.signals, command.signal, command.pid, command.target);
    if (failure === undefined || platform.errnoText(failure.errno).name === "ESRCH") return;
    const name = scheduler.description(command.service).name;
    log.warn(
      `${name}: Cannot send SIG${command.signal} to process ${command.pid}: ${failure.message}`,
    );
  }

  /** A consumer keeps the pipe of a producer that was unloaded: what waits in it is still to be read. */
  #hasConsumer(producer: ServiceName): boolean {
    const { scheduler } = this.#parts;
    return scheduler.list().some((id) => scheduler.description(id).consumerOf === producer);
  }
}
