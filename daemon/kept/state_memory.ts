/**
 * The manager's state outside the heap, as it changes: after each turn of the loop what the turn
 * has changed is put there, and counts at once. Memory that becomes too small is exchanged for
 * larger one, filled first.
 *
 * When there is none to be had, nothing is kept any more, and nothing is found either: an old state
 * would have services started twice.
 */
import type { ProcessRole } from "../../core/event.ts";
import type { Scheduler } from "../../core/schedule/scheduler.ts";
import type { StateKeeper } from "../../core/schedule/state_keeper.ts";
import type { Pid, ServiceId } from "../../core/types.ts";
import type { Failure, KeptMemory, Platform } from "../../platform/mod.ts";
import type { FactSource } from "./facts.ts";
import { LaunchJournal } from "./launch_journal.ts";

/** What it works with. */
export interface StateMemoryParts {
  readonly memory: Pick<KeptMemory, "begin" | "publish" | "retract">;
  readonly scheduler: Pick<Scheduler, "keepIn">;
  /** What else is kept. */
  readonly sources: readonly FactSource[];
  readonly platform: Pick<Platform, "processClockMs">;
  /** Called once, when nothing is kept any more. @param why The end of a sentence. */
  readonly lost: (why: string) => void;
}

/** Told of launches, at the moment. */
export interface LaunchNotes {
  /** A child is about to be made. */
  begin(service: ServiceId, role: ProcessRole): void;
  /** The child of the launch begun last is there. */
  made(pid: Pid): void;
  /** There is no child. */
  failed(): void;
}

/** Holds a manager with some tens of services, and is as little as there can be. */
const FIRST_BYTES = 65_536;

interface Keeping {
  readonly keeper: StateKeeper;
  readonly journal: LaunchJournal;
}

export class StateMemory implements LaunchNotes {
  readonly #parts: StateMemoryParts;
  #bytes: number;
  /** undefined: it was lost. */
  #keeping: Keeping | undefined;
  /** Blocks lie in memory that does not count yet. */
  #isMoved = true;

  private constructor(parts: StateMemoryParts, keeping: Keeping, bytes: number) {
    this.#parts = parts;
    this.#keeping = keeping;
    this.#bytes = bytes;
  }

  /**
   * Puts all that there is; from then on a successor finds it.
   *
   * @returns Why it cannot be kept. What was found in the memory is there then still.
   */
  static begin(parts: StateMemoryParts): StateMemory | Failure {
    const { memory, scheduler, sources } = parts;
    for (let bytes = FIRST_BYTES;; bytes *= 2) {
      const region = memory.begin(bytes);
      if ("kind" in region) return region;
      const keeper = scheduler.keepIn(region);
      const journal = keeper && LaunchJournal.in(keeper.blocks);
      if (keeper === undefined || journal === undefined) continue;
      for (const source of sources) source.begin();
      const made = new StateMemory(parts, { keeper, journal }, bytes);
      made.keep();
      return made;
    }
  }

  /** To be called when a turn of the loop has done all, before it waits. */
  keep(): void {
    const keeping = this.#keeping;
    if (keeping === undefined) return;
    while (!this.#put(keeping, true)) {
      if (!this.#enlarge(keeping)) return;
    }
    this.#commit(keeping);
  }

  begin(service: ServiceId, role: ProcessRole): void {
    const keeping = this.#keeping;
    if (keeping === undefined) return;
    if (keeping.journal.isFull) this.#keepFacts(keeping);
    keeping.journal.begin(service, role, this.#parts.platform.processClockMs());
  }

  made(pid: Pid): void {
    this.#keeping?.journal.made(pid);
  }

  failed(): void {
    this.#keeping?.journal.failed();
  }

  /** In the middle of a turn: the scheduler may not be done with what it is at. */
  #keepFacts(keeping: Keeping): void {
    while (!this.#put(keeping, false)) {
      if (!this.#enlarge(keeping)) return keeping.journal.clear();
    }
    this.#commit(keeping);
  }

  /** @returns False when there is no room left. */
  #put({ keeper }: Keeping, withScheduler: boolean): boolean {
    if (withScheduler && !keeper.put()) return false;
    const { sources } = this.#parts;
    // By index: without V8's compilers, the other loop takes longer than its body.
    for (let at = 0; at < sources.length; at++) {
      const source = sources[at];
      if (source !== undefined && !source.isPut && !source.put(keeper.blocks)) return false;
    }
    return true;
  }

  #commit({ keeper, journal }: Keeping): void {
    keeper.blocks.commit();
    if (this.#isMoved) {
      this.#isMoved = false;
      this.#parts.memory.publish();
    }
    journal.clear();
  }

  /** @returns False when there is no larger memory: then it was lost. */
  #enlarge({ keeper, journal }: Keeping): boolean {
    const { memory, lost } = this.#parts;
    for (;;) {
      this.#bytes *= 2;
      const region = memory.begin(this.#bytes);
      if ("kind" in region) {
        this.#keeping = undefined;
        memory.retract();
        lost(region.message);
        return false;
      }
      this.#isMoved = true;
      if (keeper.moveTo(region) && journal.moveTo(keeper.blocks)) return true;
    }
  }
}
