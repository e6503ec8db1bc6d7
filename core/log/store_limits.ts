/** How much a log store keeps, and what has to go when that is exceeded: the oldest, always. */
import type { SegmentName } from "./store_names.ts";

/** Bounds of a store. */
export interface StoreLimits {
  /** Of all files together. */
  readonly totalBytes: number;
  /** Of those of a service that does not say. */
  readonly serviceBytes: number;
  /** What is older goes, some time later; 0: nothing is too old. */
  readonly ageMs: number;
}

export const USUAL_STORE_LIMITS: StoreLimits = {
  totalBytes: 128 * 1024 * 1024,
  serviceBytes: 16 * 1024 * 1024,
  ageMs: 0,
};

/** A file in a store. */
export interface StoredSegment extends SegmentName {
  readonly folder: string;
  readonly file: string;
  readonly sizeBytes: number;
}

/** So many files does a service's share have: one that goes takes so much of the past with it. */
const FILES_IN_SHARE = 4;
const FILES_IN_TOTAL = 8;
const LEAST_FILE_BYTES = 16 * 1024;
const MOST_FILE_BYTES = 8 * 1024 * 1024;
/** A file is begun anew after this part of the greatest age, which it may be too old by. */
const AGES_PER_FILE = 8;
/** 2001: a clock that tells less was not set when the file was begun. */
const CLOCK_IS_SET_MS = 1e12;

/** How large a file may become. @param serviceBytes Of its service. */
export function segmentBytes(limits: StoreLimits, serviceBytes: number): number {
  const wanted = Math.min(serviceBytes / FILES_IN_SHARE, limits.totalBytes / FILES_IN_TOTAL);
  return Math.floor(Math.min(MOST_FILE_BYTES, Math.max(LEAST_FILE_BYTES, wanted)));
}

/** How long a file may be written to, in milliseconds. */
export function segmentMs({ ageMs }: StoreLimits): number {
  return ageMs === 0 ? Infinity : ageMs / AGES_PER_FILE;
}

/** Which files have to go, the oldest first. */
export function segmentsToRemove(
  segments: readonly StoredSegment[],
  { limits, serviceBytesOf, nowMs }: {
    readonly limits: StoreLimits;
    /** Share of the service with this folder. */
    readonly serviceBytesOf: (folder: string) => number;
    readonly nowMs: number;
  },
): readonly StoredSegment[] {
  const oldestFirst = segments.toSorted(byAge);
  const removed = new Set<StoredSegment>();
  const oldestMs = nowMs - limits.ageMs - segmentMs(limits);
  for (const segment of oldestFirst) {
    const { begunMs } = segment;
    const isTooOld = limits.ageMs > 0 && begunMs < oldestMs && begunMs > CLOCK_IS_SET_MS;
    if (isTooOld) removed.add(segment);
  }
  const shares = new Map<string, number>();
  let totalBytes = 0;
  for (const segment of segments) {
    if (removed.has(segment)) continue;
    totalBytes += segment.sizeBytes;
    shares.set(segment.folder, (shares.get(segment.folder) ?? 0) + segment.sizeBytes);
  }
  for (const segment of oldestFirst) {
    const { folder, sizeBytes } = segment;
    const share = shares.get(folder) ?? 0;
    const isTooMuch = share > serviceBytesOf(folder) || totalBytes > limits.totalBytes;
    if (removed.has(segment) || !isTooMuch) continue;
    removed.add(segment);
    shares.set(folder, share - sizeBytes);
    totalBytes -= sizeBytes;
  }
  return oldestFirst.filter((segment) => removed.has(segment));
}

function byAge(one: StoredSegment, other: StoredSegment): number {
  return one.run - other.run || one.begunMs - other.begunMs || one.number - other.number;
}
