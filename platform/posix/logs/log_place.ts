/**
 * The way to a log file, walked so that nobody who may not can lead it elsewhere: see
 * `files/file_trust.ts`.
 *
 * As long as only trusted users can change what is on the way, paths stay what they are between two
 * calls, and the kernel may look them up. From the first folder that others can write, each folder
 * is opened in the one before it, and links are refused. That is what RESOLVE_NO_SYMLINKS of
 * openat2(2) does, on every kernel and every system.
 */
import type { Fd } from "../../../core/types.ts";
import type { Failure } from "../../interface/failure.ts";
import type { FileStatus } from "../../interface/file_status.ts";
import { type FolderTrust, folderTrust } from "../files/file_trust.ts";

/**
 * The calls of a system that the walk makes. A folder that is undefined: the name is a whole path.
 */
export interface PlaceCalls {
  readonly errno: Readonly<Record<"ENOENT" | "ENOTDIR" | "EISDIR" | "ELOOP" | "EINVAL", number>>;
  failure(call: string, errno: number, detail?: string): Failure;
  /** The manager's effective user. */
  userId(): number;
  /** Absolute path of the manager's own directory. */
  currentDirectory(): string | Failure;
  /** Links are not followed. */
  statusAt(folder: Fd | undefined, name: string): FileStatus | Failure;
  readLink(path: string): string | Failure;
  /** Only for looking names up in it; a link in the last place is a failure. */
  openFolder(folder: Fd | undefined, name: string): Fd | Failure;
  close(fd: Fd): void;
}

/** Where a log file is, or would be. */
export interface LogPlace {
  readonly kind: "place";
  /** Of the name; undefined: the name is a whole path. Whoever asked for the place closes it. */
  readonly folder: Fd | undefined;
  readonly name: string;
  /** All links resolved. */
  readonly path: string;
  /** Only trusted users decide what is there. */
  readonly isOwn: boolean;
  /** A link of the kernel's own, which has no text that could be followed (/proc/PID/fd/1). */
  readonly isKernelLink: boolean;
}

/** As the kernel itself counts: MAXSYMLINKS of include/linux/namei.h. */
const MOST_LINKS = 40;
/**
 * Nobody can make or rename anything there, whoever owns it (in a user namespace: nobody at all).
 */
const PROC = /^\/proc(\/|$)/;
const OPEN_FILES = /^\/proc\/\d+(\/task\/\d+)?\/fd$/;

/**
 * Walks to a log file, which need not exist.
 *
 * @param path A relative one is relative to the manager's own directory.
 * @returns ENOENT when a folder is missing; EISDIR; ELOOP, also for a link that is not to be
 *   followed.
 */
export function findLogPlace(calls: PlaceCalls, path: string): LogPlace | Failure {
  const whole = path.startsWith("/") ? path : underCurrentDirectory(calls, path);
  if (typeof whole !== "string") return whole;
  const root = calls.statusAt(undefined, "/");
  if ("kind" in root) return root;
  return new Walk(calls, root, whole).run();
}

function underCurrentDirectory(calls: PlaceCalls, path: string): string | Failure {
  const directory = calls.currentDirectory();
  return typeof directory === "string" ? `${directory}/${path}` : directory;
}

class Walk {
  readonly #calls: PlaceCalls;
  readonly #root: FileStatus;
  readonly #trusted: ReadonlySet<number>;
  /**
   * The folder reached: absolute, all links resolved, without a slash at the end ("": the root).
   */
  #folder = "";
  #trust: FolderTrust;
  #rest: string[];
  #links = 0;

  constructor(calls: PlaceCalls, root: FileStatus, path: string) {
    this.#calls = calls;
    this.#root = root;
    this.#trusted = new Set([0, calls.userId(), root.uid]);
    this.#trust = folderTrust(root, this.#trusted);
    this.#rest = namesOf(path);
  }

  run(): LogPlace | Failure {
    const { errno, failure } = this.#calls;
    for (;;) {
      const name = this.#rest.shift();
      if (name === undefined) return failure("open", errno.EISDIR);
      if (this.#trust === "shared") return this.#walkShared(name);
      const next = name === ".." ? this.#leave() : this.#enter(name);
      if (next !== undefined) return next;
    }
  }

  #leave(): Failure | undefined {
    return this.#goTo(this.#folder.slice(0, Math.max(0, this.#folder.lastIndexOf("/"))));
  }

  /** @returns undefined: go on with what is left of the path. */
  #enter(name: string): LogPlace | Failure | undefined {
    const { errno, failure, statusAt } = this.#calls;
    const path = `${this.#folder}/${name}`;
    const isLast = this.#rest.length === 0;
    const status = statusAt(undefined, path);
    if ("kind" in status) {
      return isLast && status.errno === errno.ENOENT ? this.#place(path) : status;
    }
    if (status.type === "link") return this.#follow(path);
    if (status.type === "directory") {
      this.#folder = path;
      this.#trust = this.#trustOf(status);
      return undefined;
    }
    return isLast ? this.#place(path) : failure("open", errno.ENOTDIR);
  }

  #follow(path: string): LogPlace | Failure | undefined {
    const { errno, failure, readLink } = this.#calls;
    if (this.#trust === "sticky") return this.#refusedLink(path, this.#folder);
    if (OPEN_FILES.test(this.#folder)) {
      return this.#rest.length === 0
        ? { ...this.#place(path), isKernelLink: true }
        : failure("open", errno.ENOTDIR);
    }
    if (++this.#links > MOST_LINKS) return failure("open", errno.ELOOP);
    const target = readLink(path);
    if (typeof target !== "string") return target;
    this.#rest = [...namesOf(target), ...this.#rest];
    return target.startsWith("/") ? this.#goTo("") : undefined;
  }

  #goTo(folder: string): Failure | undefined {
    const status = folder === "" ? this.#root : this.#calls.statusAt(undefined, folder);
    if ("kind" in status) return status;
    this.#folder = folder;
    this.#trust = this.#trustOf(status);
    return undefined;
  }

  #trustOf(status: FileStatus): FolderTrust {
    return PROC.test(this.#folder) ? "own" : folderTrust(status, this.#trusted);
  }

  #place(path: string): LogPlace {
    const isOwn = this.#trust === "own";
    return { kind: "place", folder: undefined, name: path, path, isOwn, isKernelLink: false };
  }

  /** From the folder reached on, which is open, by descriptors. */
  #walkShared(first: string): LogPlace | Failure {
    const { errno, failure, openFolder, close } = this.#calls;
    const shared = this.#folder;
    const names = [first, ...this.#rest];
    const last = names.pop() as string;
    if (last === ".." || names.includes("..")) {
      const detail = `the path goes up ("..") below "${shared}/", which others can write`;
      return failure("open", errno.EINVAL, detail);
    }
    let path = shared;
    // Without a slash at the end, which would make the kernel follow a link that has come in its
    // place.
    let folder = openFolder(undefined, shared === "" ? "/" : shared);
    for (const name of names) {
      if (typeof folder !== "number") return folder;
      const next = openFolder(folder, name);
      path += `/${name}`;
      const isLink = typeof next !== "number" && this.#isLink(folder, name);
      close(folder);
      if (isLink) return this.#refusedLink(path, shared);
      folder = next;
    }
    if (typeof folder !== "number") return folder;
    path += `/${last}`;
    return { kind: "place", folder, name: last, path, isOwn: false, isKernelLink: false };
  }

  #isLink(folder: Fd, name: string): boolean {
    const status = this.#calls.statusAt(folder, name);
    return "type" in status && status.type === "link";
  }

  #refusedLink(path: string, folder: string): Failure {
    const detail = `"${path}" is a symbolic link, and others can write to "${folder}/"`;
    return this.#calls.failure("open", this.#calls.errno.ELOOP, detail);
  }
}

/** A slash at the end, empty names and "." mean nothing. */
function namesOf(path: string): string[] {
  return path.split("/").filter((name) => name !== "" && name !== ".");
}
