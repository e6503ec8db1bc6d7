/**
 * A log at a place that was found: opened, put aside and made anew there.
 *
 * Mode and owner are given only to a regular file that was just made (O_EXCL), never to what was
 * there.
 */
import type { Fd } from "../../../core/types.ts";
import type { Failure } from "../../interface/failure.ts";
import type { FileIdentity, FileStatus } from "../../interface/file_status.ts";
import type { LogFileOwner, LogRotationNames, OpenedLogFile } from "../../interface/file_types.ts";
import { whyNotAppendable } from "../files/file_trust.ts";
import type { LogPlace, PlaceCalls } from "./log_place.ts";

/**
 * How a log is opened, always non-blocking, close-on-exec: `existing`, if it is there and no link;
 * `new`, if nothing is there, with mode 0600; `followed`, if it is there, whatever leads to it.
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
export interface Opening {
  readonly access: LogAccess;
  /** What is not there is made. */
  readonly makes: boolean;
  readonly owner: LogFileOwner;
}

/** Somebody who makes and removes the file all the time gets no more attention than this. */
const MOST_ATTEMPTS = 8;

export class PlacedLog {
  readonly #calls: LogFileCalls;
  readonly #place: LogPlace;

  /** @param place Its folder stays open as long as this is used. */
  constructor(calls: LogFileCalls, place: LogPlace) {
    this.#calls = calls;
    this.#place = place;
  }

  open(opening: Opening): OpenedLogFile | Failure {
    const { errno } = this.#calls;
    const makes = opening.makes && !this.#place.isKernelLink;
    for (let attempt = 1;; attempt++) {
      const present = this.#openPresent(opening);
      const isMissing = present.kind === "failure" && present.errno === errno.ENOENT;
      if (!isMissing || !makes) return present;
      const made = this.#make(opening);
      const isThereNow = made.kind === "failure" && made.errno === errno.EEXIST;
      if (!isThereNow || attempt === MOST_ATTEMPTS) return made;
    }
  }

  /** "replaced": there is nothing, or another file. */
  rotate(
    owner: LogFileOwner,
    { file, oldNames }: LogRotationNames,
  ): OpenedLogFile | Failure | { readonly kind: "replaced" } {
    const { errno, failure, statusAt, renameAt } = this.#calls;
    const { folder, name, isKernelLink } = this.#place;
    if (isKernelLink) {
      const detail = "it stands for an open file, which has no name there";
      return failure("rename", errno.EPERM, detail);
    }
    const present = statusAt(folder, name);
    if ("kind" in present) {
      return present.errno === errno.ENOENT ? { kind: "replaced" } : present;
    }
    if (!isSame(present, file)) return { kind: "replaced" };
    for (let number = oldNames.length - 1; number >= 1; number--) {
      // A missing number is no fault: the first rotations have none of them.
      renameAt(folder, `${name}${oldNames[number - 1]}`, `${name}${oldNames[number]}`);
    }
    const youngest = `${name}${oldNames[0]}`;
    const problem = renameAt(folder, name, youngest);
    if (problem !== undefined) return problem;
    const made = this.open(appending(owner));
    if (made.kind === "failure") renameAt(folder, youngest, name);
    return made;
  }

  #openPresent({ access, owner }: Opening): OpenedLogFile | Failure {
    const calls = this.#calls;
    const { folder, name, isOwn, isKernelLink } = this.#place;
    if (!isOwn) {
      // Before opening, which can have effects on a device; and what was opened is looked at again.
      const status = calls.statusAt(folder, name);
      const refused = "kind" in status ? status : this.#refusal(status, owner);
      if (refused !== undefined) return refused;
    }
    const fd = calls.openLog(folder, name, isKernelLink ? "followed" : "existing", access);
    if (typeof fd !== "number") return fd;
    const status = calls.status(fd);
    const refused = "kind" in status ? status : isOwn ? undefined : this.#refusal(status, owner);
    if (refused === undefined && !("kind" in status)) return this.#opened(fd, status);
    calls.close(fd);
    return refused as Failure;
  }

  #make({ access, owner }: Opening): OpenedLogFile | Failure {
    const calls = this.#calls;
    const { folder, name } = this.#place;
    const fd = calls.openLog(folder, name, "new", access);
    if (typeof fd !== "number") return fd;
    const problem = calls.setOwner(fd, owner);
    const status = calls.status(fd);
    const failed = problem ?? ("kind" in status ? status : undefined);
    if (failed === undefined && !("kind" in status)) return this.#opened(fd, status);
    // The next attempt is to fail in the same way, and not to find a file.
    calls.unlinkAt(folder, name);
    calls.close(fd);
    return failed as Failure;
  }

  #refusal(status: FileStatus, { uid, serviceUser }: LogFileOwner): Failure | undefined {
    const { errno, failure, userId } = this.#calls;
    const { path } = this.#place;
    const writers = [userId(), uid, serviceUser].filter((user) => user !== undefined);
    const why = whyNotAppendable(status, writers);
    if (why === undefined) return undefined;
    const folder = path.slice(0, path.lastIndexOf("/") + 1);
    const code = status.type === "link" ? errno.ELOOP : errno.EPERM;
    return failure("open", code, `${why}, and others can write to "${folder}"`);
  }

  #opened(fd: Fd, { device, inode, sizeBytes, type }: FileStatus): OpenedLogFile {
    const isRegular = type === "regular";
    const { path } = this.#place;
    return { kind: "log-file", fd, isRegular, sizeBytes, path, file: { device, inode } };
  }
}

/** A log is appended to, and made if it is not there. */
export function appending(owner: LogFileOwner): Opening {
  return { access: "append", makes: true, owner };
}

/** Whether it is one file, as long as it exists. */
export function isSame(one: FileIdentity, other: FileIdentity): boolean {
  return one.inode === other.inode && one.device === other.device;
}
