/**
 * Processes that a manager which died has launched and that nobody has asked for since: they are
 * ended, and until they are gone nothing else is launched for their services.
 */
import type { Instant, Pid, ServiceId } from "../../core/types.ts";
import type { Platform } from "../../platform/mod.ts";
import { FACT_KIND, Facts } from "../kept/facts.ts";
import type { SpawnCommand } from "./queue.ts";
import { earliestDue, type Timed } from "../time/timed.ts";

/** Of services without a stop timeout: nobody who could be asked waits for them. */
const LONGEST_WAIT_MS = 10_000;

/** What a manager that comes later knows of one. */
export interface LeftoverFact {
  readonly service: ServiceId;
  /** When it had this number, by the clock that processes are dated by. */
  readonly seenMs: number;
}

/** What it works with. */
export interface LeftoverParts {
  readonly platform: Pick<
    Platform,
    "childState" | "now" | "poller" | "processClockMs" | "signal" | "signalNumber"
  >;
  /** What waited is to be launched now. */
  readonly launch: (command: SpawnCommand) => void;
}

interface Leftover extends LeftoverFact {
  /** When it is killed. */
  due: Instant;
}

export class Leftovers implements Timed {
  readonly #parts: LeftoverParts;
  readonly #all = new Map<Pid, Leftover>();
  /** By PID. */
  readonly facts = new Facts<LeftoverFact>(FACT_KIND.leftover, this.#all);
  #waiting: SpawnCommand[] = [];

  constructor(parts: LeftoverParts) {
    this.#parts = parts;
  }

  /** Begins to end a process. @param stopTimeoutMs 0: none. */
  end(pid: Pid, service: ServiceId, stopTimeoutMs: number): void {
    const { platform } = this.#parts;
    const waitMs = stopTimeoutMs > 0 ? stopTimeoutMs : LONGEST_WAIT_MS;
    const due = platform.now() + waitMs as Instant;
    this.#all.set(pid, { service, seenMs: platform.processClockMs(), due });
    this.facts.note(pid);
    // Of a child its end is noticed anyway.
    if (platform.childState(pid) === "foreign") platform.poller.watchProcess(pid);
    this.#signal(pid, "TERM");
    this.#signal(pid, "CONT");
  }

  /** @returns Whether the launch has to wait; it comes by itself then. */
  holdsBack(command: SpawnCommand): boolean {
    if (this.#all.size === 0 || !this.#isLeftOf(command.service)) return false;
    this.#waiting.push(command);
    return true;
  }

  /** A process has ended that is no service's. */
  ended(pid: Pid): void {
    const leftover = this.#all.get(pid);
    if (leftover === undefined) return;
    this.#all.delete(pid);
    this.facts.note(pid);
    if (this.#isLeftOf(leftover.service)) return;
    const due = this.#waiting.filter(({ service }) => service === leftover.service);
    this.#waiting = this.#waiting.filter(({ service }) => service !== leftover.service);
    for (const command of due) this.#parts.launch(command);
  }

  /** The record is gone. */
  forget(service: ServiceId): void {
    this.#waiting = this.#waiting.filter((command) => command.service !== service);
  }

  next(): Instant | undefined {
    return this.#all.size === 0 ? undefined : earliestDue(this.#all.values());
  }

  runDue(now: Instant): void {
    for (const [pid, leftover] of this.#all) {
      if (leftover.due > now) continue;
      leftover.due = Infinity as Instant;
      this.#signal(pid, "KILL");
    }
  }

  #isLeftOf(service: ServiceId): boolean {
    for (const leftover of this.#all.values()) {
      if (leftover.service === service) return true;
    }
    return false;
  }

  #signal(pid: Pid, name: "TERM" | "CONT" | "KILL"): void {
    const { platform } = this.#parts;
    const number = platform.signalNumber(name);
    if (number !== undefined) platform.signal(pid, number, "group");
  }
}
