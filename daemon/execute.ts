/**
 * Carries out the scheduler's commands, and turns what processes do into the scheduler's events.
 *
 * Events that a command causes are queued, never applied in the middle of another: the loop takes them
 * when the present order and its reply are done. Launches wait in a queue of their own (`launch_queue.ts`).
 */
import type { Command } from "../core/command.ts";
import type { ServiceDescription } from "../core/description/mod.ts";
import type { Event } from "../core/event.ts";
import type { SchedulerApi } from "../core/schedule/api.ts";
import type { Fd, ServiceId, ServiceName } from "../core/types.ts";
import { unreachable } from "../core/types.ts";
import type { Platform } from "../platform/mod.ts";
import { DemandSockets } from "./demand.ts";
import { askToEnd } from "./end_signal.ts";
import type { Launcher } from "./launch.ts";
import { LaunchHold } from "./launch_hold.ts";
import { LaunchQueue, type SpawnCommand } from "./launch_queue.ts";
import { LaunchRetries } from "./launch_retries.ts";
import type { Log } from "./log.ts";
import type { Logins } from "./logins.ts";
import { Notifications } from "./notifications.ts";
import { pidFileBefore, type PidFileState } from "./pid_file.ts";
import { ProcessEnds } from "./process_ends.ts";
import { ReadinessPipes } from "./readiness_pipes.ts";
import { ServiceFaults } from "./service_faults.ts";
import type { ServiceGroups } from "./service_groups.ts";
import type { ServiceOutputs } from "./service_output.ts";
import { ServiceProcesses } from "./service_processes.ts";
import { serviceSignals, type Signals } from "./service_signals.ts";
import { Tidying } from "./tidying.ts";
import type { Timed } from "./timed.ts";
import { markedName, TreeKiller } from "./tree_killer.ts";

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
}

/** Everything the executor works on. */
export interface ExecutorParts {
  readonly platform: Platform;
  readonly scheduler: SchedulerApi;
  readonly log: Log;
  readonly launcher: Launcher;
  readonly outputs: ServiceOutputs;
  readonly groups: ServiceGroups;
  readonly hooks: ExecutorHooks;
  readonly logins: Logins;
}

export class Executor {
  /** What services tell about themselves. */
  readonly notifications: Notifications;
  /** What was wrong with services last. */
  readonly faults = new ServiceFaults();
  /** Gives memory back after many launches. */
  readonly tidying: Tidying;
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
  /** Launches that the system was too short of something for. */
  readonly #retries: LaunchRetries;
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
      groupedFor: (pid) => idOf(parts.groups.ownerOf(pid)),
      markedFor: (pid) => idOf(markedName(parts.platform, pid)),
      nameOf: (service) => parts.scheduler.description(service).name,
    });
    this.signals = serviceSignals(parts.platform, this.#processes);
    this.tidying = new Tidying(parts.platform);
    this.launches = new LaunchQueue(parts.platform, (command) => {
      this.tidying.launched();
      this.#launch(command);
    });
    this.hold = new LaunchHold({
      launches: this.launches,
      scheduler: parts.scheduler,
      log: parts.log,
      report: (event) => this.report(event),
    });
    this.#retries = new LaunchRetries({
      platform: parts.platform,
      scheduler: parts.scheduler,
      launch: (command) => this.launches.add(command),
    });
    this.#readiness = new ReadinessPipes(parts.platform, (event) => this.report(event));
    this.#demand = new DemandSockets(
      parts.platform,
      parts.launcher.sockets,
      (event) => this.report(event),
    );
    this.trees = new TreeKiller({
      platform: parts.platform,
      groups: parts.groups,
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
      isInGroup: (service, pid) =>
        parts.groups.processes(parts.scheduler.description(service).name).includes(pid),
      complain: (service, why) =>
        parts.log.warn(`${parts.scheduler.description(service).name}: ${why}`),
    });
    this.ends = new ProcessEnds({
      ...parts,
      processes: this.#processes,
      readiness: this.#readiness,
      notifications: this.notifications,
      trees: this.trees,
      signals: this.signals,
      report: (event) => this.report(event),
    });
    this.timed = [
      this.notifications,
      this.trees,
      this.#retries,
      this.launches.preference,
      this.tidying,
    ];
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

  /** @returns Whether the descriptor belongs to a service. */
  handleDescriptor(descriptor: Fd): boolean {
    return this.#readiness.handleDescriptor(descriptor) ||
      this.#demand.handleDescriptor(descriptor) ||
      this.#parts.outputs.handleDescriptor(descriptor) ||
      this.notifications.handleDescriptor(descriptor);
  }

  #executeOne(command: Command): void {
    const { platform, scheduler, log, launcher, outputs, groups, hooks } = this.#parts;
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
          groups.remove(name);
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
      case "chain":
        return hooks.chain(scheduler.description(command.from).name, command.to);
      case "root-writable":
        return hooks.rootIsWritable();
      case "log-available":
        return hooks.logIsAvailable();
      case "kill-all":
        return hooks.killAll(command.service);
      case "forget":
        hooks.forget(command.service);
        this.#processes.forget(command.service);
        this.#readiness.forget(command.service);
        this.notifications.forget(command.service);
        this.faults.forget(command.service);
        this.#retries.forget(command.service);
        this.#demand.ignore(command.service);
        launcher.forget(command.service);
        this.trees.forget(command.service);
        groups.remove(command.name);
        if (!this.#hasConsumer(command.name)) outputs.forget(command.name);
        return;
      case "redescribe":
        return outputs.redescribe(scheduler.description(command.service));
      default:
        unreachable(command);
    }
  }

  #launch(command: SpawnCommand): void {
    const { platform, scheduler, launcher, hooks, log } = this.#parts;
    const { service, role } = command;
    const description = scheduler.description(service);
    if (role === "stop" && description.killTree) {
      if (this.#needsNoStopCommand(command)) return;
      this.trees.remember(service);
    }
    const pidFile = role === "start" ? this.#pidFileOf(description) : undefined;
    const { result, readiness, notify, control } = launcher.launch({ ...command, description });
    if (control !== undefined) hooks.adoptControlConnection(control);
    switch (result.kind) {
      case "started":
        this.#retries.succeeded(command);
        this.#processes.add(result.pid, {
          service,
          role,
          ...(pidFile && { pidFile }),
        });
        if (description.killTree) this.trees.launched(service, result.pid);
        if (role === "start") this.#parts.logins.recordProcess("started", description, result.pid);
        if (notify !== undefined) {
          this.notifications.add(service, description, notify, result.pid);
        }
        this.execute(
          scheduler.apply({ kind: "spawned", service, role, pid: result.pid }, platform.now()),
        );
        this.report({ kind: "exec-succeeded", service, role });
        break;
      case "exec-failed":
        if (this.#triesAgain(command, result.errno, "exec")) return;
        this.report({
          kind: "exec-failed",
          service,
          role,
          stage: result.stage,
          errno: result.errno,
          why: result.why,
        });
        break;
      case "failure":
        if (this.#triesAgain(command, result.errno, result.call)) return;
        this.report({
          kind: "spawn-failed",
          service,
          role,
          why: `${result.call}: ${result.message}`,
        });
        break;
    }
    if (readiness === undefined) return;
    const failure = this.#readiness.add(service, readiness);
    if (failure !== undefined) {
      log.error(`${description.name}: Cannot watch the readiness pipe: ${failure.message}`);
    }
  }

  #pidFileOf({ pidFile, attributes }: ServiceDescription): PidFileState | undefined {
    if (pidFile === undefined) return undefined;
    const { platform } = this.#parts;
    const { runAs } = attributes;
    const isAnother = runAs.kind !== "manager" && runAs.uid !== platform.userId();
    return pidFileBefore(platform, pidFile, isAnother ? runAs.uid : undefined);
  }

  #triesAgain(command: SpawnCommand, errno: number, call: string): boolean {
    const { platform, scheduler, log } = this.#parts;
    const answer = this.#retries.defer(command, errno);
    if (answer === "first") {
      const { name } = scheduler.description(command.service);
      const { name: code, text } = platform.errnoText(errno);
      log.warn(`${name}: Cannot launch a process now: ${call}: ${text} (${code}); trying again`);
    }
    return answer !== "no";
  }

  /**
   * The stop of a service that has none of its own processes any more, or never had a stop command: all
   * there is to do is to end what it left behind.
   */
  #needsNoStopCommand({ service }: SpawnCommand): boolean {
    const description = this.#parts.scheduler.description(service);
    const isEnding = this.trees.isEnding(service);
    if (!isEnding && description.stopCommand.length > 0) return false;
    const status = { kind: "exited", code: 0 } as const;
    const report = () => this.report({ kind: "exited", service, role: "stop", status });
    this.report({ kind: "exec-succeeded", service, role: "stop" });
    if (isEnding) report();
    else this.trees.begin(service, description, report);
    return true;
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
