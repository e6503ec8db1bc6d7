/**
 * The log file that a child writes to itself: opened by the manager, which alone can decide whether
 * it may be, and handed on.
 */
import type { ServiceDescription } from "../../core/description/mod.ts";
import { EXEC_STAGE } from "../../core/types.ts";
import type { ExecFailed, Failure, Platform, StandardStream } from "../../platform/mod.ts";
import type { LogFileTarget } from "./log_file_target.ts";

/** The output of a child; a descriptor for it only is to be closed when it has been made. */
export type ChildOutput = StandardStream & { readonly isForChildOnly?: true };

/** The child cannot get its output: it was not made, or not even tried. */
export type NoStream = ExecFailed | Failure;

/** Opens it; a FIFO or terminal waits for its reader, as programs expect. */
export function openChildLog(platform: Platform, target: LogFileTarget): ChildOutput | Failure {
  const opened = platform.openLogFile(target.path, target);
  if (opened.kind === "failure") return opened;
  platform.setBlocking(opened.fd, true);
  return { kind: "descriptor", fd: opened.fd, isForChildOnly: true };
}

/**
 * What comes of a log that cannot be opened. @param warn Gets a sentence: the reason is more than
 * an errno.
 */
export function noLog(
  platform: Platform,
  { name, workingDirectory }: ServiceDescription,
  failure: Failure,
  { path, warn }: { readonly path: string; readonly warn: (text: string) => void },
): NoStream {
  const { errno } = failure;
  // The child would find out first, and it is the cause if the log is in there.
  if (!platform.exists(workingDirectory)) {
    return { kind: "exec-failed", stage: EXEC_STAGE.workingDirectory, errno };
  }
  warn(`${name}: Cannot open the log file "${path}": ${failure.message}`);
  return { kind: "exec-failed", stage: EXEC_STAGE.logFile, errno };
}
