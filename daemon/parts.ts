/**
 * The manager's parts, put together: the only place that knows them all. Each is given what it
 * uses, and no more.
 */
import type { Event } from "../core/event.ts";
import { InputRecorder } from "../core/report/input_recorder.ts";
import type { Scheduler } from "../core/schedule/scheduler.ts";
import type { Fd, Pid, ServiceId, ServiceName } from "../core/types.ts";
import type { Platform } from "../platform/mod.ts";
import type { LoadClientPrograms } from "./control/client_programs.ts";
import { ControlServer } from "./control/server.ts";
import { ServiceFaults } from "./control/service_faults.ts";
import { ControlSocket } from "./control/socket.ts";
import { managerAbilities } from "./descriptions/abilities.ts";
import { platformFiles } from "./descriptions/description_files.ts";
import { Loader } from "./descriptions/loader.ts";
import { FileUserDatabase } from "./descriptions/user_database.ts";
import { releaseAfterLoading } from "./loaded_clients.ts";
import { EventQueue } from "./event_queue.ts";
import { Keeping, type KeptIn } from "./kept/keeping.ts";
import { type ManagerFact, managerFacts } from "./kept/manager_fact.ts";
import { WorkNotes } from "./kept/work_notes.ts";
import { type FactParts, factSources } from "./kept_facts.ts";
import type { LeftManager, WaysToFind } from "./left_manager.ts";
import { type Blamed, type Settled, Settling } from "./settling.ts";
import { Executor } from "./commands/execute.ts";
import { adoptManager, type KeepingParts, type KeptManager } from "./kept_manager.ts";
import { findKilled, type FoundKilled } from "./killed_manager.ts";
import { KillAll } from "./commands/kill_all.ts";
import { Host } from "./host.ts";
import { Launcher } from "./launch/launcher.ts";
import { ServiceFolders } from "./launch/service_folders.ts";
import { logCommands } from "./commands/log_commands.ts";
import { type DescriptorOwner, Loop } from "./loop.ts";
import { Ending } from "./machine/ending.ts";
import { HardwareWatchdog } from "./machine/hardware_watchdog.ts";
import { managerPlaces } from "./manager_places.ts";
import { managerScheduler } from "./manager_scheduler.ts";
import { managerCommands } from "./commands/manager_commands.ts";
import { managerSuccession } from "./manager_succession.ts";
import { makeManagerOutput, type ManagerOutput } from "./output/manager_output.ts";
import { ServiceOutputs } from "./output/service_output.ts";
import { Logins } from "./processes/logins.ts";
import { arrangeOomScores, type OomScores, restoreOomScore } from "./processes/oom_scores.ts";
import { cgroupBase } from "./processes/own_cgroup.ts";
import { ServiceCgroups } from "./processes/service_cgroups.ts";
import { reportOf } from "./reporting.ts";
import { planFor } from "./planning.ts";
import { startReport } from "./start_report.ts";
import { managerUsage, serviceUsage } from "./usage_report.ts";
import { serviceCommands } from "./commands/service_commands.ts";
import { SignalHandler } from "./signal_handler.ts";
import { ManagerEnvironment } from "./start/environment.ts";
import { inheritedEnvironment, startEnvironment } from "./start/inherited_environment.ts";
import { managerRole } from "./start/manager_role.ts";
import type { DaemonOptions } from "./start/options.ts";
import type { Places } from "./start/places.ts";
import type { Succession } from "./succession/succession.ts";
import type { StateFile } from "./state_file.ts";
import { superviseServices, type Supervision } from "./supervision.ts";
import { StartNotes } from "./time/start_notes.ts";
import type { LoadTimetable } from "./timetable/service_timers.ts";
import { Timers } from "./time/timers.ts";

/** How the manager was started. */
export interface DaemonStart {
  readonly words: readonly string[];
  /** Loads the client programs, for clients that are only a pipe. */
  readonly loadClients: LoadClientPrograms;
  /** Loads what a service with a timer needs. */
  readonly loadTimetable: LoadTimetable;
  /** Of the manager in whose place this one is; undefined: it is the first. */
  readonly kept?: KeptManager | undefined;
  /** What one that died has left, which this one goes on with. */
  readonly left?: LeftManager | undefined;
  /** What is in the file beside the control socket; undefined: it has not been opened. */
  readonly stateFile?: StateFile | undefined;
}

/** What the manager's life is made of. */
export class DaemonParts {
  readonly output: ManagerOutput;
  readonly environment: ManagerEnvironment;
  readonly host: Host;
  readonly socket: ControlSocket;
  readonly ending: Ending;
  readonly signals: SignalHandler;
  readonly loop: Loop;
  readonly watchdog: HardwareWatchdog;
  readonly control: ControlServer;
  /** What outlives the manager. */
  readonly keeping: Keeping;
  /** What it is at, likewise. */
  readonly work: WorkNotes;
  /** Of the control socket. */
  readonly socketPath: string;
  readonly #platform: Platform;
  readonly #options: DaemonOptions;
  readonly #timers = new Timers();
  readonly #events = new EventQueue();
  readonly #faults = new ServiceFaults();
  readonly #scheduler: Scheduler;
  readonly #patient: Platform;
  /** On all the time. */
  readonly #recorder: InputRecorder;
  readonly #starts = new StartNotes();
  readonly #outputs: ServiceOutputs;
  readonly #cgroups: ServiceCgroups;
  readonly #folders: ServiceFolders;
  readonly #logins: Logins;
  readonly #launcher: Launcher;
  readonly #supervision: Supervision;
  readonly #killAll: KillAll;
  readonly #succession: Succession;
  readonly #oomScores: OomScores;
  readonly #cgroupBase: string;
  /** Of the manager before; let go when it was adopted. */
  #kept: KeptManager | undefined;
  /** While what another one has left is being settled. */
  #settling: Settling | undefined;
  readonly #executor: Executor;

  /**
   * Each part is made of those before it; a later one, where it is needed, is found when it is
   * called.
   */
  constructor(
    platform: Platform,
    options: DaemonOptions,
    { words, loadClients, loadTimetable, kept, left }: DaemonStart,
  ) {
    this.#platform = platform;
    this.#options = options;
    this.#kept = kept;
    const before = left?.facts.manager ?? kept;
    this.work = new WorkNotes(platform.lastResort.notes);
    this.keeping = new Keeping(platform);
    // For parts that have descriptors of which facts speak.
    const patient = this.#patient = closingLater(platform, this.keeping);
    this.#scheduler = managerScheduler(platform, options, left?.state ?? kept?.scheduler);
    this.#recorder = new InputRecorder(this.#scheduler);
    this.#scheduler.watchInputs({
      note: (input, now) => {
        this.#recorder.note(input, now);
        this.#starts.note(input, now);
      },
    });
    this.#scheduler.watchPhases(this.#starts);
    const givenEnvironment = startEnvironment(platform, Deno.env.toObject());
    this.environment = new ManagerEnvironment(inheritedEnvironment(givenEnvironment));
    this.output = makeManagerOutput(platform, options, (isIdle) => {
      this.#events.report({ kind: isIdle ? "console-idle" : "console-busy" });
    });
    const { log } = this.output;
    const users = new FileUserDatabase(platform);
    const places = managerPlaces(
      platform,
      options,
      (name) => this.environment.variables.get(name),
    );
    this.socketPath = places.socketPath;
    this.#outputs = new ServiceOutputs(patient, {
      warn: (text) => log.warn(text),
      wallClock: Date.now,
    });
    this.#cgroups = new ServiceCgroups(platform, {
      given: options.cgroupPath,
      error: (text) => log.error(text),
    });
    this.#folders = new ServiceFolders({
      platform,
      places: places.folders,
      warn: (text) => log.warn(text),
    });
    this.#logins = new Logins(platform, log, this.#timers);
    this.#killAll = new KillAll({
      platform,
      timers: this.#timers,
      report: (event) => this.#events.report(event),
    });
    this.#oomScores = arrangeOomScores({
      startedWith: before?.oomScore,
      platform,
      role: managerRole(options),
      wish: options.oomScore,
      warn: (text) => log.warn(text),
    });
    this.#cgroupBase = before?.cgroupBase ?? this.#findCgroupBase();
    this.#launcher = this.#makeLauncher();
    this.#supervision = this.#superviseServices(loadTimetable, places.stateDirectory);
    this.host = this.#makeHost(users, places);
    this.control = this.#makeControl(places.socketPath, loadClients);
    this.socket = new ControlSocket({
      ...{ platform, log, options },
      control: this.control,
      path: places.socketPath,
    });
    this.watchdog = new HardwareWatchdog({
      ...{ platform, log },
      device: options.watchdogDevice,
      timeoutMs: options.watchdogMs,
    });
    this.ending = this.#makeEnding({
      words,
      environment: givenEnvironment,
      endProtection: () => {
        const { replaced } = this.#oomScores;
        if (replaced !== undefined) restoreOomScore(platform, replaced);
      },
    });
    this.#executor = this.#makeExecutor();
    this.#succession = this.#makeSuccession(words, givenEnvironment);
    this.signals = this.#makeSignalHandler();
    this.loop = this.#makeLoop();
  }

  #findCgroupBase(): string {
    const { cgroupPath, isSystemManager } = this.#options;
    const base = cgroupBase(this.#platform, cgroupPath, isSystemManager);
    if (base.warning !== undefined) this.output.log.info(base.warning);
    return base.directory;
  }

  #makeLauncher(): Launcher {
    return new Launcher({
      platform: this.#platform,
      environment: this.environment,
      outputs: this.#outputs,
      cgroups: this.#cgroups,
      folders: this.#folders,
      cgroupBase: this.#cgroupBase,
      notes: this.keeping,
      usualOomScore: this.#oomScores.services,
    });
  }

  #superviseServices(
    loadTimetable: LoadTimetable,
    stateDirectory: string | undefined,
  ): Supervision {
    return superviseServices({
      ...{ loadTimetable, stateDirectory },
      tz: this.environment.variables.get("TZ"),
      platform: this.#patient,
      scheduler: this.#scheduler,
      log: this.output.log,
      launcher: this.#launcher,
      outputs: this.#outputs,
      cgroups: this.#cgroups,
      logins: this.#logins,
      adoptControlConnection: (descriptor) => void this.control.admitPassed(descriptor),
      report: (event) => this.#events.report(event),
      execute: (commands) => this.#executor.execute(commands),
      work: this.work,
    });
  }

  #makeHost(users: FileUserDatabase, { directories, workingDirectory }: Places): Host {
    const scheduler = this.#scheduler;
    const { hold, launches, signals, notifications, timers, refreshes } = this.#supervision;
    const loader = new Loader({
      platform: this.#platform,
      directories,
      users,
      environment: () => this.environment.variables,
      abilities: managerAbilities(this.#platform, this.#options),
      isLoaded: (name) => {
        const service = scheduler.find(name);
        // A broken one is read anew: it may have been mended.
        return service !== undefined && scheduler.fault(service) === undefined;
      },
      nameOf: (name) => {
        const service = scheduler.find(name);
        return service === undefined ? name as ServiceName : scheduler.description(service).name;
      },
    });
    return new Host({
      platform: this.#platform,
      scheduler,
      loader,
      report: () => reportOf(scheduler, this.#recorder),
      plan: (orders) => planFor(orders, { platform: this.#platform, loader, scheduler }),
      starts: () =>
        startReport({
          ...{ scheduler, starts: this.#starts, platform: this.#platform },
          options: this.#options,
          wallClockMs: Date.now(),
        }),
      usage: (service) =>
        serviceUsage(service, {
          ...{ scheduler, platform: this.#platform },
          ...{ cgroups: this.#cgroups, starts: this.#starts },
        }),
      managerUsage: () => managerUsage({ platform: this.#platform }),
      environment: this.environment,
      outputs: this.#outputs,
      log: this.output.log,
      searchPath: { workingDirectory, directories },
      execute: (commands) => this.#executor.execute(commands),
      launches: launches.queue,
      work: this.work,
      beforeShutdown: () => {
        hold.resume();
        this.ending.startsOver = false;
        launches.queue.preference.preferLaunchesOnly();
      },
      signals,
      notifications,
      timers,
      faults: this.#faults,
      refreshes,
      reexec: (program) => this.#succession.begin(program),
    });
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
    return kept === undefined ? [] : adoptManager(this.#keepingParts(), kept);
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
    const parts = this.#factParts();
    return this.keeping.start({
      memory,
      scheduler: this.#scheduler,
      services: this.#scheduler.list().length,
      sources: factSources(parts, managerFacts(manager)),
      givenToChildren: [parts.outputs.facts, parts.sockets.facts, parts.demand.facts],
      platform: this.#platform,
      inbox: parts.outputs.inbox,
      lost,
    });
  }

  /** What is kept of the manager itself. @param bootId As it is. */
  managerFact(bootId: string | undefined): ManagerFact {
    return {
      clock: this.#platform.keepClock(),
      cgroupBase: this.#cgroupBase,
      oomScore: this.#oomScores.replaced,
      signals: this.signals.keep(),
      pid: this.#platform.processId(),
      bootId,
    };
  }

  /** Goes on where a manager was that has died. */
  settle(left: LeftManager, ways: WaysToFind, blamed: Blamed | undefined): Settled {
    const { launches, leftovers, ends } = this.#supervision;
    const settling = this.#settling = new Settling(
      {
        platform: this.#platform,
        scheduler: this.#scheduler,
        parts: this.#factParts(),
        ...{ launches, leftovers, ends, work: this.work },
        isLogBusy: () => !this.output.console.stream.isIdle,
        execute: (commands) => this.#executor.execute(commands),
        settle: () => this.loop.settle(),
      },
      left,
      ways,
    );
    const settled = settling.settle(blamed);
    this.#settling = undefined;
    return settled;
  }

  /** Goes on where a manager was that was killed. */
  takeOver(left: LeftManager): Settled & Pick<FoundKilled, "losses"> {
    const found = findKilled(left, this.#scheduler, this.#platform);
    return { ...this.settle(found.left, found.ways, undefined), losses: found.losses };
  }

  /** Whether all services are to stop. */
  get isShuttingDown(): boolean {
    return this.#scheduler.shutdownType !== undefined;
  }

  /** Name of a service that is loaded. */
  readonly nameOf = (service: ServiceId): string | undefined => {
    const isThere = this.#scheduler.list().includes(service);
    return isThere ? this.#scheduler.description(service).name : undefined;
  };

  #factParts(): FactParts {
    return { ...this.#keepingParts(), leftovers: this.#supervision.leftovers };
  }

  #keepingParts(): KeepingParts {
    const { output, environment, control, socket, ending } = this;
    const { processes, notifications, readiness, demand, timers, trees, launches } =
      this.#supervision;
    return {
      ...{ output, environment, control, socket, ending },
      ...{ processes, notifications, readiness, demand, timers, trees, launches },
      outputs: this.#outputs,
      cgroups: this.#cgroups,
      sockets: this.#launcher.sockets,
      logins: this.#logins,
      faults: this.#faults,
      killAll: this.#killAll,
      starts: this.#starts,
    };
  }

  #makeSuccession(
    words: readonly string[],
    environment: ReadonlyMap<string, string>,
  ): Succession {
    return managerSuccession({
      words,
      environment,
      platform: this.#platform,
      scheduler: this.#scheduler,
      log: this.output.log,
      launches: this.#supervision.launches,
      refreshes: this.#supervision.refreshes,
      control: this.control,
      events: this.#events,
      manager: () => ({
        platform: this.#platform,
        scheduler: this.#scheduler,
        signals: this.signals,
        cgroupBase: this.#cgroupBase,
        oomScore: this.#oomScores.replaced,
        parts: this.#keepingParts(),
      }),
    });
  }

  #makeControl(socketPath: string, loadClients: DaemonStart["loadClients"]): ControlServer {
    const platform = this.#platform;
    const { isSystemManager } = this.#options;
    const { heap } = this.#supervision;
    return new ControlServer({
      platform,
      closeLater: (fd) => this.keeping.closeLater(fd),
      host: this.host,
      socketPath,
      log: (level, message) => this.output.log.message(level, message),
      hosting: {
        load: () => {
          const programs = loadClients();
          if (programs === undefined) return undefined;
          releaseAfterLoading({ platform, isSystemManager, heap, timers: this.#timers });
          return programs;
        },
        files: platformFiles(platform),
        errnoText: (errno) => platform.errnoText(errno),
        beforeRun: () => heap.served(),
      },
      holdsAnswers: true,
    });
  }

  #makeExecutor(): Executor {
    const { processes, signals, trees, demand, timers, launches, memories } = this.#supervision;
    const platform = this.#platform;
    const scheduler = this.#scheduler;
    const { log } = this.output;
    const faults = this.#faults;
    const report = (event: Event) => this.#events.report(event);
    return new Executor({
      ...serviceCommands({
        ...{
          platform,
          scheduler,
          log,
          faults,
          processes,
          signals,
          trees,
          demand,
          timers,
        },
        memories: [...memories, this.#starts],
        control: this.control,
        launches: launches.queue,
        sockets: this.#launcher.sockets,
        outputs: this.#outputs,
        cgroups: this.#cgroups,
        folders: this.#folders,
        report,
        isMade: (command) => this.#settling?.takes(command) ?? false,
      }),
      ...logCommands({ platform, scheduler, log, faults }),
      ...managerCommands({
        ...{ scheduler, log },
        mainLog: this.output.mainLog,
        logins: this.#logins,
        killAll: this.#killAll,
        host: this.host,
        socket: this.socket,
        ending: this.ending,
        isSystemManager: this.#options.isSystemManager,
      }),
    }, this.work);
  }

  #makeEnding(
    given: {
      readonly words: readonly string[];
      readonly environment: ReadonlyMap<string, string>;
      readonly endProtection: () => void;
    },
  ): Ending {
    const { console, mainLog, log } = this.output;
    const platform = this.#platform;
    return new Ending({
      ...given,
      platform,
      scheduler: this.#scheduler,
      start: (name) => this.host.start(name),
      control: this.control,
      console: console.stream,
      restoreConsole: () => console.restore(),
      main: mainLog.stream,
      log,
      options: this.#options,
      hold: this.#supervision.hold,
      keeping: this.keeping,
      stopWatching: () => {
        platform.lastResort.stopWatching();
        this.watchdog.turnOff();
      },
    });
  }

  #makeSignalHandler(): SignalHandler {
    return new SignalHandler({
      platform: this.#platform,
      role: managerRole(this.#options),
      hold: this.#supervision.hold,
      log: this.output.log,
      host: this.host,
      ending: this.ending,
      recreateSocket: () => {
        this.socket.recreate();
        this.socket.reportReady();
      },
    });
  }

  #makeLoop(): Loop {
    const { launches, ends, timed, owners, heap } = this.#supervision;
    const control = this.control;
    const connections: DescriptorOwner = {
      handleDescriptor: (descriptor, readable, writable) => {
        if (!control.handleDescriptor(descriptor, readable, writable)) return false;
        heap.postpone();
        return true;
      },
    };
    return new Loop({
      platform: this.#platform,
      scheduler: this.#scheduler,
      events: this.#events,
      execute: (commands) => this.#executor.execute(commands),
      launches: launches.queue,
      beforeWait: () => launches.beforeWait(),
      atRest: () => this.#succession.atRest(),
      ...{ ends, keeping: this.keeping, work: this.work, answers: control },
      launching: launches,
      timed: [
        ...[this.#timers, this.#outputs, this.#folders, ...timed, control, this.#succession],
        ...(this.#options.watchdogMs === undefined ? [] : [this.watchdog]),
      ],
      log: this.output.log,
      // Clients are the ones who come in thousands a second.
      owners: [
        connections,
        ...owners,
        this.output.console.stream,
        this.output.mainLog.stream,
        this.ending,
        this.#succession,
      ],
      handleSignal: (signal) => this.signals.handle(signal),
      nothingActive: () => {
        this.#folders.finish();
        return this.ending.nothingActive();
      },
    });
  }
}

/** The platform, but for descriptors: those are closed when that counts. */
function closingLater(platform: Platform, keeping: Keeping): Platform {
  const close = (fd: Fd) => keeping.closeLater(fd);
  return Object.create(platform, { close: { value: close } }) as Platform;
}
