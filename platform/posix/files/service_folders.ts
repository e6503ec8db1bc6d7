/**
 * Folders that are made for services, and taken away again: always by the descriptor of the folder
 * above, never through a link, so that whoever may write there cannot lead a step elsewhere.
 *
 * Whom to believe about a folder is the rule of log files (`file_trust.ts`). Where only trusted
 * users can write, what is there was put there by one of them and gets owner and mode. Elsewhere
 * only what was just made does, and what is there has to belong to who is to have it.
 */
import type { Fd } from "../../../core/types.ts";
import type { Failure } from "../../interface/failure.ts";
import type { FileStatus } from "../../interface/file_status.ts";
import type { MadeFolder } from "../../interface/file_types.ts";
import { type FolderTrust, folderTrust } from "./file_trust.ts";

/** The calls of a system. Names are single parts of a path. */
export interface ServiceFolderCalls {
  readonly errno: Readonly<
    Record<"ENOENT" | "EEXIST" | "ELOOP" | "ENOTDIR" | "EPERM" | "EBUSY", number>
  >;
  failure(call: string, errno: number, detail?: string): Failure;
  /** The manager's effective user. */
  userId(): number;
  /** Links are followed. The caller owns the descriptor. */
  openFolder(path: string): Fd | Failure;
  /** A link is a failure. The caller owns the descriptor. */
  openIn(folder: Fd, name: string): Fd | Failure;
  /** Makes a folder that only the manager's user may enter. */
  makeIn(folder: Fd, name: string): Failure | undefined;
  status(fd: Fd): FileStatus | Failure;
  /** Links are not followed; without a folder the name is a path. */
  statusAt(folder: Fd | undefined, name: string): FileStatus | Failure;
  /** An id that is undefined stays as it is. */
  setOwner(fd: Fd, uid: number | undefined, gid: number | undefined): Failure | undefined;
  setMode(fd: Fd, mode: number): Failure | undefined;
  rename(folder: Fd, from: string, to: string): Failure | undefined;
  removeFile(folder: Fd, name: string): Failure | undefined;
  removeFolder(folder: Fd, name: string): Failure | undefined;
  /** Some of the names in a folder, as many as one call gives; none: it is empty. */
  someNames(path: string): readonly string[] | Failure;
  close(fd: Fd): void;
}

/** Those on the way to a folder: everybody may pass, as with mkdir(1) for root. */
const PASSAGE_MODE = 0o755;

/** Nobody needs more; each level is an open descriptor. */
const MOST_DEPTH = 64;

/** Somebody who makes and removes it all the time gets no more attention than this. */
const MOST_ATTEMPTS = 8;

/** A folder that was reached, open. */
interface Reached {
  readonly fd: Fd;
  readonly path: string;
  readonly trust: FolderTrust;
}

/** Makes a folder if it is not there, and gives it owner and mode. */
export function makeServiceFolder(
  calls: ServiceFolderCalls,
  folder: MadeFolder,
): Failure | undefined {
  const trusted = trustedUsers(calls);
  if ("kind" in trusted) return trusted;
  const names = folder.path.split("/");
  let reached = openBase(calls, folder.base, trusted);
  for (const [index, name] of names.entries()) {
    if ("kind" in reached) return reached;
    const isLast = index === names.length - 1;
    const next = enter(calls, reached, { name, trusted, folder: isLast ? folder : undefined });
    calls.close(reached.fd);
    reached = next;
  }
  if ("kind" in reached) return reached;
  calls.close(reached.fd);
  return undefined;
}

function trustedUsers(calls: ServiceFolderCalls): ReadonlySet<number> | Failure {
  const root = calls.statusAt(undefined, "/");
  return "kind" in root ? root : new Set([0, calls.userId(), root.uid]);
}

function openBase(
  calls: ServiceFolderCalls,
  path: string,
  trusted: ReadonlySet<number>,
): Reached | Failure {
  const fd = calls.openFolder(path);
  return typeof fd === "number" ? reachedAt(calls, fd, path, trusted) : fd;
}

/** Closes the descriptor on failure. */
function reachedAt(
  calls: ServiceFolderCalls,
  fd: Fd,
  path: string,
  trusted: ReadonlySet<number>,
): Reached | Failure {
  const status = calls.status(fd);
  if (!("kind" in status)) return { fd, path, trust: folderTrust(status, trusted) };
  calls.close(fd);
  return status;
}

interface Entering {
  readonly name: string;
  readonly trusted: ReadonlySet<number>;
  /** What it is to be; undefined: it is only on the way. */
  readonly folder: MadeFolder | undefined;
}

/** Opens the folder of a name, makes it if need be, and gives it owner and mode. */
function enter(
  calls: ServiceFolderCalls,
  parent: Reached,
  { name, trusted, folder }: Entering,
): Reached | Failure {
  const path = `${parent.path}/${name}`;
  const opened = openOrMake(calls, parent, name);
  if ("kind" in opened) return opened;
  const { fd, isNew } = opened;
  const failure = settle(calls, { parent, fd, path, isNew, folder });
  if (failure === undefined) return reachedAt(calls, fd, path, trusted);
  calls.close(fd);
  return failure;
}

function openOrMake(
  calls: ServiceFolderCalls,
  { fd: parent, path }: Reached,
  name: string,
): { readonly fd: Fd; readonly isNew: boolean } | Failure {
  const { errno } = calls;
  let isNew = false;
  for (let attempt = 1;; attempt++) {
    const fd = calls.openIn(parent, name);
    if (typeof fd === "number") return { fd, isNew };
    if (fd.errno !== errno.ENOENT || attempt === MOST_ATTEMPTS) {
      return explained(calls, parent, { name, path, failure: fd });
    }
    const failure = calls.makeIn(parent, name);
    if (failure !== undefined && failure.errno !== errno.EEXIST) return failure;
    isNew = failure === undefined;
  }
}

/** A link in the place of a folder is ENOTDIR or ELOOP, which says little. */
function explained(
  calls: ServiceFolderCalls,
  parent: Fd,
  { name, path, failure }: {
    readonly name: string;
    readonly path: string;
    readonly failure: Failure;
  },
): Failure {
  const { errno } = calls;
  if (failure.errno !== errno.ELOOP && failure.errno !== errno.ENOTDIR) return failure;
  const status = calls.statusAt(parent, name);
  const isLink = !("kind" in status) && status.type === "link";
  const what = isLink ? "a symbolic link" : "no directory";
  return calls.failure("open", failure.errno, `"${path}/${name}" is ${what}`);
}

function settle(
  calls: ServiceFolderCalls,
  { parent, fd, path, isNew, folder }: {
    readonly parent: Reached;
    readonly fd: Fd;
    readonly path: string;
    readonly isNew: boolean;
    readonly folder: MadeFolder | undefined;
  },
): Failure | undefined {
  if (parent.trust !== "own") {
    // One that was just made may have been exchanged since.
    const owners = isNew ? [calls.userId()] : [calls.userId(), folder?.uid];
    const refused = strangers(calls, { parent, fd, path, owners });
    if (refused !== undefined) return refused;
    if (!isNew) return undefined;
  }
  if (folder === undefined) return isNew ? calls.setMode(fd, PASSAGE_MODE) : undefined;
  // Owner first: changing it takes mode bits away.
  return calls.setOwner(fd, folder.uid, folder.gid) ?? calls.setMode(fd, folder.mode);
}

/** Why a folder where others can write is not to be used. */
function strangers(
  calls: ServiceFolderCalls,
  { parent, fd, path, owners }: {
    readonly parent: Reached;
    readonly fd: Fd;
    readonly path: string;
    readonly owners: readonly (number | undefined)[];
  },
): Failure | undefined {
  const status = calls.status(fd);
  if ("kind" in status) return status;
  if (owners.includes(status.uid)) return undefined;
  const detail = `"${path}" belongs to user ${status.uid}, and others can write to ` +
    `"${parent.path}"`;
  return calls.failure("open", calls.errno.EPERM, detail);
}

/**
 * Takes a folder away with all that is in it, in steps. At the first step it has another name
 * already, so that a new one can be made. Other file systems in it stay, and so does it then.
 *
 * @returns The first failure, when the last step is done; what could be removed is.
 */
export function* removeServiceFolder(
  calls: ServiceFolderCalls,
  { base, path, uid }: Pick<MadeFolder, "base" | "path" | "uid">,
): Generator<void, Failure | undefined> {
  const parent = reachParent(calls, base, path.split("/").slice(0, -1));
  if ("kind" in parent) return parent.errno === calls.errno.ENOENT ? undefined : parent;
  try {
    const name = path.slice(path.lastIndexOf("/") + 1);
    const status = calls.statusAt(parent.fd, name);
    if ("kind" in status) return status.errno === calls.errno.ENOENT ? undefined : status;
    const owners = [calls.userId(), uid];
    if (status.type !== "directory" || (parent.trust !== "own" && !owners.includes(status.uid))) {
      return undefined;
    }
    const aside = `.dinit-${crypto.randomUUID()}`;
    const failure = calls.rename(parent.fd, name, aside);
    if (failure !== undefined) return failure;
    yield;
    const removal = new Removal(calls, status.device);
    yield* removal.remove(parent, aside, 1);
    return removal.failure;
  } finally {
    calls.close(parent.fd);
  }
}

function reachParent(
  calls: ServiceFolderCalls,
  base: string,
  names: readonly string[],
): Reached | Failure {
  const trusted = trustedUsers(calls);
  if ("kind" in trusted) return trusted;
  let reached = openBase(calls, base, trusted);
  for (const name of names) {
    if ("kind" in reached) return reached;
    const { fd: parent, path } = reached;
    const fd = calls.openIn(parent, name);
    calls.close(parent);
    if (typeof fd !== "number") return fd;
    reached = reachedAt(calls, fd, `${path}/${name}`, trusted);
  }
  return reached;
}

class Removal {
  failure: Failure | undefined;
  readonly #calls: ServiceFolderCalls;
  readonly #device: number;

  constructor(calls: ServiceFolderCalls, device: number) {
    this.#calls = calls;
    this.#device = device;
  }

  /** A folder and all in it; a step for each name. @returns Whether it is gone. */
  *remove(
    parent: Pick<Reached, "fd" | "path">,
    name: string,
    depth: number,
  ): Generator<void, boolean> {
    const calls = this.#calls;
    const path = `${parent.path}/${name}`;
    const fd = calls.openIn(parent.fd, name);
    if (typeof fd !== "number") return this.#note(fd);
    try {
      const status = calls.status(fd);
      if ("kind" in status) return this.#note(status);
      if (status.device !== this.#device || depth > MOST_DEPTH) {
        const detail = depth > MOST_DEPTH
          ? `"${path}" lies too deep`
          : `another file system is mounted at "${path}"`;
        return this.#note(calls.failure("rmdir", calls.errno.EBUSY, detail));
      }
      yield* this.#empty({ fd, path }, depth);
    } finally {
      calls.close(fd);
    }
    return this.#note(calls.removeFolder(parent.fd, name));
  }

  *#empty(folder: Pick<Reached, "fd" | "path">, depth: number): Generator<void> {
    const calls = this.#calls;
    /** What cannot be removed, which would be tried without end. */
    const left = new Set<string>();
    for (;;) {
      const names = calls.someNames(folder.path);
      if ("kind" in names) return void this.#note(names);
      const fresh = names.filter((name) => !left.has(name));
      if (fresh.length === 0) return;
      for (const name of fresh) {
        const status = calls.statusAt(folder.fd, name);
        if ("kind" in status) left.add(name);
        else if (status.type !== "directory") {
          if (!this.#note(calls.removeFile(folder.fd, name))) left.add(name);
        } else if (!(yield* this.remove(folder, name, depth + 1))) left.add(name);
        yield;
      }
    }
  }

  /** @returns Whether there was no failure. */
  #note(failure: Failure | undefined): boolean {
    this.failure ??= failure;
    return failure === undefined;
  }
}
