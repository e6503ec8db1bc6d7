/**
 * The manager's life: what it does before its first service, or where another manager was before
 * it, and then until the loop's end.
 */
import { setAsideText } from "../core/recovery/blame.ts";
import type { CrashPlan, KeptMemory, LastCrash, Platform } from "../platform/mod.ts";
import { readBootId } from "./recovery/boot_id.ts";
import { HANDOVER_VARIABLE } from "./kept/handover.ts";
import type { LeftManager, WaysToFind } from "./recovery/left_manager.ts";
import { crashReport, settledReport } from "./machine/crash_report.ts";
import type { Blamed } from "./recovery/settling.ts";
import { readEnvironmentFile } from "./start/environment_file.ts";
import { startNamed } from "./start/named_services.ts";
import type { DaemonOptions } from "./start/options.ts";
import type { KeptSignals } from "./orders/signal_handler.ts";
import { DaemonParts, type DaemonStart } from "./parts.ts";
import { holdFromGlobal } from "./supervision/engine_root.ts";
import { openOwnStateFile, type StateFile, stateFilePath } from "./recovery/state_file.ts";

/** How a manager comes to be in another one's place. */
export interface Adoption {
  /** That the one before left alone. */
  readonly signals: KeptSignals;
  /**
   * Why another program that was here meanwhile could not go on; undefined: it is this one that was
   * to come.
   */
  readonly isBackBecause: string | undefined;
  /** Called when nobody comes back any more. */
  close(): void;
}

/** What comes of an adoption. */
export interface Adopted {
  /** Runs the manager. @returns Its exit status. */
  run(): number;
}

export class Daemon {
  readonly #platform: Platform;
  readonly #options: DaemonOptions;
  readonly #parts: DaemonParts;
  readonly #given: StateFile | undefined;
  readonly #handedOn: KeptMemory | undefined;

  constructor(platform: Platform, options: DaemonOptions, start: DaemonStart) {
    this.#platform = platform;
    this.#given = start.stateFile;
    this.#handedOn = start.memory;
    this.#options = options;
    this.#parts = new DaemonParts(platform, options, start);
    holdFromGlobal(this);
  }

  run(): number {
    const { ending, loop, socket } = this.#parts;
    if (!this.#prepare()) {
      ending.flushLogs();
      return 1;
    }
    // Nothing is launched that a manager which comes after a crash would not know.
    this.#parts.pauseLaunches(true);
    this.#startNamed();
    this.#planForCrash();
    this.#parts.pauseLaunches(false);
    socket.reportReady();
    // The kernel spares a machine's first process; another one is to be small before it has
    // services: the loop launches them.
    if (!this.#options.isSystemManager) this.#platform.releaseProgramPages();
    this.#beWatched();
    loop.run();
    return ending.exitStatus;
  }

  #startNamed(): void {
    const { services, isSystemManager } = this.#options;
    const { host, output: { log } } = this.#parts;
    startNamed(services, (name) => host.start(name), { isSystemManager, log });
    this.#parts.openStoreUnlessAwaited();
  }

  /**
   * Goes on where a manager was that was killed.
   *
   * @returns Its exit status; "starts-over": all has been stopped, and the same words are to be
   *   executed again.
   */
  takeOver(left: LeftManager): number | "starts-over" {
    const { ending, host, loop, output: { log }, socket, work } = this.#parts;
    if (!this.#prepare()) {
      left.memory.close();
      ending.flushLogs();
      return 1;
    }
    this.#platform.lastResort.withhold(HANDOVER_VARIABLE);
    work.forgetAll();
    this.#parts.remember(left, "The manager was killed");
    const { losses, ...settled } = this.#parts.takeOver(left);
    this.#keepIn(left.memory);
    log.warn(`Took over from a manager that was killed. ${settledReport(settled, 0)}`);
    for (const sentence of losses) log.warn(sentence);
    if (this.#parts.isShuttingDown) log.info("The shutdown that was under way goes on");
    else if (this.#options.leftBehind === "stop") {
      log.info("Stopping what is left, to start anew");
      host.order({ kind: "shutdown", type: "soft-reboot" });
      ending.startsOver = true;
    } else this.#startNamed();
    if (!ending.startsOver) socket.reportReady();
    if (!this.#options.isSystemManager) this.#platform.releaseProgramPages();
    this.#beWatched();
    loop.run();
    return ending.startsOver ? "starts-over" : ending.exitStatus;
  }

  /**
   * Goes on where the manager was that `DaemonStart.kept` is of. Until this returns nothing has
   * changed outside, so that the program that was here before can come back.
   *
   * @throws {Error} When it cannot.
   */
  adopt({ signals: kept, isBackBecause, close }: Adoption): Adopted {
    const ended = this.#parts.adopt();
    const { ending, loop, output, control, signals, watchdog } = this.#parts;
    const platform = this.#platform;
    return {
      run: () => {
        loop.guarded(() => watchdog.open());
        loop.guarded(() => {
          close();
          platform.closeInheritedOnExec();
          platform.expectManyLaunches();
          signals.watch(kept);
          this.#planForCrash();
          platform.becomeSubreaper();
          if (!this.#options.isSystemManager) platform.releaseProgramPages();
        });
        loop.guarded(() => {
          for (const pid of ended) this.#parts.lostProcess(pid);
        });
        loop.collectChildren();
        loop.guarded(() => {
          if (isBackBecause === undefined) {
            output.log.info("Took over from the manager that was here before");
            return control.answerAwaiting({ kind: "ack" }, []);
          }
          const why = `The other program could not take over: ${isBackBecause}`;
          output.log.error(why);
          control.answerAwaiting({ kind: "nak" }, [why]);
        });
        this.#beWatched();
        loop.run();
        return ending.exitStatus;
      },
    };
  }

  /**
   * Goes on where a manager was that has died.
   *
   * @param crash How it died; undefined: nobody knows, and nobody is to be blamed.
   * @returns Its exit status.
   */
  goOn(left: LeftManager, ways: WaysToFind, crash: LastCrash | undefined): number {
    const platform = this.#platform;
    const { ending, loop, output, signals, socket, work, control, watchdog } = this.#parts;
    const { lastResort } = platform;
    const { log, console, mainLog } = output;
    const blamed = this.#blamed(crash);
    lastResort.withhold(HANDOVER_VARIABLE);
    if (crash !== undefined) lastResort.plan({ kind: "execute" });
    platform.closeInheritedOnExec();
    platform.expectManyLaunches();
    console.open();
    signals.watch(left.facts.manager.signals);
    platform.becomeSubreaper();
    const fault = mainLog.openFile();
    if (fault !== undefined) log.error(fault);
    const crashText = crash && crashReport(crash, platform.signalNumber);
    if (crashText !== undefined) log.error(crashText);
    // It has been counting on since it was told last.
    watchdog.open();
    this.#parts.remember(left, crashText ?? "The manager has died");
    const settled = this.#parts.settle(left, ways, blamed);
    this.#parts.openStoreUnlessAwaited();
    this.#keepIn(left.memory);
    for (const fd of lastResort.disown()) platform.close(fd);
    log.info(settledReport(settled, left.facts.damaged));
    if (!control.isListening) socket.open();
    control.answerAwaiting({ kind: "nak" }, ["The manager has crashed while it was at this"]);
    if (!this.#options.isSystemManager) platform.releaseProgramPages();
    const { signal } = work;
    if (signal !== 0) loop.guarded(() => loop.handleSignal(signal));
    loop.collectChildren();
    this.#beWatched();
    loop.run();
    return ending.exitStatus;
  }

  /** The service that the manager has crashed over twice. */
  #blamed(crash: LastCrash | undefined): Blamed | undefined {
    const { work, nameOf } = this.#parts;
    if (crash === undefined) {
      work.forgetAll();
      return undefined;
    }
    const { setAside } = work.judge(crash, this.#platform.processId());
    const name = setAside && nameOf(setAside.service);
    if (setAside === undefined || name === undefined) return undefined;
    return { service: setAside.service, why: setAsideText(setAside, name) };
  }

  /**
   * Up to here a first process that crashes is started again, with the state if it was to go on
   * with one. From now on there are processes that the next one is to know.
   */
  #planForCrash(): void {
    const { lastResort, keptMemories } = this.#platform;
    this.#parts.work.forgetAll();
    lastResort.withhold(HANDOVER_VARIABLE);
    const file = this.#handedOn ?? this.#stateFile();
    const memory = file ?? (lastResort.isThere ? keptMemories?.make() : undefined);
    if (memory === undefined) return lastResort.plan(this.#planWithoutState);
    if ("kind" in memory) return this.#cannotKeep(memory.message);
    this.#keepIn(memory);
  }

  /**
   * Of a manager that others may outlive: beside its control socket, so that the next one finds it.
   *
   * @returns undefined: there is none, and the log says why.
   */
  #stateFile(): KeptMemory | undefined {
    const { processId, keptMemories } = this.#platform;
    if (processId() === 1 || keptMemories === undefined) return undefined;
    const { log } = this.#parts.output;
    const path = stateFilePath(this.#parts.socketPath);
    const given = this.#given ?? openedAgain(openOwnStateFile(path, this.#platform));
    if (given.kind === "fresh") {
      if (given.note !== undefined) log.info(given.note);
      return given.memory;
    }
    if (given.kind === "none") {
      log.warn(`Services would not be found again if this manager were killed: ${given.why}`);
    }
    return undefined;
  }

  #keepIn(memory: KeptMemory): void {
    const { lastResort } = this.#platform;
    const fact = this.#parts.managerFact(readBootId(this.#platform));
    const failure = this.#parts.keepIn(
      { ...memory, remove: () => memory.removeAt(stateFilePath(this.#parts.socketPath)) },
      fact,
      (why) => this.#cannotKeep(why),
    );
    if (failure !== undefined) return this.#cannotKeep(failure.message);
    lastResort.leave(memory.fd);
    lastResort.plan({ kind: "execute" });
  }

  /** @param why The end of a sentence. */
  #cannotKeep(why: string): void {
    const { lastResort } = this.#platform;
    lastResort.plan(this.#planWithoutState);
    lastResort.leave(undefined);
    this.#parts.output.log.error(
      `The state cannot be kept outside the manager, so a crash would end supervision: ${why}`,
    );
  }

  /** Another start would start services beside those that are there. */
  get #planWithoutState(): CrashPlan {
    const isFirst = this.#options.isSystemManager && this.#platform.processId() === 1;
    return isFirst ? { kind: "stay", startsOver: true } : { kind: "end" };
  }

  /** Has it noticed when the manager does not go on. */
  #beWatched(): void {
    const { loop, output, watchdog } = this.#parts;
    const { lastResort } = this.#platform;
    const { crashLimit, crashWindowMs, crashPauseMs, hangLimitMs } = this.#options;
    lastResort.limit({ crashes: crashLimit, withinMs: crashWindowMs, pauseMs: crashPauseMs });
    watchdog.open();
    if (hangLimitMs === undefined) return;
    const watch = lastResort.watchLoop(hangLimitMs);
    if (watch === undefined) output.log.warn("Nobody watches whether the manager goes on here");
    else if ("kind" in watch) {
      output.log.error(`Cannot watch whether the manager goes on: ${watch.call}: ${watch.message}`);
    } else loop.watchedBy(watch);
  }

  /** Console, signals, socket, log, environment. @returns false when the manager cannot go on. */
  #prepare(): boolean {
    const platform = this.#platform;
    const { environment, output, signals, socket } = this.#parts;
    const { console, log, mainLog } = output;
    const { isSystemManager } = this.#options;
    if (!socket.checkReadyDescriptor()) return false;
    const unavailable = console.take();
    if (unavailable !== undefined) log.error(`Cannot open the console: ${unavailable.message}`);
    platform.closeInheritedOnExec();
    platform.expectManyLaunches();
    console.open();
    signals.watch();
    const subreaper = platform.becomeSubreaper();
    if (subreaper !== undefined) {
      log.warn(`Cannot adopt orphaned processes: ${subreaper.message}`);
    }
    if (!socket.open()) return isSystemManager && this.#given?.kind !== "refused";
    if (this.#given?.kind === "refused") {
      log.error(this.#given.why);
      return false;
    }
    const fault = mainLog.openFile();
    if (fault !== undefined) {
      log.error(fault);
      if (!isSystemManager) return false;
    }
    const { processMaking, lastResort: { lastCrash } } = platform;
    if (lastCrash !== undefined) log.error(crashReport(lastCrash, platform.signalNumber));
    if (processMaking.kind === "posix_spawn" && processMaking.isFallback) {
      const { why } = processMaking;
      log.warn(`Services are started by posix_spawn, with few settings: ${why}`);
    }
    return readEnvironmentFile(platform, environment, this.#options, log) || isSystemManager;
  }
}

function openedAgain(memory: KeptMemory | string): StateFile {
  return typeof memory === "string"
    ? { kind: "none", why: memory }
    : { kind: "fresh", memory, note: undefined };
}
