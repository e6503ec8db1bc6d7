/**
 * The manager's life: what it does before its first service, or where another manager was before
 * it, and then until the loop's end.
 */
import type { Platform } from "../platform/mod.ts";
import { HANDOVER_VARIABLE } from "./kept/handover.ts";
import { crashReport } from "./machine/crash_report.ts";
import { readEnvironmentFile } from "./start/environment_file.ts";
import { startNamed } from "./start/named_services.ts";
import type { DaemonOptions } from "./start/options.ts";
import type { KeptSignals } from "./signal_handler.ts";
import { DaemonParts, type DaemonStart } from "./parts.ts";

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

  constructor(platform: Platform, options: DaemonOptions, start: DaemonStart) {
    this.#platform = platform;
    this.#options = options;
    this.#parts = new DaemonParts(platform, options, start);
  }

  run(): number {
    const { ending, host, loop, output, socket } = this.#parts;
    if (!this.#prepare()) {
      ending.flushLogs();
      return 1;
    }
    const { services, isSystemManager } = this.#options;
    // The kernel spares a machine's first process; another one is to be small before it has
    // services.
    if (!isSystemManager) this.#platform.releaseProgramPages();
    this.#planForCrash();
    startNamed(services, (name) => host.start(name), { isSystemManager, log: output.log });
    socket.reportReady();
    loop.run();
    return ending.exitStatus;
  }

  /**
   * Goes on where the manager was that `DaemonStart.kept` is of. Until this returns nothing has
   * changed outside, so that the program that was here before can come back.
   *
   * @throws {Error} When it cannot.
   */
  adopt({ signals: kept, isBackBecause, close }: Adoption): Adopted {
    const ended = this.#parts.adopt();
    const { ending, loop, output, control, signals } = this.#parts;
    const platform = this.#platform;
    return {
      run: () => {
        loop.guarded(() => {
          close();
          this.#planForCrash();
          platform.closeInheritedOnExec();
          platform.expectManyLaunches();
          signals.watch(kept);
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
        loop.run();
        return ending.exitStatus;
      },
    };
  }

  /**
   * Up to here a first process that crashes is started again, with the state if it was to go on
   * with one. From now on there are processes that
   * the next one would not know and start once more.
   */
  #planForCrash(): void {
    const { lastResort } = this.#platform;
    const isFirst = this.#options.isSystemManager && this.#platform.processId() === 1;
    lastResort.plan(isFirst ? { kind: "stay", startsOver: true } : { kind: "end" });
    lastResort.withhold(HANDOVER_VARIABLE);
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
    if (!socket.open()) return isSystemManager;
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
