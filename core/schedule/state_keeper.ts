/**
 * Keeps the state of a scheduler in memory outside of the heap, as it changes: after each turn of
 * the loop what the turn has changed is put there. So it survives whoever keeps it.
 */
import type { Changes } from "../service/effects/changes.ts";
import type { ConsoleQueue } from "../service/effects/console_queue.ts";
import { putDescription } from "../state/description_block.ts";
import type { KeptBlocks } from "../state/kept_blocks.ts";
import { KIND } from "../state/kinds.ts";
import { putLink } from "../state/link_block.ts";
import { putService } from "../state/service_block.ts";
import {
  putConsole,
  putCounters,
  putShutdown,
  type WrittenCounters,
} from "../state/whole_block.ts";
import type { ShutdownWatch } from "./shutdown/shutdown_watch.ts";

/** What a keeper looks at. */
export interface KeptParts {
  readonly changes: Changes;
  readonly console: Pick<ConsoleQueue, "changeCount" | "written">;
  readonly shutdown: Pick<ShutdownWatch, "changeCount" | "written">;
  readonly counters: () => WrittenCounters;
}

export class StateKeeper {
  readonly #parts: KeptParts;
  #blocks: KeptBlocks;
  /** What was put of the whole. */
  #counters: WrittenCounters;
  #consoleCount: number;
  #shutdownCount: number;

  /** @param blocks All that the scheduler is, committed. */
  constructor(blocks: KeptBlocks, parts: KeptParts) {
    this.#parts = parts;
    this.#blocks = blocks;
    this.#counters = parts.counters();
    this.#consoleCount = parts.console.changeCount;
    this.#shutdownCount = parts.shutdown.changeCount;
    parts.changes.begin();
    parts.changes.clear();
  }

  /** Others may put blocks of their own kinds there. */
  get blocks(): KeptBlocks {
    return this.#blocks;
  }

  /**
   * Puts what has changed. It counts from the next commit of the blocks on, which is the caller's.
   *
   * @returns False when there is no room left: {@link moveTo} larger memory, and put again.
   */
  put(): boolean {
    const { changes } = this.#parts;
    if (!changes.isEmpty) {
      if (!this.#putServices(changes) || !this.#putGone(changes)) return false;
      changes.clear();
    }
    return this.#putWhole();
  }

  /**
   * Goes on in other memory. Nothing counts there before the next commit, so the old memory is what
   * a reader must find till then.
   *
   * @returns False when it is too small; then nothing has changed.
   */
  moveTo(memory: Uint8Array): boolean {
    const moved = this.#blocks.moved(memory);
    if (moved === undefined) return false;
    this.#blocks = moved;
    return true;
  }

  #putServices({ described, services, links }: Changes): boolean {
    const blocks = this.#blocks;
    for (const service of described) {
      if (!putDescription(blocks, service)) return false;
    }
    for (const service of services) {
      if (!putService(blocks, service)) return false;
    }
    for (const link of links) {
      if (!putLink(blocks, link)) return false;
    }
    return true;
  }

  /** After the others: what has changed may be gone since. */
  #putGone({ goneServices, goneLinks }: Changes): boolean {
    const blocks = this.#blocks;
    for (const { id } of goneServices) {
      if (!blocks.remove(KIND.description, id) || !blocks.remove(KIND.service, id)) return false;
    }
    for (const { number } of goneLinks) {
      if (!blocks.remove(KIND.link, number)) return false;
    }
    return true;
  }

  #putWhole(): boolean {
    const { console, shutdown } = this.#parts;
    const counters = this.#parts.counters();
    if (!areSame(counters, this.#counters)) {
      if (!putCounters(this.#blocks, counters)) return false;
      this.#counters = counters;
    }
    if (console.changeCount !== this.#consoleCount) {
      if (!putConsole(this.#blocks, console.written())) return false;
      this.#consoleCount = console.changeCount;
    }
    if (shutdown.changeCount !== this.#shutdownCount) {
      if (!putShutdown(this.#blocks, shutdown.written())) return false;
      this.#shutdownCount = shutdown.changeCount;
    }
    return true;
  }
}

function areSame(one: WrittenCounters, other: WrittenCounters): boolean {
  return one.nextTimer === other.nextTimer && one.lastService === other.lastService &&
    one.lastLink === other.lastLink && one.isShuttingDown === other.isShuttingDown &&
    one.isHeld === other.isHeld;
}
