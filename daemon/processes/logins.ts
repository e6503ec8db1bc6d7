/**
 * Keeps utmp and wtmp up to date: the boot, and the terminals of services with inittab-id or
 * inittab-line. Written by the manager, so that children need no rights for it.
 *
 * While another process has the files locked, records wait, in their order; a lock that is held for
 * longer than the C library itself would wait for it (10 seconds) costs them.
 */
import type { ServiceDescription } from "../../core/description/mod.ts";
import type { Instant, Pid, ServiceName } from "../../core/types.ts";
import type { LoginRecord, Platform } from "../../platform/mod.ts";
import type { Log } from "../output/log.ts";
import { FACT_KIND, Facts, type FactWriter, putTagged } from "../kept/facts.ts";
import type { Timers } from "../time/timers.ts";

/** Without the file, or for a manager that is not root, there is nothing to record. */
const EXPECTED = ["ENOENT", "EACCES", "EROFS", "ENOTDIR"];

const RETRY_MS = 50;
const LONGEST_WAIT_MS = 10_000;
const MOST_WAITING = 256;

/** Records that wait, and who is recorded, as another manager goes on with them. */
export interface KeptLogins {
  readonly recorded: ReadonlyMap<ServiceName, Pid>;
  readonly waiting: readonly LoginRecord[];
  readonly isBootRecorded: boolean;
}

export class Logins {
  readonly #platform: Platform;
  readonly #log: Log;
  readonly #timers: Timers;
  /**
   * The process in the record of a service's terminal: the one that was launched, whoever is the
   * main one now.
   */
  readonly #recorded = new Map<ServiceName, Pid>();
  readonly #waiting: LoginRecord[] = [];
  #isBootRecorded = false;
  /** All of it, as one. */
  readonly facts: Facts<Logins>;
  #giveUpAt: Instant | undefined;

  constructor(platform: Platform, log: Log, timers: Timers) {
    this.#platform = platform;
    this.#log = log;
    this.#timers = timers;
    const write: FactWriter<Logins> = (blocks, kind, number, logins) =>
      putTagged(blocks, kind, number, logins.keep());
    this.facts = new Facts(FACT_KIND.logins, new Map([[0, this as Logins]]), write);
  }

  /** The first time only. */
  recordBoot(): void {
    if (this.#isBootRecorded) return;
    this.#isBootRecorded = true;
    this.facts.note(0);
    this.#record({ kind: "boot" });
  }

  /** A main process was launched or has ended. */
  recordProcess(kind: "started" | "ended", description: ServiceDescription, pid: Pid): void {
    const { inittabId: id = "", inittabLine: line = "" } = description.attributes;
    if (id === "" && line === "") return;
    const { name } = description;
    if (kind === "started") {
      this.#recorded.set(name, pid);
      return this.#record({ kind, id, line, pid });
    }
    const recorded = this.#recorded.get(name) ?? pid;
    this.#recorded.delete(name);
    this.#record({ kind, id, line, pid: recorded });
    // It may have written a record of its own since it took the first one's place.
    if (pid !== recorded) this.#record({ kind, id, line, pid });
  }

  /** For {@linkcode adopt}. */
  keep(): KeptLogins {
    return {
      recorded: this.#recorded,
      waiting: this.#waiting,
      isBootRecorded: this.#isBootRecorded,
    };
  }

  /** Goes on where another manager was; what waits is written soon. */
  adopt({ recorded, waiting, isBootRecorded }: KeptLogins): void {
    for (const [name, pid] of recorded) this.#recorded.set(name, pid);
    this.#waiting.push(...waiting);
    this.#isBootRecorded = isBootRecorded;
    if (waiting.length > 0) this.#tryLater();
  }

  #record(record: LoginRecord): void {
    if (this.#waiting.length >= MOST_WAITING) return;
    this.facts.note(0);
    this.#waiting.push(record);
    if (this.#waiting.length === 1) this.#writeWaiting();
  }

  #writeWaiting(): void {
    for (;;) {
      const record = this.#waiting[0];
      if (record === undefined) {
        this.#giveUpAt = undefined;
        return;
      }
      const problem = this.#platform.recordLogin(record);
      const error = problem && this.#platform.errnoText(problem.errno).name;
      if (error === "EAGAIN") return this.#tryLater();
      this.#waiting.shift();
      this.facts.note(0);
      if (problem === undefined || error === undefined || EXPECTED.includes(error)) continue;
      this.#log.warn(`Cannot write to utmp: ${problem.call}: ${problem.message}`);
    }
  }

  #tryLater(): void {
    const now = this.#platform.now();
    this.#giveUpAt ??= now + LONGEST_WAIT_MS as Instant;
    if (now < this.#giveUpAt) {
      return this.#timers.at(now + RETRY_MS as Instant, () => this.#writeWaiting());
    }
    const count = this.#waiting.length;
    this.#waiting.length = 0;
    this.facts.note(0);
    this.#giveUpAt = undefined;
    this.#log.warn(
      `Cannot write to utmp: another process has it locked for ${
        LONGEST_WAIT_MS / 1000
      } seconds; ` +
        `${count} records are lost`,
    );
  }
}
