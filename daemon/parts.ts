/**
 * The manager's parts, put together: the only place that knows them all. Each is given what it
 * uses, and no more.
 */
import type { Command } from "../core/command.ts";
import type { EarlierHistory } from "../core/report/earlier.ts";
import type { Pid, ServiceId } from "../core/types.ts";
import type { KeptMemory, Platform } from "../platform/mod.ts";
import type { Executor } from "./commands/execute.ts";
import type { LoadProbes } from "./health/service_probes.ts";
import type { LoadConditions } from "./conditions/service_checks.ts";
import type { LoadClientPrograms } from "./control/client_runs/client_programs.ts";
import type { ControlServer } from "./control/server.ts";
import { ControlSocket } from "./control/socket.ts";
import { type Foundations, layFoundations } from "./foundations.ts";
import type { KeptIn } from "./kept/keeping.ts";
import { type ManagerFact, managerFacts } from "./kept/manager_fact.ts";
import type { WorkNotes } from "./kept/work_notes.ts";
import type { Loop } from "./loop.ts";
import { Ending } from "./machine/ending.ts";
import { HardwareWatchdog } from "./machine/hardware_watchdog.ts";
import { managerControl } from "./manager_control.ts";
import { managerExecutor } from "./manager_executor.ts";
import { managerHost } from "./manager_host.ts";
import { managerLoop } from "./manager_loop.ts";
import { managerSuccession } from "./manager_succession.ts";
import type { Host } from "./orders/host.ts";
import { SignalHandler } from "./orders/signal_handler.ts";
import type { ManagerOutput } from "./output/manager_output.ts";
import type { LoadLogStore } from "./output/output_copies.ts";
import { restoreOomScore } from "./processes/oom_scores.ts";
import { type FactParts, factSources } from "./recovery/kept_facts.ts";
import { adoptManager, type KeepingParts, type KeptManager } from "./recovery/kept_manager.ts";
import { findKilled, type FoundKilled } from "./recovery/killed_manager.ts";
import type { LeftManager, WaysToFind } from "./recovery/left_manager.ts";
import { type Blamed, type Settled, Settling } from "./recovery/settling.ts";
import type { StateFile } from "./recovery/state_file.ts";
import type { ManagerEnvironment } from "./start/environment.ts";
import { managerRole } from "./start/manager_role.ts";
import type { DaemonOptions } from "./start/options.ts";
import type { Succession } from "./succession/succession.ts";
import { superviseServices, type Supervision } from "./supervision/supervision.ts";
import type { LoadTimetable } from "./timetable/service_timers.ts";

/** How the manager was started. */
export interface DaemonStart {
  readonly words: readonly string[];
  /** Loads the client programs, for clients that are only a pipe. */
  readonly loadClients: LoadClientPrograms;
  /** Loads what the log store needs. */
  readonly loadLogStore: LoadLogStore;
  /** Loads what a service with a timer needs. */
  readonly loadTimetable: LoadTimetable;
  /** Loads what a service with conditions needs. */
  readonly loadConditions: LoadConditions;
  /** Loads what a service that is asked whether it is well needs. */
  readonly loadProbes: LoadProbes;
  /** Of the manager in whose place this one is; undefined: it is the first. */
  readonly kept?: KeptManager | undefined;
  /** What one that died has left, which this one goes on with. */
  readonly left?: LeftManager | undefined;
  /** Where that one's state was kept, and this one's is to be. */
  readonly memory?: KeptMemory | undefined;
  /** What is in the file beside the control socket; undefined: it has not been opened. */
  readonly stateFile?: StateFile | undefined;
}

/** What the manager's life is made of. */
export class DaemonParts {
  readonly host: Host;
  readonly socket: ControlSocket;
  readonly ending: Ending;
  readonly signals: SignalHandler;
  readonly loop: Loop;
  readonly watchdog: HardwareWatchdog;
  readonly control: ControlServer;
  readonly #foundations: Foundations;
  readonly #supervision: Supervision;
  readonly #succession: Succession;
  readonly #executor: Executor;
  /** Of the manager before; let go when it was adopted. */
  #kept: KeptManager | undefined;
  /** While what another one has left is being settled. */
  #settling: Settling | undefined;
  /** What a manager did that was here before and has died. */
  #earlier: EarlierHistory | undefined;

  /**
   * Each part is made of those before it; a later one, where it is needed, is found when it is
   * called.
   */
  constructor(
    platform: Platform,
    options: DaemonOptions,
    start: DaemonStart,
  ) {
    const { words, loadClients, loadTimetable, loadConditions, loadProbes, loadLogStore } = start;
    const { kept, left } = start;
    this.#kept = kept;
    const former = left === undefined ? kept : { ...left.facts.manager, scheduler: left.state };
    const foundations = this.#foundations = layFoundations(platform, options, {
      ...{ former, loadLogStore },
      storeRun: left?.facts.parts.logStore ?? kept?.parts.copies?.store,
    });
    const { output: { log }, places, scheduler, launcher, outputs } = foundations;
    const { cgroups, memory, logins, work } = foundations;
    const execute = (commands: readonly Command[]) => this.#executor.execute(commands);
    const supervision = this.#supervision = superviseServices({
      ...{ scheduler, log, launcher, outputs, cgroups, memory, logins, work, execute },
      ...{ loadTimetable, loadConditions, loadProbes, users: foundations.users },
      variable: (name) => foundations.environment.variables.get(name),
      platform: foundations.patient,
      stateDirectory: places.stateDirectory,
      tz: foundations.environment.variables.get("TZ"),
      adoptControlConnection: (descriptor, service) =>
        void this.control.admitPassed(descriptor, service),
      report: (event) => foundations.events.report(event),
    });
    this.host = managerHost({
      ...{ foundations, supervision, execute },
      ending: () => this.ending,
      succession: () => this.#succession,
      earlier: () => this.#earlier,
    });
    const { host } = this;
    const control = this.control = managerControl({
      ...{ foundations, host, loadClients, heap: supervision.heap },
    });
    const path = places.socketPath;
    const socket = this.socket = new ControlSocket({ platform, log, options, control, path });
    const watchdog = this.watchdog = new HardwareWatchdog({
      ...{ platform, log },
      device: options.watchdogDevice,
      timeoutMs: options.watchdogMs,
    });
    const ending = this.ending = this.#makeEnding(words);
    this.#executor = managerExecutor({
      ...{ foundations, supervision, control, host, socket, ending },
      isMade: (command) => this.#settling?.takes(command) ?? false,
    });
    const succession = this.#succession = this.#makeSuccession(words);
    const signals = this.signals = new SignalHandler({
      ...{ platform, log, host, ending, hold: supervision.hold },
      role: managerRole(options),
      recreateSocket: () => {
        socket.recreate();
        socket.reportReady();
      },
    });
    this.loop = managerLoop({
      ...{ foundations, supervision, control, ending, succession, signals, watchdog, execute },
    });
  }

  get output(): ManagerOutput {
    return this.#foundations.output;
  }

  get environment(): ManagerEnvironment {
    return this.#foundations.environment;
  }

  /** What the manager is at; it outlives it. */
  get work(): WorkNotes {
    return this.#foundations.work;
  }

  /** Of the control socket. */
  get socketPath(): string {
    return this.#foundations.places.socketPath;
  }

  /**
   * Goes on where the manager was in whose place this one is.
   *
   * @returns Processes that have ended without anybody's notice.
   * @throws {Error} When something that was handed on is not there.
   */
  adopt(): readonly Pid[] {
    const kept = this.#kept;
    this.#kept = undefined;
    if (kept === undefined) return [];
    const ended = adoptManager(this.#keepingParts(), kept);
    this.#watchMemory();
    return ended;
  }

  /**
   * The kernel's counts of services that run are looked at again. What was counted before counts
   * again: of two managers none may have seen it.
   */
  #watchMemory(): void {
    const { scheduler, cgroups, memory } = this.#foundations;
    for (const service of scheduler.list()) {
      const { name, oomPolicy } = scheduler.description(service);
      const directory = oomPolicy === undefined ? undefined : cgroups.directoryOf(name);
      if (directory !== undefined) memory.begin(service, directory, 0);
    }
  }

  /** The log store is opened, unless a service is going to make its place. */
  openStoreUnlessAwaited(): void {
    const { scheduler, copies } = this.#foundations;
    const isAwaited = scheduler.list().some((service) => {
      const { startsLog, startsRwfs } = scheduler.description(service).options;
      return (startsLog || startsRwfs) && scheduler.status(service).state !== "started";
    });
    if (!isAwaited) copies.becomeAvailable();
  }

  /** A process that nobody else reports has ended. */
  lostProcess(pid: Pid): void {
    this.#supervision.ends.lost(pid);
  }

  /** While it is set nothing is launched. */
  pauseLaunches(isPaused: boolean): void {
    this.#supervision.launches.queue.isPaused = isPaused;
  }

  /** From now on a manager that comes after this one finds all that there is. */
  keepIn(memory: KeptIn, manager: ManagerFact, lost: (why: string) => void) {
    const { keeping, scheduler, platform, history } = this.#foundations;
    const parts = this.#factParts();
    const timers = parts.timers.facts;
    const said = parts.control.passedFacts;
    return keeping.start({
      ...{ memory, scheduler, platform, lost },
      services: scheduler.list().length,
      sources: factSources(parts, managerFacts(manager)).filter((one) => one !== timers),
      withScheduler: [timers, ...said, history],
      said,
      givenToChildren: [parts.outputs.facts, parts.sockets.facts, parts.demand.facts],
      read: [parts.outputs.bufferFacts],
      inbox: {
        placeIn: (blocks) => parts.outputs.reader.inbox.placeIn(blocks) && history.placeIn(blocks),
        stayIn: (blocks) => {
          parts.outputs.reader.inbox.stayIn(blocks);
          history.stayIn(blocks);
        },
      },
    });
  }

  /** What is kept of the manager itself. @param bootId As it is. */
  managerFact(bootId: string | undefined): ManagerFact {
    const { platform, cgroupBase, oomScores } = this.#foundations;
    return {
      clock: platform.keepClock(),
      cgroupBase,
      oomScore: oomScores.replaced,
      signals: this.signals.keep(),
      pid: platform.processId(),
      bootId,
    };
  }

  /** For a report: what a manager did that has died. @param crash How: a sentence. */
  remember({ facts: { history } }: LeftManager, crash: string): void {
    // As it is before anything is settled.
    const after = this.#foundations.recorder.halves[0]?.before;
    this.#earlier = history && { ...history, after, crash };
  }

  /** Goes on where a manager was that has died. */
  settle(left: LeftManager, ways: WaysToFind, blamed: Blamed | undefined): Settled {
    const { platform, scheduler, work, output } = this.#foundations;
    const { launches, leftovers, ends } = this.#supervision;
    const settling = this.#settling = new Settling(
      {
        ...{ platform, scheduler, launches, leftovers, ends, work },
        parts: this.#factParts(),
        isLogBusy: () => !output.console.stream.isIdle,
        execute: (commands) => this.#executor.execute(commands),
        settle: () => this.loop.settle(),
      },
      left,
      ways,
    );
    const settled = settling.settle(blamed);
    this.#settling = undefined;
    this.#watchMemory();
    return settled;
  }

  /** Goes on where a manager was that was killed. */
  takeOver(left: LeftManager): Settled & Pick<FoundKilled, "losses"> {
    const { scheduler, platform } = this.#foundations;
    const found = findKilled(left, scheduler, platform);
    return { ...this.settle(found.left, found.ways, undefined), losses: found.losses };
  }

  /** Whether all services are to stop. */
  get isShuttingDown(): boolean {
    return this.#foundations.scheduler.shutdownType !== undefined;
  }

  /** Name of a service that is loaded. */
  readonly nameOf = (service: ServiceId): string | undefined => {
    const { scheduler } = this.#foundations;
    return scheduler.list().includes(service) ? scheduler.description(service).name : undefined;
  };

  #factParts(): FactParts {
    return { ...this.#keepingParts(), leftovers: this.#supervision.leftovers };
  }

  #keepingParts(): KeepingParts {
    const { control, socket, ending } = this;
    const { output, copies, environment, outputs, cgroups } = this.#foundations;
    const { logins, faults, killAll, starts, scheduler, launcher } = this.#foundations;
    const { sockets } = launcher;
    const { processes, notifications, readiness, demand, timers, checks, probes, trees, launches } =
      this.#supervision;
    return {
      ...{ output, copies, environment, outputs, cgroups, sockets, logins, faults, killAll },
      ...{ processes, notifications, readiness, demand, timers, checks, probes, trees, launches },
      ...{ starts, scheduler, control, socket, ending },
    };
  }

  #makeEnding(words: readonly string[]): Ending {
    const { platform, scheduler, options, output, keeping, copies } = this.#foundations;
    const { console, mainLog, log } = output;
    const { givenEnvironment: environment, oomScores: { replaced } } = this.#foundations;
    return new Ending({
      ...{ words, environment, platform, scheduler, log, options, keeping, copies },
      ...{ control: this.control, hold: this.#supervision.hold },
      start: (name) => this.host.start(name),
      console: console.stream,
      restoreConsole: () => console.restore(),
      main: mainLog.stream,
      endProtection: () => {
        if (replaced !== undefined) restoreOomScore(platform, replaced);
      },
      stopWatching: () => {
        platform.lastResort.stopWatching();
        this.watchdog.turnOff();
      },
    });
  }

  #makeSuccession(words: readonly string[]): Succession {
    const { platform, scheduler, output: { log }, events, cgroupBase } = this.#foundations;
    const { givenEnvironment: environment, oomScores, keeping } = this.#foundations;
    const { launches, refreshes } = this.#supervision;
    return managerSuccession({
      ...{ words, environment, platform, scheduler, log, launches, refreshes, events },
      control: this.control,
      manager: () => ({
        ...{ platform, scheduler, keeping, signals: this.signals, cgroupBase },
        oomScore: oomScores.replaced,
        parts: this.#keepingParts(),
      }),
    });
  }
}
