/**
 * Time zones: what the clocks of a place show at an instant, and which instants show a time.
 *
 * Where the data come from is not known here: `tzif.ts` makes a zone of the file of one, and who
 * needs it reads the file. Why not by `Intl`: docs/design/0038.
 */
import { SECOND_MICROS } from "./civil.ts";

/** What holds in a zone at an instant. */
export interface ZoneTime {
  /** What the clocks there show minus UTC. */
  readonly offsetSeconds: number;
  /** `CET`, `UTC`, `+07`. */
  readonly abbreviation: string;
}

export interface Zone {
  /** @param seconds Since 1970-01-01 00:00:00 UTC; whole. */
  at(seconds: number): ZoneTime;
}

const UTC_TIME: ZoneTime = { offsetSeconds: 0, abbreviation: "UTC" };

export const UTC: Zone = { at: () => UTC_TIME };

/** Instants in microseconds since 1970-01-01 00:00:00 UTC. */
export type LocalInstants =
  /** One, or two where the clocks are put back; in order. */
  | { readonly kind: "instants"; readonly micros: readonly number[] }
  /** The clocks leave the time out; they go on with this one, in microseconds by the clock. */
  | { readonly kind: "gap"; readonly endMicros: number };

/**
 * More than any two offsets are apart (26 hours), so that before and after a change are looked at;
 * two changes within such a time happened nowhere.
 */
const APART_SECONDS = 30 * 3600;

/**
 * What most times are: the one instant of a time near which no clocks are changed, in microseconds
 * since 1970-01-01 00:00:00 UTC. Undefined: {@linkcode localInstants} knows.
 *
 * @param local As there.
 */
export function plainInstant(local: number, zone: Zone): number | undefined {
  const seconds = Math.floor(local / SECOND_MICROS);
  const before = zone.at(seconds - APART_SECONDS).offsetSeconds;
  const isPlain = before === zone.at(seconds + APART_SECONDS).offsetSeconds;
  return isPlain ? local - before * SECOND_MICROS : undefined;
}

/** @param local Microseconds since 1970-01-01 00:00:00 by the clocks of the zone. */
export function localInstants(local: number, zone: Zone): LocalInstants {
  const plain = plainInstant(local, zone);
  if (plain !== undefined) return { kind: "instants", micros: [plain] };
  const seconds = Math.floor(local / SECOND_MICROS);
  const before = zone.at(seconds - APART_SECONDS).offsetSeconds;
  const after = zone.at(seconds + APART_SECONDS).offsetSeconds;
  const isShown = (offset: number) => zone.at(seconds - offset).offsetSeconds === offset;
  const offsets = [before, after].filter(isShown);
  if (offsets.length > 0) {
    const micros = offsets.map((offset) => local - offset * SECOND_MICROS);
    return { kind: "instants", micros: micros.toSorted((a, b) => a - b) };
  }
  return { kind: "gap", endMicros: gapEnd(zone, seconds, before) * SECOND_MICROS };
}

/** What the clocks show first after the change, in seconds. */
function gapEnd(zone: Zone, localSeconds: number, before: number): number {
  let low = localSeconds - APART_SECONDS;
  let high = localSeconds + APART_SECONDS;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (zone.at(middle).offsetSeconds === before) low = middle;
    else high = middle;
  }
  return high + zone.at(high).offsetSeconds;
}
