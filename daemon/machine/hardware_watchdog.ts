/**
 * Tells the machine's watchdog that the manager goes on: twice in the time that it waits. A manager
 * that hangs, or that has died and is not there again in that time, does not, and the machine is
 * reset.
 *
 * A program that takes the manager's place, after a crash or by an upgrade, opens it anew; until
 * then it goes on counting.
 */
import type { Instant } from "../../core/types.ts";
import type { MachineWatchdog, Platform } from "../../platform/mod.ts";
import type { Log } from "../output/log.ts";
import type { Timed } from "../time/timed.ts";

export interface HardwareWatchdogParts {
  readonly platform: Pick<Platform, "now" | "openWatchdog">;
  readonly log: Pick<Log, "info" | "error">;
  readonly device: string;
  /** undefined: none is wanted. */
  readonly timeoutMs: number | undefined;
}

export class HardwareWatchdog implements Timed {
  readonly #parts: HardwareWatchdogParts;
  #watchdog: MachineWatchdog | undefined;
  #due: Instant | undefined;

  constructor(parts: HardwareWatchdogParts) {
    this.#parts = parts;
  }

  /** Turns it on. Without it the manager goes on all the same. */
  open(): void {
    const { platform, log, device, timeoutMs } = this.#parts;
    if (timeoutMs === undefined) return;
    const opened = platform.openWatchdog(device, timeoutMs);
    if ("kind" in opened) {
      log.error(`Cannot use the watchdog "${device}": ${opened.call}: ${opened.message}`);
      return;
    }
    log.info(`The watchdog "${device}" resets the machine after ${opened.timeoutMs / 1000} s`);
    this.#watchdog = opened;
    this.#tell(platform.now());
  }

  next(): Instant | undefined {
    return this.#due;
  }

  runDue(now: Instant): void {
    if (this.#due !== undefined && this.#due <= now) this.#tell(now);
  }

  /** What comes now may take longer than it waits. */
  turnOff(): void {
    this.#watchdog?.turnOff();
    this.#watchdog = undefined;
    this.#due = undefined;
  }

  #tell(now: Instant): void {
    if (this.#watchdog === undefined) return;
    this.#watchdog.tell();
    this.#due = (now + this.#watchdog.timeoutMs / 2) as Instant;
  }
}
