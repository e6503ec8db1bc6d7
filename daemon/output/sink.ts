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
  | { readonly kind: "file"; readonly file: LogFile };

/** Whether the manager writes the file, for the sake of what the service itself could not do. */
export function isManaged(log: FileTarget): boolean {
  return log.rotation !== undefined || log.timestamps;
}

/** Whether what takes the output now is what the description asks for. */
export function isSameSink(sink: Sink, log: LogTarget): boolean {
  switch (log.kind) {
    case "none":
      return false;
    case "pipe":
      return sink.kind === "none";
    case "buffer":
      return sink.kind === "buffer";
    case "file":
      return sink.kind === "file" && isManaged(log);
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
