/**
 * Tells the machine's watchdog that the manager goes on: twice in the time that it waits. A manager
 * that hangs, or that has died and is not there again in that time, does not, and the machine is
 * reset.
 *
 * A program that takes the manager's place, after a crash or by an upgrade, opens it anew; until
 * then it goes on counting.
 *
 * Its driver is often a module, which a service loads: where there is no device yet it is looked
 * for again, as nothing tells of it.
 */
import type { Instant } from "../../core/types.ts";
import type { Failure, MachineWatchdog, Platform } from "../../platform/mod.ts";
import type { Log } from "../output/log.ts";
import type { Timed } from "../time/timed.ts";

/** How long it waits before it looks again: doubled each time, from the first to the last. */
const FIRST_PAUSE_MS = 1000;
const LAST_PAUSE_MS = 60_000;
/** There is no file, or nothing behind it. */
const NOT_THERE: readonly string[] = ["ENOENT", "ENODEV", "ENXIO"];

export interface HardwareWatchdogParts {
  readonly platform: Pick<Platform, "now" | "openWatchdog" | "errnoText">;
  readonly log: Pick<Log, "info" | "error">;
  readonly device: string;
  /** undefined: none is wanted. */
  readonly timeoutMs: number | undefined;
}

export class HardwareWatchdog implements Timed {
  readonly #parts: HardwareWatchdogParts;
  #watchdog: MachineWatchdog | undefined;
  #due: Instant | undefined;
  /** Since it was found that there is none. */
  #pauseMs: number | undefined;

  constructor(parts: HardwareWatchdogParts) {
    this.#parts = parts;
  }

  /** Turns it on, unless it is. Without it the manager goes on all the same. */
  open(): void {
    const { platform, log, device, timeoutMs } = this.#parts;
    if (timeoutMs === undefined || this.#watchdog !== undefined) return;
    const opened = platform.openWatchdog(device, timeoutMs);
    if ("kind" in opened) return this.#notOpened(opened);
    this.#pauseMs = undefined;
    log.info(`The watchdog "${device}" resets the machine after ${opened.timeoutMs / 1000} s`);
    this.#watchdog = opened;
    this.#tell(platform.now());
  }

  next(): Instant | undefined {
    return this.#due;
  }

  runDue(now: Instant): void {
    if (this.#due === undefined || this.#due > now) return;
    if (this.#pauseMs === undefined) this.#tell(now);
    else this.open();
  }

  /** What comes now may take longer than it waits. */
  turnOff(): void {
    this.#watchdog?.turnOff();
    this.#watchdog = undefined;
    this.#due = undefined;
    this.#pauseMs = undefined;
  }

  #notOpened({ call, errno, message }: Failure): void {
    const { platform, log, device } = this.#parts;
    const isMissing = NOT_THERE.includes(platform.errnoText(errno).name);
    if (this.#pauseMs === undefined || !isMissing) {
      const next = isMissing ? ". It is used when it comes" : "";
      log.error(`Cannot use the watchdog "${device}": ${call}: ${message}${next}`);
    }
    this.#due = undefined;
    if (!isMissing) return;
    this.#pauseMs = Math.min(2 * (this.#pauseMs ?? FIRST_PAUSE_MS / 2), LAST_PAUSE_MS);
    this.#due = (platform.now() + this.#pauseMs) as Instant;
  }

  #tell(now: Instant): void {
    if (this.#watchdog === undefined) return;
    this.#watchdog.tell();
    this.#due = (now + this.#watchdog.timeoutMs / 2) as Instant;
  }
}
