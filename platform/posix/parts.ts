/**
 * The parts that all else is built with.
 */
import type { StatusCalls } from "./files/file_status.ts";
import { type Files, posixFiles } from "./files/files.ts";
import type { PosixKernel } from "./kernel/kernel.ts";
import { posixSignalMask, type SignalMask } from "./processes/signal_mask.ts";
import { posixStreams, type Streams } from "./descriptors/streams.ts";

export interface PosixParts {
  readonly streams: Streams;
  readonly status: StatusCalls;
  readonly files: Files;
  readonly mask: SignalMask;
}

/** @param status The system's own way to tell of files. */
export function posixParts(kernel: PosixKernel, status: StatusCalls): PosixParts {
  const streams = posixStreams(kernel);
  const files = posixFiles(kernel, streams, status);
  return { streams, status, files, mask: posixSignalMask(kernel) };
}
