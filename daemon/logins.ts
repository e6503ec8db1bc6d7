/**
 * Keeps utmp and wtmp up to date: the boot, and the terminals of services with inittab-id or
 * inittab-line. Written by the manager, so that children need no rights for it.
 */
import type { ServiceDescription } from "../core/description/description.ts";
import type { Pid } from "../core/types.ts";
import type { LoginRecord, Platform } from "../platform/mod.ts";
import type { Log } from "./log.ts";

/** Without the file, or for a manager that is not root, there is nothing to record. */
const EXPECTED = ["ENOENT", "EACCES", "EROFS", "ENOTDIR"];

export class Logins {
  readonly #platform: Platform;
  readonly #log: Log;
  #isBootRecorded = false;

  constructor(platform: Platform, log: Log) {
    this.#platform = platform;
    this.#log = log;
  }

  /** The first time only. */
  recordBoot(): void {
    if (this.#isBootRecorded) return;
    this.#isBootRecorded = true;
    this.#record({ kind: "boot" });
  }

  /** A main process was launched or has ended. */
  recordProcess(kind: "started" | "ended", description: ServiceDescription, pid: Pid): void {
    const { inittabId: id = "", inittabLine: line = "" } = description.attributes;
    if (id !== "" || line !== "") this.#record({ kind, id, line, pid });
  }

  #record(record: LoginRecord): void {
    const problem = this.#platform.recordLogin(record);
    if (problem === undefined) return;
    if (EXPECTED.includes(this.#platform.errnoText(problem.errno).name)) return;
    this.#log.warn(`Cannot write to utmp: ${problem.call}: ${problem.message}`);
  }
}
