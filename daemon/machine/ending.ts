/**
 * What follows when nothing is left to supervise: the manager's own end, the machine's, or, when
 * nobody asked for either, the question what to do.
 */
import { printable } from "../../core/text/printable.ts";
import type { SchedulerApi } from "../../core/schedule/api.ts";
import { type Fd, type Instant, unreachable } from "../../core/types.ts";
import type { Platform } from "../../platform/mod.ts";
import { BootFailurePrompt, type Choice, type KeptPrompt } from "./boot_failure.ts";
import { bootFailureReport } from "./boot_failure_report.ts";
import { containerStatus, signalStatus } from "./container_status.ts";
import { FACT_KIND, Facts, type FactWriter, putTagged } from "../kept/facts.ts";
import { environmentTexts } from "../start/environment.ts";
import type { Log } from "../output/log.ts";
import { becomeOtherInit, findOtherInit, isTrialBoot } from "./other_init.ts";
import { type MachineEnd, shutDownMachine } from "./shutdown.ts";
import type { DaemonOptions } from "../start/options.ts";
import type { OutputStream } from "../output/stream.ts";

/** The log gets this long to go out before the manager ends. */
const LOG_FLUSH_MS = 5000;
const RECOVERY_SERVICE = "recovery";
const BOOT_SERVICE = "boot";
/** A recovery by itself that was shorter is not tried again; a person is asked. */
const RECOVERY_PAUSE_MS = 10_000;

export interface EndingParts {
  readonly platform: Platform;
  readonly scheduler: SchedulerApi;
  /** Loads a service and starts it. @returns false when it cannot be loaded. */
  readonly start: (name: string) => boolean;
  /** The control socket and its connections. */
  readonly control: { close(): void };
  readonly console: OutputStream;
  /** Opens the console anew if it was lost. */
  readonly restoreConsole: () => void;
  /**
   * What is run from here on is no likelier to outlive others than the manager was at its start.
   */
  readonly endProtection: () => void;
  /** Nobody is to wait for a sign of the manager's life any more. */
  readonly stopWatching: () => void;
  readonly main: OutputStream;
  readonly log: Log;
  /** Copies of what is said, likewise. */
  readonly copies: { finish(): void };
  readonly options: DaemonOptions;
  /** What outlives the manager: not where it ends because it was to. */
  readonly keeping: { end(): void };
  /** While it holds, somebody else decides what becomes of the machine. */
  readonly hold: { readonly isHeld: boolean };
  /** The words that this manager was started with: a soft reboot starts it anew with them. */
  readonly words: readonly string[];
  /** The environment that it was started with, likewise. */
  readonly environment: ReadonlyMap<string, string>;
}

/** What the end depends on, as another manager goes on with it. */
export interface KeptEnding {
  readonly decisive: ReadonlySet<string>;
  readonly recoveredAt: Instant | undefined;
  readonly prompt: KeptPrompt | undefined;
}

export class Ending {
  readonly #parts: EndingParts;
  readonly #prompt: BootFailurePrompt;
  /** Services whose failure is that of a container. */
  readonly #decisive: Set<string>;
  /** What it depends on, as one; a question at the console is asked anew. */
  readonly facts: Facts<Ending>;
  /** When all services have stopped the manager begins once more, and nothing else ends. */
  startsOver = false;
  #exitStatus = 0;
  #recoveredAt: Instant | undefined;

  constructor(parts: EndingParts) {
    this.#parts = parts;
    this.#decisive = new Set(parts.options.services);
    const write: FactWriter<Ending> = (blocks, kind, number) => {
      const [decisive, recoveredAt] = [this.#decisive, this.#recoveredAt];
      return putTagged(blocks, kind, number, { decisive, recoveredAt });
    };
    this.facts = new Facts(FACT_KIND.ending, new Map([[0, this as Ending]]), write);
    this.#prompt = new BootFailurePrompt(parts.platform, {
      show: (text) => parts.console.write(text),
      choose: (choice) => this.#afterBootFailure(choice),
      restore: parts.restoreConsole,
      otherInit: () => findOtherInit(parts.platform),
    });
  }

  /** Of a manager that is not the system's, once the loop has ended. */
  get exitStatus(): number {
    return this.#exitStatus;
  }

  /** A service that takes the place of one that was asked for (chain-to). */
  alsoDecides(name: string): void {
    this.#decisive.add(name);
    this.facts.note(0);
  }

  /** For {@linkcode adopt}. */
  keep(): KeptEnding {
    return {
      decisive: this.#decisive,
      recoveredAt: this.#recoveredAt,
      prompt: this.#prompt.keep(),
    };
  }

  /** Goes on where another manager was. */
  adopt({ decisive, recoveredAt, prompt }: KeptEnding): void {
    for (const name of decisive) this.#decisive.add(name);
    this.#recoveredAt = recoveredAt;
    if (prompt !== undefined) this.#prompt.adopt(prompt);
  }

  /** @returns Whether the loop ends. For a system manager it never does. */
  nothingActive(): boolean {
    const { scheduler, options, platform, control, hold } = this.#parts;
    const type = scheduler.shutdownType;
    if (type === "remain" || this.#prompt.isOpen || hold.isHeld) return false;
    if (!options.isSystemManager || this.startsOver) {
      this.#leave();
      control.close();
      this.flushLogs();
      const interrupt = platform.signalNumber("INT") ?? 2;
      // Upstream's sign that a reboot was asked of a manager that manages no machine. The first
      // process of a container does not die of it: then the status says the same.
      if (type === "reboot") platform.dieOfSignal(interrupt);
      this.#exitStatus = type === "reboot" ? signalStatus(interrupt) : this.#ownStatus(false);
      return true;
    }
    if (type !== undefined) this.endMachine(type);
    else this.#bootFailed();
    return false;
  }

  /** Ends the manager and leaves the services to themselves. @param signal What asked for it. */
  endAtOnce(signal: number): never {
    this.#leave("services");
    this.flushLogs();
    this.#parts.control.close();
    Deno.exit(signalStatus(signal));
  }

  /** Goes on although services have not stopped: nothing more can be done about them. */
  abandon(): void {
    const { scheduler, options, control } = this.#parts;
    const type = scheduler.shutdownType;
    if (type === undefined || type === "remain") return;
    if (options.isSystemManager) return this.endMachine(type);
    this.#leave();
    control.close();
    this.flushLogs();
    Deno.exit(this.#ownStatus(true));
  }

  /** @returns Whether the descriptor is the console's input and was expected. */
  handleDescriptor(descriptor: Fd): boolean {
    return this.#prompt.handleDescriptor(descriptor);
  }

  /** A signal has decided: the question at the console needs no answer any more. */
  withdrawQuestion(): void {
    this.#prompt.close();
  }

  /** Of a manager that is not the system's. @param leavesAny Services have not stopped. */
  #ownStatus(leavesAny: boolean): number {
    const { scheduler, options, platform } = this.#parts;
    if (!options.isContainer) return 0;
    if (leavesAny || scheduler.wasShutdownForced) {
      return signalStatus(platform.signalNumber("KILL") ?? 9);
    }
    return containerStatus(scheduler, this.#decisive);
  }

  /** Ends all processes and the machine's run. Returns only in a test. */
  endMachine(type: MachineEnd): void {
    const { platform, console, control, log, scheduler, words, environment } = this.#parts;
    const which = scheduler.activeCount === 0 ? "All" : "Not all";
    log.info(`${which} services have stopped: ${type}`);
    // There is nothing left that a manager is needed for.
    this.#leave();
    if (type !== "soft-reboot") platform.lastResort.endMachine(type === "kexec" ? "reboot" : type);
    control.close();
    this.flushLogs();
    this.#parts.endProtection();
    shutDownMachine(platform, type, {
      show: (line) => {
        console.write(`dinit: ${printable(line)}\n`);
        this.flushLogs();
      },
    });
    if (type === "soft-reboot") {
      const failure = platform.executeSelf(words, environmentTexts(environment));
      log.error(`Cannot start the manager anew: ${failure.message}. Rebooting`);
      return this.endMachine("reboot");
    }
    // The kernel refused. PID 1 must stay, and somebody may come and look.
    for (;;) {
      platform.poller.wait(Infinity, { descriptor: () => {}, signal: () => this.#reapAll() });
    }
  }

  /**
   * This manager does not go on with the services, whatever happens from now on.
   *
   * @param left What it leaves to whoever comes next; absent: nothing.
   */
  #leave(left?: "services"): void {
    const { keeping, options, platform, stopWatching } = this.#parts;
    const { lastResort } = platform;
    stopWatching();
    // Whoever comes next finds them by the state.
    if (left === undefined) keeping.end();
    const isFirst = options.isSystemManager && platform.processId() === 1;
    lastResort.plan(isFirst ? { kind: "stay", startsOver: true } : { kind: "end" });
    lastResort.leave(undefined);
  }

  /** Lets what was logged go out, but not for ever. */
  flushLogs(): void {
    const { platform, console, main, copies } = this.#parts;
    copies.finish();
    main.release();
    const end = platform.now() + LOG_FLUSH_MS;
    const isDone = () => (console.isIdle || !console.isOpen) && (main.isIdle || !main.isOpen);
    while (!isDone()) {
      const left = end - platform.now();
      if (left <= 0) return;
      platform.poller.wait(left, {
        descriptor: (descriptor) => {
          if (!console.handleDescriptor(descriptor)) main.handleDescriptor(descriptor);
        },
        signal: () => {},
      });
    }
  }

  #bootFailed(): void {
    const { platform, log, start, options, scheduler } = this.#parts;
    this.flushLogs();
    if (isTrialBoot(this.#parts.environment)) {
      log.error("This boot was on trial and has failed: rebooting, with the former init");
      return this.endMachine("reboot");
    }
    if (options.autoRecovery && this.#mayRecover() && start(RECOVERY_SERVICE)) return;
    const report = bootFailureReport(
      scheduler,
      options.services,
      (errno) => platform.errnoText(errno),
    );
    if (this.#prompt.open(report)) return;
    log.error("All services have stopped and there is no terminal to ask at: halting");
    this.endMachine("halt");
  }

  /** A recovery that ends as soon as it is started would be started without end. */
  #mayRecover(): boolean {
    const now = this.#parts.platform.now();
    const last = this.#recoveredAt;
    this.#recoveredAt = now;
    this.facts.note(0);
    return last === undefined || now - last >= RECOVERY_PAUSE_MS;
  }

  #afterBootFailure(choice: Choice): void {
    const { start, log } = this.#parts;
    switch (choice) {
      case "reboot":
      case "poweroff":
        return this.endMachine(choice);
      case "other-init":
        return this.#startOtherInit();
      case "recovery":
        if (!start(RECOVERY_SERVICE)) log.error("There is no recovery service");
        return;
      case "boot-again":
        if (!start(BOOT_SERVICE)) this.endMachine("reboot");
        return;
      default:
        unreachable(choice);
    }
  }

  /** In our place, with nothing of ours left. */
  #startOtherInit(): void {
    const { platform, log, environment, control } = this.#parts;
    const path = findOtherInit(platform);
    if (path === undefined) return this.#bootFailed();
    log.info(`Starting ${path} in the place of dinit`);
    this.#leave();
    control.close();
    this.flushLogs();
    const failure = becomeOtherInit(path, environment, platform);
    log.error(`Cannot start ${path}: ${failure.message}. Rebooting`);
    this.endMachine("reboot");
  }

  #reapAll(): void {
    while (this.#parts.platform.reap() !== undefined) { /* orphans need no more than that */ }
  }
}
