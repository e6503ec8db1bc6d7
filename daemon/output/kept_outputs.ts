/** Output pipes and log files as one manager hands them on to another. */
import { type KeptBuffer, LogBuffer } from "../../core/log/buffer.ts";
import type { LogCopies } from "../../core/description/mod.ts";
import type { KeptLineLimit, LineRate } from "../../core/log/line_limit.ts";
import type { Fd, ServiceName } from "../../core/types.ts";
import type { LeftBuffer } from "./kept_buffers.ts";
import type { LogFile } from "./log_file.ts";
import type { KeptLogFileEntry } from "./log_files.ts";
import type { Sink } from "./sink.ts";

/** A pipe, with who takes what comes out of it. */
export interface KeptPipe {
  readonly name: ServiceName;
  readonly readEnd: Fd;
  readonly writeEnd: Fd;
  readonly sink:
    | { readonly kind: "none" | "copies" }
    | { readonly kind: "buffer"; readonly buffer: KeptBuffer }
    /** `index` of its file among `files`. */
    | { readonly kind: "file"; readonly index: number };
  /** Undefined: its lines get no time. */
  readonly stamps: { readonly isInLine: boolean } | undefined;
  /** Not from managers without limits. */
  readonly limit?: { readonly rate: LineRate; readonly kept: KeptLineLimit } | undefined;
  /** What is wanted beside that; undefined: nothing. */
  readonly copies?: LogCopies | undefined;
}

/**
 * What is known of a pipe when its manager has died: the ends. Who takes what comes out follows
 * from the service's description.
 */
export interface LeftPipe {
  readonly name: ServiceName;
  readonly readEnd: Fd;
  readonly writeEnd: Fd;
  /** `none`: a consumer reads it. */
  readonly sink: Sink["kind"];
  /** By which it is found when the descriptors are gone: `LeftChannels.pipeNumber`. */
  readonly pipe: number | undefined;
}

/** The same, with what was in the buffer, if it goes to one. */
export interface LeftOutput extends LeftPipe {
  readonly buffer?: LeftBuffer | undefined;
}

/** All pipes and files as another manager goes on with them. */
export interface KeptOutputs {
  readonly files: readonly (KeptLogFileEntry & {
    /** Whose line has no end yet. */
    readonly unended: ServiceName | undefined;
  })[];
  readonly pipes: readonly KeptPipe[];
}

/** @param files In the order of {@linkcode KeptOutputs.files}. */
export function keptSink(sink: Sink, files: readonly LogFile[]): KeptPipe["sink"] {
  switch (sink.kind) {
    case "none":
    case "copies":
      return sink;
    case "buffer":
      return { kind: "buffer", buffer: sink.buffer.keep() };
    case "file":
      return { kind: "file", index: files.indexOf(sink.file) };
  }
}

/** @throws {Error} When its file is not among them. */
export function adoptedSink(kept: KeptPipe["sink"], files: readonly LogFile[]): Sink {
  switch (kept.kind) {
    case "none":
    case "copies":
      return { kind: kept.kind };
    case "buffer":
      return { kind: "buffer", buffer: LogBuffer.adopting(kept.buffer) };
    case "file": {
      const file = files[kept.index];
      if (file === undefined) throw new Error(`There is no log file ${kept.index}`);
      return { kind: "file", file };
    }
  }
}
