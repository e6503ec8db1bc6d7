/**
 * Log files: opened for appending, put aside, and made, so that nobody can have the manager write
 * to, or give away, what is not a log. Where links are followed and which files are taken:
 * `files/file_trust.ts`.
 */
import type { Fd } from "../../../core/types.ts";
import type { Failure } from "../../interface/failure.ts";
import type { FileIdentity } from "../../interface/file_status.ts";
import type { LogFileOwner, LogRotationNames, OpenedLogFile } from "../../interface/file_types.ts";
import { findLogPlace } from "./log_place.ts";
import { appending, isSame, type LogAccess, type LogFileCalls, PlacedLog } from "./placed_log.ts";

/** Part of `Platform`. */
export interface LogFiles {
  openLogFile(path: string, owner: LogFileOwner): OpenedLogFile | Failure;
  rotateLogFile(
    path: string,
    owner: LogFileOwner,
    names: LogRotationNames,
  ): OpenedLogFile | Failure | { readonly kind: "replaced" };
  sizeAtPath(file: FileIdentity, path: string): number | undefined;
}

/** For files of records, which are no logs of services. */
export interface RecordFiles {
  /**
   * Opens a file of the manager's user as `openLogFile` does.
   *
   * @param mode Of a file that is made; undefined: it must be there (ENOENT).
   */
  openRecords(path: string, access: LogAccess, mode: number | undefined): Fd | Failure;
}

/** The functions over a system. */
export function logFiles(calls: LogFileCalls): LogFiles & RecordFiles {
  function atPlace<T>(path: string, action: (log: PlacedLog) => T): T | Failure {
    const place = findLogPlace(calls, path);
    if (place.kind === "failure") return place;
    try {
      return action(new PlacedLog(calls, place));
    } finally {
      if (place.folder !== undefined) calls.close(place.folder);
    }
  }

  return {
    openLogFile: (path, owner) => atPlace(path, (log) => log.open(appending(owner))),
    openRecords: (path, access, mode) => {
      const owner = { mode: mode ?? 0, uid: undefined, gid: undefined };
      const opening = { access, makes: mode !== undefined, owner };
      const records = atPlace(path, (log) => log.open(opening));
      return records.kind === "failure" ? records : records.fd;
    },
    rotateLogFile: (path, owner, names) =>
      atPlace<ReturnType<LogFiles["rotateLogFile"]>>(path, (log) => log.rotate(owner, names)),
    sizeAtPath: (file, path) => {
      const status = calls.statusOf(path);
      return "kind" in status || !isSame(status, file) ? undefined : status.sizeBytes;
    },
  };
}
