/**
 * What takes the output of a service that does not go to its log file by itself, and what asks for
 * which.
 */
import type { LogTarget, ServiceDescription } from "../../core/description/mod.ts";
import type { LogBuffer } from "../../core/log/buffer.ts";
import type { LogFile } from "./log_file.ts";
import type { LogFileTarget } from "./log_file_target.ts";

type FileTarget = Extract<LogTarget, { kind: "file" }>;

/** Who takes what is read from a pipe; with `none` somebody else reads it. */
export type Sink =
  | { readonly kind: "none" }
  | { readonly kind: "buffer"; readonly buffer: LogBuffer }
  | { readonly kind: "file"; readonly file: LogFile }
  /** Nobody, but what takes copies of all. */
  | { readonly kind: "copies" };

/** Whether the manager writes the file, for the sake of what the service itself could not do. */
export function isManaged(log: FileTarget): boolean {
  return log.rotation !== undefined || log.timestamps;
}

/**
 * What takes the output as it is described; undefined: no pipe is needed.
 *
 * @param isLimited There is a bound to how much of it may come.
 */
export function sinkKind(
  log: LogTarget,
  { isCopied, isLimited }: { readonly isCopied: boolean; readonly isLimited: boolean },
): Sink["kind"] | undefined {
  switch (log.kind) {
    case "none":
      return isCopied ? "copies" : undefined;
    case "pipe":
      return "none";
    case "buffer":
      return "buffer";
    case "file":
      return isManaged(log) || isCopied || isLimited ? "file" : undefined;
  }
}

/** A relative path is relative to the working directory of the service. */
export function targetOf(
  { workingDirectory, attributes }: ServiceDescription,
  log: FileTarget,
): LogFileTarget {
  const { path, mode, uid, gid, rotation } = log;
  const { runAs } = attributes;
  return {
    path: path.startsWith("/") ? path : `${workingDirectory}/${path}`,
    mode,
    uid,
    gid,
    serviceUser: runAs.kind === "manager" ? undefined : runAs.uid,
    rotation,
  };
}

/** What grows by what is taken, in bytes; −1: nothing. */
export function sizeOf(sink: Sink): number {
  switch (sink.kind) {
    case "none":
    case "copies":
      return -1;
    case "buffer":
      return sink.buffer.end;
    case "file":
      return sink.file.sizeBytes;
  }
}
