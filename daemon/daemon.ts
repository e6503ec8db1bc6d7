/**
 * The manager: its parts put together, and what it does from its first service to the loop's end.
 */
import { defaultServiceDirectories, defaultSocketPath, type Instance } from "../core/paths.ts";
import { Scheduler } from "../core/schedule/scheduler.ts";
import type { Fd, Instant, ServiceId } from "../core/types.ts";
import type { Platform } from "../platform/mod.ts";
import { managerAbilities } from "./descriptions/abilities.ts";
import { cgroupBase } from "./processes/own_cgroup.ts";
import { Console } from "./output/console.ts";
import type { ClientPrograms } from "./control/client_programs.ts";
import { ControlServer } from "./control/server.ts";
import { ControlSocket } from "./control/socket.ts";
import { askAllToEnd } from "./processes/end_signal.ts";
import { Ending } from "./machine/ending.ts";
import { ManagerEnvironment } from "./start/environment.ts";
import { readEnvironmentFile } from "./start/environment_file.ts";
import { Executor } from "./execute.ts";
import { Host } from "./host.ts";
import { inheritedEnvironment, startEnvironment } from "./start/inherited_environment.ts";
import { Launcher } from "./launch/launcher.ts";
import { platformFiles } from "./descriptions/description_files.ts";
import { Loader } from "./descriptions/loader.ts";
import { Log } from "./output/log.ts";
import { Logins } from "./processes/logins.ts";
import { Loop } from "./loop.ts";
import { MainLog } from "./output/main_log.ts";
import { managerRole } from "./start/manager_role.ts";
import { arrangeOomScores, restoreOomScore } from "./processes/oom_scores.ts";
import { startNamed } from "./start/named_services.ts";
import type { DaemonOptions } from "./start/options.ts";
import { ServiceCgroups } from "./processes/service_cgroups.ts";
import { ServiceOutputs } from "./output/service_output.ts";
import { SignalHandler } from "./signal_handler.ts";
import { Timers } from "./time/timers.ts";
import { FileUserDatabase } from "./descriptions/user_database.ts";

const KILL_ALL_DELAY_MS = 1000;
/** How long what was read of the program for its clients stays in memory: until the heap was collected. */
const PAGES_KEPT_MS = 2000;
/** Death by one of these is no failure for `restart = "on-failure"`. */
const DELIBERATE_SIGNALS: readonly string[] = ["HUP", "INT", "USR1", "USR2", "TERM"];

/** How it was started. */
export interface DaemonStart {
  readonly words: readonly string[];
  /** Loads the client programs, for clients that are only a pipe. */
  readonly loadClients: () => ClientPrograms;
}

/** The manager's parts, put together. */
export class Daemon {
  readonly #platform: Platform;
  readonly #options: DaemonOptions;
  readonly #timers = new Timers();
  readonly #console: Console;
  readonly #log: Log;
  readonly #mainLog: MainLog;
  readonly #logins: Logins;
  readonly #scheduler: Scheduler;
  readonly #environment: ManagerEnvironment;
  readonly #executor: Executor;
  readonly #host: Host;
  readonly #control: ControlServer;
  readonly #loop: Loop;
  readonly #ending: Ending;
  readonly #socket: ControlSocket;
  readonly #signals: SignalHandler;

  constructor(platform: Platform, options: DaemonOptions, { words, loadClients }: DaemonStart) {
    this.#platform = platform;
    this.#options = options;
    this.#scheduler = new Scheduler({
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
    const environment = startEnvironment(platform, Deno.env.toObject());
    this.#environment = new ManagerEnvironment(inheritedEnvironment(environment));
    this.#console = new Console(
      platform,
      options.isSystemManager,
      (isIdle) => this.#executor.report({ kind: isIdle ? "console-idle" : "console-busy" }),
    );
    this.#mainLog = new MainLog(platform, options.logFile);
    this.#log = new Log({
      console: this.#console.stream,
      main: this.#mainLog.stream,
      mainForm: this.#mainLog.form,
      consoleLevel: options.consoleLevel,
      mainLevel: options.logLevel,
      isQuiet: options.isQuiet,
      wallClock: Date.now,
    });
    const users = new FileUserDatabase(platform);
    const around: Instance = {
      isSystem: options.isSystem,
      isContainer: options.isContainer,
      os: platform.os,
      env: (name) => this.#environment.variables.get(name),
      homeFromDatabase: () => users.byUid(platform.userId())?.home,
    };
    const socketPath = options.socketPath ?? defaultSocketPath(around) ?? "/run/dinitctl";
    const directories = options.serviceDirectories.length > 0
      ? options.serviceDirectories
      : defaultServiceDirectories(around);
    const outputs = new ServiceOutputs(platform, {
      warn: (text) => this.#log.warn(text),
      wallClock: Date.now,
    });
    const base = cgroupBase(platform, options.cgroupPath, options.isSystemManager);
    if (base.warning !== undefined) this.#log.info(base.warning);
    const cgroups = new ServiceCgroups(platform, {
      given: options.cgroupPath,
      error: (text) => this.#log.error(text),
    });
    const oomScores = arrangeOomScores({
      platform,
      role: managerRole(options),
      wish: options.oomScore,
      warn: (text) => this.#log.warn(text),
    });
    const scheduler = this.#scheduler;
    this.#logins = new Logins(platform, this.#log, this.#timers);
    this.#executor = new Executor({
      logins: this.#logins,
      platform,
      scheduler,
      log: this.#log,
      launcher: new Launcher({
        platform,
        environment: this.#environment,
        outputs,
        cgroups,
        cgroupBase: base.directory,
        usualOomScore: oomScores.services,
      }),
      outputs,
      cgroups,
      hooks: {
        notify: ({ service, event, status }) => this.#control.notify(service, event, status),
        forget: (service) => this.#control.forget(service),
        adoptControlConnection: (descriptor) => void this.#control.adopt(descriptor),
        chain: (from, to) => {
          this.#ending.alsoDecides(to);
          if (!this.#host.chain(to)) this.#log.error(`${from}: Cannot chain to "${to}"`);
        },
        rootIsWritable: () => this.#rootBecameWritable(),
        logIsAvailable: () => this.#mainLog.becomeAvailable(this.#log),
        killAll: (service) => this.#killAll(service),
        abandon: () => this.#ending.abandon(),
      },
    });
    this.#host = new Host({
      platform,
      scheduler,
      executor: this.#executor,
      loader: new Loader({
        platform,
        directories,
        users,
        environment: () => this.#environment.variables,
        abilities: managerAbilities(platform, options),
        isLoaded: (name) => {
          const service = scheduler.find(name);
          // A broken one is read anew: it may have been mended.
          return service !== undefined && scheduler.fault(service) === undefined;
        },
      }),
      environment: this.#environment,
      outputs,
      log: this.#log,
      searchPath: { workingDirectory: workingDirectory(), directories },
    });
    this.#control = new ControlServer({
      platform,
      host: this.#host,
      socketPath,
      log: (level, message) => this.#log.message(level, message),
      hosting: {
        load: () => this.#loadClients(loadClients),
        files: platformFiles(platform),
        errnoText: (errno) => platform.errnoText(errno),
      },
    });
    this.#socket = new ControlSocket({
      platform,
      control: this.#control,
      log: this.#log,
      options,
      path: socketPath,
    });
    this.#ending = new Ending({
      hold: this.#executor.hold,
      platform,
      scheduler,
      start: (name) => this.#host.start(name),
      control: this.#control,
      console: this.#console.stream,
      restoreConsole: () => this.#console.restore(),
      endProtection: () => {
        if (oomScores.replaced !== undefined) restoreOomScore(platform, oomScores.replaced);
      },
      main: this.#mainLog.stream,
      log: this.#log,
      options,
      words,
      environment,
    });
    this.#signals = new SignalHandler({
      platform,
      role: managerRole(options),
      hold: this.#executor.hold,
      log: this.#log,
      host: this.#host,
      ending: this.#ending,
      recreateSocket: () => {
        this.#socket.recreate();
        this.#socket.reportReady();
      },
    });
    this.#loop = new Loop({
      platform,
      scheduler,
      executor: this.#executor,
      timed: [
        this.#timers,
        outputs,
        ...this.#executor.timed,
        {
          next: () => this.#control.nextDeadline,
          runDue: (now) => this.#control.handleDeadline(now),
        },
      ],
      log: this.#log,
      handleDescriptor: (descriptor, readable, writable) =>
        this.#handleControl(descriptor, readable, writable) ||
        this.#console.stream.handleDescriptor(descriptor) ||
        this.#mainLog.stream.handleDescriptor(descriptor) ||
        this.#ending.handleDescriptor(descriptor),
      handleSignal: (signal) => this.#signals.handle(signal),
      nothingActive: () => this.#ending.nothingActive(),
    });
  }

  #handleControl(descriptor: Fd, readable: boolean, writable: boolean): boolean {
    if (!this.#control.handleDescriptor(descriptor, readable, writable)) return false;
    this.#executor.heap.postpone();
    return true;
  }

  #loadClients(load: () => ClientPrograms): ClientPrograms {
    const programs = load();
    // Reading and running it first has left garbage, and pages of the runtime that are seldom used.
    this.#executor.heap.collectSoon();
    if (!this.#options.isSystemManager) {
      const at = (this.#platform.now() + PAGES_KEPT_MS) as Instant;
      this.#timers.at(at, () => this.#platform.releaseProgramPages());
    }
    return programs;
  }

  run(): number {
    if (!this.#prepare()) {
      this.#ending.flushLogs();
      return 1;
    }
    const { services, isSystemManager } = this.#options;
    // The kernel spares a machine's first process; another one is to be small before it has services.
    if (!isSystemManager) this.#platform.releaseProgramPages();
    startNamed(services, (name) => this.#host.start(name), { isSystemManager, log: this.#log });
    this.#socket.reportReady();
    this.#loop.run();
    return this.#ending.exitStatus;
  }

  /** Console, signals, socket, log, environment. @returns false when the manager cannot go on. */
  #prepare(): boolean {
    const { isSystemManager } = this.#options;
    if (!this.#socket.checkReadyDescriptor()) return false;
    const unavailable = this.#console.take();
    if (unavailable !== undefined) {
      this.#log.error(`Cannot open the console: ${unavailable.message}`);
    }
    this.#platform.closeInheritedOnExec();
    this.#platform.expectManyLaunches();
    this.#console.open();
    this.#signals.watch();
    const subreaper = this.#platform.becomeSubreaper();
    if (subreaper !== undefined) {
      this.#log.warn(`Cannot adopt orphaned processes: ${subreaper.message}`);
    }
    if (!this.#socket.open()) return isSystemManager;
    const fault = this.#mainLog.openFile();
    if (fault !== undefined) {
      this.#log.error(fault);
      if (!isSystemManager) return false;
    }
    const { processMaking } = this.#platform;
    if (processMaking.kind === "posix_spawn" && processMaking.isFallback) {
      const { why } = processMaking;
      this.#log.warn(`Services are started by posix_spawn, with few settings: ${why}`);
    }
    return readEnvironmentFile(this.#platform, this.#environment, this.#options, this.#log) ||
      isSystemManager;
  }

  #rootBecameWritable(): void {
    if (this.#options.isSystemManager) this.#logins.recordBoot();
    this.#socket.recreate();
    // Only a log file: syslog is not there yet, a service with starts-log tells when it is.
    const fault = this.#mainLog.openFile();
    if (fault !== undefined) this.#log.error(fault);
    this.#socket.reportReady();
  }

  #killAll(service: ServiceId): void {
    const { signalNumber } = this.#platform;
    askAllToEnd(this.#platform);
    this.#timers.at((this.#platform.now() + KILL_ALL_DELAY_MS) as Instant, () => {
      this.#platform.signalAll(signalNumber.call(this.#platform, "KILL") ?? 9);
      this.#executor.report({ kind: "all-killed", service });
    });
  }
}

/** Empty when the directory was removed under us. */
function workingDirectory(): string {
  try {
    return Deno.cwd();
  } catch {
    return "";
  }
}
