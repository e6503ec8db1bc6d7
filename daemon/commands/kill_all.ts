/** TERM to every process, KILL a second later: what services with kill-all-on-stop do to others. */
import type { Event } from "../../core/event.ts";
import type { Instant, ServiceId } from "../../core/types.ts";
import type { Platform } from "../../platform/mod.ts";
import { askAllToEnd } from "../processes/end_signal.ts";
import type { Timers } from "../time/timers.ts";

/** Between TERM and KILL to every process. */
const KILL_ALL_DELAY_MS = 1000;

/** What it works with. */
export interface KillAllParts {
  readonly platform: Pick<Platform, "now" | "signalAll" | "signalNumber">;
  readonly timers: Pick<Timers, "at">;
  readonly report: (event: Event) => void;
}

/** KILLs that are still to come, as another manager goes on with them. */
export type KeptKills = ReadonlyMap<ServiceId, Instant>;

export class KillAll {
  readonly #parts: KillAllParts;
  readonly #due = new Map<ServiceId, Instant>();

  constructor(parts: KillAllParts) {
    this.#parts = parts;
  }

  begin(service: ServiceId): void {
    const { platform } = this.#parts;
    askAllToEnd(platform);
    this.#killAt(service, (platform.now() + KILL_ALL_DELAY_MS) as Instant);
  }

  /** For {@linkcode adopt}. */
  keep(): KeptKills {
    return this.#due;
  }

  /** Goes on where another manager was. */
  adopt(kept: KeptKills): void {
    for (const [service, due] of kept) this.#killAt(service, due);
  }

  #killAt(service: ServiceId, due: Instant): void {
    const { platform, timers, report } = this.#parts;
    this.#due.set(service, due);
    timers.at(due, () => {
      this.#due.delete(service);
      platform.signalAll(platform.signalNumber("KILL") ?? 9);
      report({ kind: "all-killed", service });
    });
  }
}
