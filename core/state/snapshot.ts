/**
 * A scheduler's state put aside in little time, for somebody who may want its bytes later: what
 * changes is copied, descriptions are kept as they are, since nobody changes one.
 */
import { KeptBlocks, SMALLEST_REGION } from "./kept_blocks.ts";
import { putLink } from "./link_block.ts";
import { putService } from "./service_block.ts";
import { putConsole, putCounters, putShutdown } from "./whole_block.ts";
import { type Described, putDescription } from "./description_block.ts";
import { putHeader, type SchedulerState } from "./writing.ts";

/** A state at one moment. */
export interface Snapshot {
  readonly blocks: KeptBlocks;
  readonly described: readonly Described[];
}

/** What most services need without their descriptions, and with it. */
const USUAL_BYTES = 320;
const USUAL_BYTES_DESCRIBED = 1024;

/** Copies what may change. */
export function takeSnapshot(state: SchedulerState): Snapshot {
  const { services } = state;
  const described = services.map(({ id, name, presence, description }) => ({
    ...{ id, name, presence, description },
  }));
  for (let size = SMALLEST_REGION + USUAL_BYTES * services.length;; size *= 2) {
    const blocks = new KeptBlocks(new Uint8Array(size));
    if (putChanging(blocks, state)) return { blocks, described };
  }
}

function putChanging(blocks: KeptBlocks, state: SchedulerState): boolean {
  return putCounters(blocks, state.counters) && putConsole(blocks, state.console) &&
    putShutdown(blocks, state.shutdown) &&
    state.services.every((service) =>
      putService(blocks, service) && service.links.every((link) => putLink(blocks, link))
    );
}

/**
 * The bytes of a state, as `Scheduler.restored` takes them.
 *
 * @param described What is to be written of each service in place of its description.
 */
export function snapshotBytes(
  snapshot: Snapshot,
  described: (service: Described) => Described,
): Uint8Array {
  const services = snapshot.described.map(described);
  const least = snapshot.blocks.bytes.length + USUAL_BYTES_DESCRIBED * services.length;
  for (let size = SMALLEST_REGION + least;; size *= 2) {
    const blocks = snapshot.blocks.moved(new Uint8Array(size));
    if (blocks === undefined || !putHeader(blocks)) continue;
    if (services.every((service) => putDescription(blocks, service))) return blocks.sealed();
  }
}
