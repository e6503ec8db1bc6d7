/**
 * How long a restart waits: `restart-delay`, which may grow with each restart in a row.
 *
 * Nothing here is left to chance: the part that jitter adds follows from the name of the service,
 * the number of the restart and the instant of the last launch. So a report replays with the same
 * delays, and services that died together, or machines that booted together, still part.
 */
import type { RestartBackoff, ServiceDescription } from "../description/contract/description.ts";
import type { Instant } from "../types.ts";
import type { ServiceRecord } from "./record/record.ts";

/** What a delay follows from. */
export interface DelayFacts {
  readonly name: string;
  readonly lastLaunch: Instant;
  /** Restarts in a row, the coming one included; 0: it is none. */
  readonly restartsInRow: number;
}

/** Smallest time between the last launch and the next one, in milliseconds. */
export function restartDelay(
  { restartDelayMs, backoff }: Pick<ServiceDescription, "restartDelayMs" | "backoff">,
  facts: DelayFacts,
): number {
  if (backoff === undefined) return restartDelayMs;
  const grown = grownDelay(restartDelayMs, backoff, Math.max(0, facts.restartsInRow - 1));
  return grown * (1 + backoff.jitter * fraction(facts));
}

function grownDelay(firstMs: number, backoff: RestartBackoff, growths: number): number {
  const { factor, stepMs, capMs } = backoff;
  // With a thousand growths a factor leads beyond all numbers: that is more than any cap, too.
  const grown = firstMs * factor ** growths + stepMs * growths;
  // A first delay of 0 times infinity is no number.
  return Number.isNaN(grown) ? capMs : Math.min(capMs, grown);
}

/**
 * The coming restart is one more in a row, unless the run before it was a good one. Counted only
 * where the delay grows.
 */
export function countRestart(now: Instant, service: ServiceRecord): void {
  const { backoff } = service.description;
  if (backoff === undefined) return;
  const before = wasGoodRun(now, service, backoff) ? 0 : service.restartsInRow;
  service.restartsInRow = Math.min(before + 1, MOST_COUNTED);
}

/** No delay is different after that many. */
const MOST_COUNTED = 1_000_000;

function wasGoodRun(
  now: Instant,
  { lastLaunch, history: { lastEndAt } }: ServiceRecord,
  { goodRunMs }: RestartBackoff,
): boolean {
  if (lastLaunch === undefined) return false;
  // One that is to stop because of a dependency still runs.
  const hasEnded = lastEndAt !== undefined && lastEndAt >= lastLaunch;
  return (hasEnded ? lastEndAt : now) - lastLaunch >= goodRunMs;
}

const BITS = new DataView(new ArrayBuffer(8));

/**
 * From 0 to less than 1. Source: FNV-1a with 32 bits (Fowler, Noll, Vo), and the last step of
 * MurmurHash3, so that what differs in its end is far from each other.
 */
function fraction({ name, lastLaunch, restartsInRow }: DelayFacts): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < name.length; at++) {
    hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193);
  }
  BITS.setFloat64(0, lastLaunch);
  for (const word of [BITS.getUint32(0), BITS.getUint32(4), restartsInRow]) {
    hash = Math.imul(hash ^ word, 0x01000193);
    hash = Math.imul(hash ^ (hash >>> 15), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
