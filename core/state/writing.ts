/**
 * All that a scheduler is, put into blocks.
 */
import type { WrittenConsole } from "../service/effects/console_queue.ts";
import type { ServiceRecord } from "../service/record/record.ts";
import { putDescription, putDescriptions } from "./description_block.ts";
import { headerBytes } from "./header_block.ts";
import { KeptBlocks, SMALLEST_REGION } from "./kept_blocks.ts";
import { KIND } from "./kinds.ts";
import { putLink } from "./link_block.ts";
import { putService } from "./service_block.ts";
import {
  putConsole,
  putCounters,
  putShutdown,
  type WrittenCounters,
  type WrittenShutdown,
} from "./whole_block.ts";

/** A scheduler between two calls. */
export interface SchedulerState {
  /** All records, placeholders included, in ascending order of their numbers. */
  readonly services: readonly ServiceRecord[];
  readonly counters: WrittenCounters;
  readonly console: WrittenConsole;
  readonly shutdown: WrittenShutdown;
}

/** @returns False when there is no room left. */
export function putHeader(blocks: KeptBlocks): boolean {
  return blocks.put(KIND.header, 0, headerBytes());
}

/**
 * @param descriptions As blocks of their own, or many together, which is for memory that is kept.
 * @returns False when there is no room left.
 */
export function putState(
  blocks: KeptBlocks,
  state: SchedulerState,
  descriptions: "each" | "together",
): boolean {
  return putHeader(blocks) && putCounters(blocks, state.counters) &&
    putConsole(blocks, state.console) && putShutdown(blocks, state.shutdown) &&
    (descriptions === "each"
      ? state.services.every((service) => putDescription(blocks, service))
      : putDescriptions(blocks, state.services)) &&
    state.services.every((service) =>
      putService(blocks, service) && service.links.every((link) => putLink(blocks, link))
    );
}

/** What most services need, description included. */
const USUAL_BYTES = 1024;

/** A scheduler as one piece of bytes, sealed. */
export function writeState(state: SchedulerState): Uint8Array {
  for (let size = SMALLEST_REGION + USUAL_BYTES * state.services.length;; size *= 2) {
    const blocks = new KeptBlocks(new Uint8Array(size));
    if (putState(blocks, state, "each")) return blocks.sealed();
  }
}
