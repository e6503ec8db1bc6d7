/**
 * The pipe between a service and what takes its output.
 */
import type { LineLimit } from "../../core/log/line_limit.ts";
import type { LineStamper } from "../../core/log/line_stamper.ts";
import type { Fd } from "../../core/types.ts";
import type { Failure, Platform } from "../../platform/mod.ts";
import type { OutputCopy } from "./output_copies.ts";
import type { Sink } from "./sink.ts";

export interface OutputPipe {
  readonly readEnd: Fd;
  readonly writeEnd: Fd;
  sink: Sink;
  stamper: LineStamper | undefined;
  /** What may pass; undefined: everything. */
  limit: LineLimit | undefined;
  /** Gets all that the sink gets. */
  copy: OutputCopy | undefined;
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
  outliveCrash(platform, { readEnd, writeEnd }, sink);
  return {
    readEnd,
    writeEnd,
    sink,
    stamper: undefined,
    limit: undefined,
    copy: undefined,
    isParked: false,
    windowBytes: 0,
    windowEnd: 0,
  };
}

/**
 * Whoever writes to a pipe that nobody has open dies of it, and what nobody has read is lost when
 * both ends are closed.
 */
export function outliveCrash(
  { lastResort }: Pick<Platform, "lastResort">,
  { readEnd, writeEnd }: Pick<OutputPipe, "readEnd" | "writeEnd">,
  sink: Pick<Sink, "kind">,
): void {
  lastResort.keep(readEnd, true);
  lastResort.keep(writeEnd, true);
  if (sink.kind !== "none") lastResort.empty(readEnd, true);
}

/** Unwatch it first. */
export function closeOutputPipe(platform: Platform, { readEnd, writeEnd }: OutputPipe): void {
  const { lastResort } = platform;
  lastResort.keep(readEnd, false);
  lastResort.keep(writeEnd, false);
  lastResort.empty(readEnd, false);
  platform.close(readEnd);
  platform.close(writeEnd);
}
