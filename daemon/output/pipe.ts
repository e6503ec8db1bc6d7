/**
 * The pipe between a service and what takes its output.
 */
import type { LineStamper } from "../../core/log/line_stamper.ts";
import type { Fd } from "../../core/types.ts";
import type { Failure, Platform } from "../../platform/mod.ts";
import type { Sink } from "./sink.ts";

export interface OutputPipe {
  readonly readEnd: Fd;
  readonly writeEnd: Fd;
  sink: Sink;
  stamper: LineStamper | undefined;
  /** Not read for now: it flooded, or its file cannot take more. */
  isParked: boolean;
  /** Bytes read since the pacer's window began that ends at `windowEnd`. */
  windowBytes: number;
  windowEnd: number;
}

/**
 * Makes a pipe; its read end is watched unless somebody else reads it. The caller owns both ends.
 */
export function makeOutputPipe(platform: Platform, sink: Sink): OutputPipe | Failure {
  const ends = platform.pipe();
  if (ends.kind === "failure") return ends;
  const { readEnd, writeEnd } = ends;
  // Programs do not expect that writing fails because a reader is slow, nor reading for want of
  // text.
  platform.setBlocking(writeEnd, true);
  if (sink.kind === "none") platform.setBlocking(readEnd, true);
  const failure = sink.kind === "none"
    ? undefined
    : platform.poller.watch(readEnd, { read: true, write: false });
  if (failure !== undefined) {
    platform.close(readEnd);
    platform.close(writeEnd);
    return failure;
  }
  // Whoever writes to a pipe that nobody has open dies of it.
  if (sink.kind !== "none") platform.lastResort.keep(readEnd, true);
  return {
    readEnd,
    writeEnd,
    sink,
    stamper: undefined,
    isParked: false,
    windowBytes: 0,
    windowEnd: 0,
  };
}

/** Unwatch it first. */
export function closeOutputPipe(platform: Platform, { readEnd, writeEnd }: OutputPipe): void {
  platform.lastResort.keep(readEnd, false);
  platform.close(readEnd);
  platform.close(writeEnd);
}
