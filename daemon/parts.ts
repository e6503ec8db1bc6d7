/**
 * The manager's parts, put together: the only place that knows them all. Each is given what it
 * uses, and no more.
 */
import type { Event } from "../core/event.ts";
import { Scheduler } from "../core/schedule/scheduler.ts";
import type { Platform } from "../platform/mod.ts";
import type { ClientPrograms } from "./control/client_programs.ts";
import { ControlServer } from "./control/server.ts";
import { ServiceFaults } from "./control/service_faults.ts";
import { ControlSocket } from "./control/socket.ts";
import { managerAbilities } from "./descriptions/abilities.ts";
import { platformFiles } from "./descriptions/description_files.ts";
import { Loader } from "./descriptions/loader.ts";
import { FileUserDatabase } from "./descriptions/user_database.ts";
import { releaseAfterLoading } from "./loaded_clients.ts";
import { EventQueue } from "./event_queue.ts";
import { Executor } from "./execute.ts";
import { Host } from "./host.ts";
import { Launcher } from "./launch/launcher.ts";
import { logCommands } from "./log_commands.ts";
import { type DescriptorOwner, Loop } from "./loop.ts";
import { Ending } from "./machine/ending.ts";
import { managerCommands } from "./manager_commands.ts";
import { makeManagerOutput, type ManagerOutput } from "./output/manager_output.ts";
import { ServiceOutputs } from "./output/service_output.ts";
import { Logins } from "./processes/logins.ts";
import { arrangeOomScores, type OomScores, restoreOomScore } from "./processes/oom_scores.ts";
import { cgroupBase } from "./processes/own_cgroup.ts";
import { ServiceCgroups } from "./processes/service_cgroups.ts";
import { serviceCommands } from "./service_commands.ts";
import { SignalHandler } from "./signal_handler.ts";
import { ManagerEnvironment } from "./start/environment.ts";
import { inheritedEnvironment, startEnvironment } from "./start/inherited_environment.ts";
import { managerRole } from "./start/manager_role.ts";
import type { DaemonOptions } from "./start/options.ts";
import { findPlaces, type Places } from "./start/places.ts";
import { superviseServices, type Supervision } from "./supervision.ts";
import { Timers } from "./time/timers.ts";

/** Death by one of these is no failure for `restart = "on-failure"`. */
const DELIBERATE_SIGNALS: readonly string[] = ["HUP", "INT", "USR1", "USR2", "TERM"];

/** How the manager was started. */
export interface DaemonStart {
  readonly words: readonly string[];
  /** Loads the client programs, for clients that are only a pipe. */
  readonly loadClients: () => ClientPrograms;
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
  readonly #platform: Platform;
  readonly #options: DaemonOptions;
  readonly #timers = new Timers();
  readonly #events = new EventQueue();
  readonly #faults = new ServiceFaults();
  readonly #scheduler: Scheduler;
  readonly #outputs: ServiceOutputs;
  readonly #cgroups: ServiceCgroups;
  readonly #logins: Logins;
  readonly #launcher: Launcher;
  readonly #supervision: Supervision;
  readonly #control: ControlServer;
  readonly #executor: Executor;

  /**
   * Each part is made of those before it; a later one, where it is needed, is found when it is
   * called.
   */
  constructor(platform: Platform, options: DaemonOptions, { words, loadClients }: DaemonStart) {
    this.#platform = platform;
    this.#options = options;
    this.#scheduler = makeScheduler(platform, options);
    const givenEnvironment = startEnvironment(platform, Deno.env.toObject());
    this.environment = new ManagerEnvironment(inheritedEnvironment(givenEnvironment));
    this.output = makeManagerOutput(platform, options, (isIdle) => {
      this.#events.report({ kind: isIdle ? "console-idle" : "console-busy" });
    });
    const { log } = this.output;
    const users = new FileUserDatabase(platform);
    const places = findPlaces(options, {
      os: platform.os,
      env: (name) => this.environment.variables.get(name),
      homeFromDatabase: () => users.byUid(platform.userId())?.home,
    });
    this.#outputs = new ServiceOutputs(platform, {
      warn: (text) => log.warn(text),
      wallClock: Date.now,
    });
    this.#cgroups = new ServiceCgroups(platform, {
      given: options.cgroupPath,
      error: (text) => log.error(text),
    });
    this.#logins = new Logins(platform, log, this.#timers);
    const oomScores = arrangeOomScores({
      platform,
      role: managerRole(options),
      wish: options.oomScore,
      warn: (text) => log.warn(text),
    });
    this.#launcher = this.#makeLauncher(oomScores);
    this.#supervision = this.#superviseServices();
    this.host = this.#makeHost(users, places);
    this.#control = this.#makeControl(places.socketPath, loadClients);
    this.socket = new ControlSocket({
      ...{ platform, log, options },
      control: this.#control,
      path: places.socketPath,
    });
    this.ending = this.#makeEnding({
      words,
      environment: givenEnvironment,
      endProtection: () => {
        if (oomScores.replaced !== undefined) restoreOomScore(platform, oomScores.replaced);
      },
    });
    this.#executor = this.#makeExecutor();
    this.signals = this.#makeSignalHandler();
    this.loop = this.#makeLoop();
  }

  #makeLauncher({ services }: OomScores): Launcher {
    const { cgroupPath, isSystemManager } = this.#options;
    const base = cgroupBase(this.#platform, cgroupPath, isSystemManager);
    if (base.warning !== undefined) this.output.log.info(base.warning);
    return new Launcher({
      platform: this.#platform,
      environment: this.environment,
      outputs: this.#outputs,
      cgroups: this.#cgroups,
      cgroupBase: base.directory,
      usualOomScore: services,
    });
  }

  #superviseServices(): Supervision {
    return superviseServices({
      platform: this.#platform,
      scheduler: this.#scheduler,
      log: this.output.log,
      launcher: this.#launcher,
      outputs: this.#outputs,
      cgroups: this.#cgroups,
      logins: this.#logins,
      adoptControlConnection: (descriptor) => void this.#control.adopt(descriptor),
      report: (event) => this.#events.report(event),
      execute: (commands) => this.#executor.execute(commands),
    });
  }

  #makeHost(users: FileUserDatabase, { directories, workingDirectory }: Places): Host {
    const scheduler = this.#scheduler;
    const { hold, launches, signals, notifications } = this.#supervision;
    return new Host({
      platform: this.#platform,
      scheduler,
      loader: new Loader({
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
      }),
      environment: this.environment,
      outputs: this.#outputs,
      log: this.output.log,
      searchPath: { workingDirectory, directories },
      execute: (commands) => this.#executor.execute(commands),
      launches: launches.queue,
      beforeShutdown: () => {
        hold.resume();
        launches.queue.preference.preferLaunchesOnly();
      },
      signals,
      notifications,
      faults: this.#faults,
    });
  }

  #makeControl(socketPath: string, loadClients: DaemonStart["loadClients"]): ControlServer {
    const platform = this.#platform;
    const { isSystemManager } = this.#options;
    const { heap } = this.#supervision;
    return new ControlServer({
      platform,
      host: this.host,
      socketPath,
      log: (level, message) => this.output.log.message(level, message),
      hosting: {
        load: () => {
          const programs = loadClients();
          releaseAfterLoading({ platform, isSystemManager, heap, timers: this.#timers });
          return programs;
        },
        files: platformFiles(platform),
        errnoText: (errno) => platform.errnoText(errno),
        beforeRun: () => heap.worked(),
      },
    });
  }

  #makeExecutor(): Executor {
    const { processes, signals, trees, demand, launches, memories } = this.#supervision;
    const platform = this.#platform;
    const scheduler = this.#scheduler;
    const { log } = this.output;
    const faults = this.#faults;
    const report = (event: Event) => this.#events.report(event);
    return new Executor({
      ...serviceCommands({
        ...{ platform, scheduler, log, faults, processes, signals, trees, demand, memories },
        control: this.#control,
        launches: launches.queue,
        sockets: this.#launcher.sockets,
        outputs: this.#outputs,
        cgroups: this.#cgroups,
        report,
      }),
      ...logCommands({ platform, scheduler, log, faults }),
      ...managerCommands({
        ...{ platform, scheduler, log, report },
        mainLog: this.output.mainLog,
        logins: this.#logins,
        timers: this.#timers,
        host: this.host,
        socket: this.socket,
        ending: this.ending,
        isSystemManager: this.#options.isSystemManager,
      }),
    });
  }

  #makeEnding(
    given: {
      readonly words: readonly string[];
      readonly environment: ReadonlyMap<string, string>;
      readonly endProtection: () => void;
    },
  ): Ending {
    const { console, mainLog, log } = this.output;
    return new Ending({
      ...given,
      platform: this.#platform,
      scheduler: this.#scheduler,
      start: (name) => this.host.start(name),
      control: this.#control,
      console: console.stream,
      restoreConsole: () => console.restore(),
      main: mainLog.stream,
      log,
      options: this.#options,
      hold: this.#supervision.hold,
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
    const control = this.#control;
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
      ends,
      timed: [this.#timers, this.#outputs, ...timed, control],
      log: this.output.log,
      owners: [
        ...owners,
        connections,
        this.output.console.stream,
        this.output.mainLog.stream,
        this.ending,
      ],
      handleSignal: (signal) => this.signals.handle(signal),
      nothingActive: () => this.ending.nothingActive(),
    });
  }
}

function makeScheduler(platform: Platform, options: DaemonOptions): Scheduler {
  return new Scheduler({
    errnoText: (errno) => {
      const { name, text } = platform.errnoText(errno);
      return `${text} (${name})`;
    },
    deliberateSignals: new Set(
      DELIBERATE_SIGNALS.flatMap((name) => platform.signalNumber(name) ?? []),
    ),
    shutdown: {
      graceMs: options.graceMs,
      keys: options.isSystemManager ? "Ctrl-Alt-Del" : "Ctrl-C",
    },
  });
}
