/**
 * Nothing is started any more, for a while: somebody else ends all processes and then the machine's
 * run, and services that come back would be in the way of that.
 *
 * Stop commands are not run either, and no time limit of a service passes meanwhile: whoever asked
 * for it kills what does not end. A shutdown that is asked of the manager itself ends the hold.
 */
import type { Event } from "../../core/event.ts";
import type { SchedulerApi } from "../../core/schedule/api.ts";
import type { LaunchQueue } from "./queue.ts";
import type { Log } from "../output/log.ts";

export interface LaunchHoldParts {
  readonly launches: Pick<LaunchQueue, "hold" | "release" | "isHeld">;
  readonly scheduler: Pick<SchedulerApi, "description">;
  readonly log: Pick<Log, "announce">;
  /** Events that are to be applied before any deadline is. */
  readonly report: (event: Event) => void;
}

export class LaunchHold {
  readonly #parts: LaunchHoldParts;

  constructor(parts: LaunchHoldParts) {
    this.#parts = parts;
  }

  get isHeld(): boolean {
    return this.#parts.launches.isHeld;
  }

  hold(): void {
    const { launches, log, report } = this.#parts;
    if (launches.isHeld) return;
    launches.hold();
    report({ kind: "hold", isHeld: true });
    log.announce("warn", "Received SIGTSTP: nothing is started any more, until SIGHUP");
  }

  /** Goes on where it was; nothing when it was not held. */
  resume(): void {
    const { launches, scheduler, log, report } = this.#parts;
    if (!launches.isHeld) return;
    log.announce("warn", "Services are started again");
    for (const { service, role } of launches.release()) {
      const { startTimeoutMs, stopTimeoutMs } = scheduler.description(service);
      const timeoutMs = role === "start" ? startTimeoutMs : stopTimeoutMs;
      if (timeoutMs > 0) report({ kind: "extend-timeout", service, timeoutMs });
    }
    report({ kind: "hold", isHeld: false });
  }
}
