/**
 * Log files: opened for appending, put aside, and made, so that nobody can have the manager write to,
 * or give away, what is not a log. Where links are followed and which files are taken: `file_trust.ts`.
 *
 * Mode and owner are given only to a regular file that was just made (O_EXCL), never to what was there.
 */
import type { Fd } from "../../../core/types.ts";
import type { Failure } from "../../interface/failure.ts";
import type { FileIdentity, FileStatus } from "../../interface/file_status.ts";
import type { LogFileOwner, LogRotationNames, OpenedLogFile } from "../../interface/file_types.ts";
import { whyNotAppendable } from "./file_trust.ts";
import { findLogPlace, type LogPlace, type PlaceCalls } from "./log_place.ts";

/**
 * How a log is opened, always non-blocking, close-on-exec: `existing`, if it is there and no link; `new`,
 * if nothing is there, with mode 0600; `followed`, if it is there, whatever leads to it.
 */
export type OpeningKind = "existing" | "new" | "followed";

/** `update`: reading and writing anywhere. */
export type LogAccess = "append" | "update";

/** The calls of a system. A folder that is undefined: names are whole paths. */
export interface LogFileCalls extends PlaceCalls {
  readonly errno: PlaceCalls["errno"] & Readonly<Record<"EEXIST" | "EPERM", number>>;
  openLog(
    folder: Fd | undefined,
    name: string,
    how: OpeningKind,
    access: LogAccess,
  ): Fd | Failure;
  status(fd: Fd): FileStatus | Failure;
  /** Links followed. */
  statusOf(path: string): FileStatus | Failure;
  renameAt(folder: Fd | undefined, from: string, to: string): Failure | undefined;
  unlinkAt(folder: Fd | undefined, name: string): Failure | undefined;
  /** Owner first: changing it takes mode bits away. */
  setOwner(fd: Fd, owner: LogFileOwner): Failure | undefined;
}

/** What is opened, beside the place. */
interface Opening {
  readonly access: LogAccess;
  /** What is not there is made. */
  readonly makes: boolean;
  readonly owner: LogFileOwner;
}

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

/** Somebody who makes and removes the file all the time gets no more attention than this. */
const MOST_ATTEMPTS = 8;

/** The functions over a system. */
export function logFiles(calls: LogFileCalls): LogFiles & RecordFiles {
  const { errno } = calls;

  function atPlace<T>(path: string, action: (place: LogPlace) => T): T | Failure {
    const place = findLogPlace(calls, path);
    if (place.kind === "failure") return place;
    try {
      return action(place);
    } finally {
      if (place.folder !== undefined) calls.close(place.folder);
    }
  }

  function openAt(place: LogPlace, opening: Opening): OpenedLogFile | Failure {
    const makes = opening.makes && !place.isKernelLink;
    for (let attempt = 1;; attempt++) {
      const present = openPresent(place, opening);
      const isMissing = present.kind === "failure" && present.errno === errno.ENOENT;
      if (!isMissing || !makes) return present;
      const made = make(place, opening);
      const isThereNow = made.kind === "failure" && made.errno === errno.EEXIST;
      if (!isThereNow || attempt === MOST_ATTEMPTS) return made;
    }
  }

  function openPresent(place: LogPlace, opening: Opening): OpenedLogFile | Failure {
    const { access, owner } = opening;
    const { folder, name, isOwn, isKernelLink } = place;
    if (!isOwn) {
      // Before opening, which can have effects on a device; and what was opened is looked at again.
      const status = calls.statusAt(folder, name);
      const refused = "kind" in status ? status : refusal(place, status, owner);
      if (refused !== undefined) return refused;
    }
    const fd = calls.openLog(folder, name, isKernelLink ? "followed" : "existing", access);
    if (typeof fd !== "number") return fd;
    const status = calls.status(fd);
    const refused = "kind" in status ? status : isOwn ? undefined : refusal(place, status, owner);
    if (refused === undefined && !("kind" in status)) return opened(fd, status, place);
    calls.close(fd);
    return refused as Failure;
  }

  function make(
    place: LogPlace,
    { access, owner }: Opening,
  ): OpenedLogFile | Failure {
    const { folder, name } = place;
    const fd = calls.openLog(folder, name, "new", access);
    if (typeof fd !== "number") return fd;
    const problem = calls.setOwner(fd, owner);
    const status = calls.status(fd);
    const failed = problem ?? ("kind" in status ? status : undefined);
    if (failed === undefined && !("kind" in status)) return opened(fd, status, place);
    // The next attempt is to fail in the same way, and not to find a file.
    calls.unlinkAt(folder, name);
    calls.close(fd);
    return failed as Failure;
  }

  function refusal(
    place: LogPlace,
    status: FileStatus,
    { uid, serviceUser }: LogFileOwner,
  ): Failure | undefined {
    const writers = [calls.userId(), uid, serviceUser].filter((user) => user !== undefined);
    const why = whyNotAppendable(status, writers);
    if (why === undefined) return undefined;
    const folder = place.path.slice(0, place.path.lastIndexOf("/") + 1);
    const code = status.type === "link" ? errno.ELOOP : errno.EPERM;
    return calls.failure("open", code, `${why}, and others can write to "${folder}"`);
  }

  function rotateAt(
    place: LogPlace,
    owner: LogFileOwner,
    { file, oldNames }: LogRotationNames,
  ): ReturnType<LogFiles["rotateLogFile"]> {
    const { folder, name, isKernelLink } = place;
    if (isKernelLink) {
      return calls.failure(
        "rename",
        errno.EPERM,
        "it stands for an open file, which has no name there",
      );
    }
    const present = calls.statusAt(folder, name);
    if ("kind" in present) {
      return present.errno === errno.ENOENT ? { kind: "replaced" } : present;
    }
    if (!isSame(present, file)) return { kind: "replaced" };
    for (let number = oldNames.length - 1; number >= 1; number--) {
      // A missing number is no fault: the first rotations have none of them.
      calls.renameAt(folder, `${name}${oldNames[number - 1]}`, `${name}${oldNames[number]}`);
    }
    const youngest = `${name}${oldNames[0]}`;
    const problem = calls.renameAt(folder, name, youngest);
    if (problem !== undefined) return problem;
    const made = openAt(place, appending(owner));
    if (made.kind === "failure") calls.renameAt(folder, youngest, name);
    return made;
  }

  return {
    openLogFile: (path, owner) => atPlace(path, (place) => openAt(place, appending(owner))),
    openRecords: (path, access, mode) => {
      const owner = { mode: mode ?? 0, uid: undefined, gid: undefined };
      const opening = { access, makes: mode !== undefined, owner };
      const records = atPlace(path, (place) => openAt(place, opening));
      return records.kind === "failure" ? records : records.fd;
    },
    rotateLogFile: (path, owner, names) =>
      atPlace<ReturnType<LogFiles["rotateLogFile"]>>(
        path,
        (place) => rotateAt(place, owner, names),
      ),
    sizeAtPath: (file, path) => {
      const status = calls.statusOf(path);
      return "kind" in status || !isSame(status, file) ? undefined : status.sizeBytes;
    },
  };
}

function appending(owner: LogFileOwner): Opening {
  return { access: "append", makes: true, owner };
}

function opened(fd: Fd, status: FileStatus, place: LogPlace): OpenedLogFile {
  const { device, inode, sizeBytes, type } = status;
  const isRegular = type === "regular";
  return { kind: "log-file", fd, isRegular, sizeBytes, path: place.path, file: { device, inode } };
}

function isSame(one: FileIdentity, other: FileIdentity): boolean {
  return one.inode === other.inode && one.device === other.device;
}
