/**
 * A listening socket at a path, made so that whoever can write to its folder gets no more than
 * that.
 *
 * The file has its mode from the moment in which bind(2) makes it; nothing is set by its path. Only
 * an owner must be given afterwards, by a descriptor of the very file.
 *
 * What is there already is removed in two cases only: no process has a socket that is bound to it,
 * or the caller made it and closed it. See docs/design/0018-stale-sockets.md.
 */
import type { Fd } from "../../../core/types.ts";
import type { Failure } from "../../interface/failure.ts";
import { isSameFile, type LastingIdentity } from "../../interface/file_status.ts";
import { type FolderCalls, splitPath } from "../files/folder_calls.ts";
import { removeExactly, removeFrom } from "../files/remove_exactly.ts";
import type { BoundSocket, ListenOptions, SocketInUse } from "../../interface/socket_types.ts";

/** Who the file is to belong to; what is undefined stays as it is. */
export type Owner = Pick<ListenOptions, "uid" | "gid">;

/** The calls of a system. */
export interface ListenCalls {
  readonly folders: FolderCalls;
  /** A Unix socket, close-on-exec; the caller owns it. */
  open(type: NonNullable<ListenOptions["type"]>): Fd | Failure;
  /** Whether any process has a socket that is bound to the file, be it that it does not listen. */
  isBound(path: string): boolean | Failure;
  /** Makes the file, with exactly this mode. EADDRINUSE when something is there. */
  bind(socket: Fd, path: string, mode: number): Failure | undefined;
  /** The file that the socket was bound to; EEXIST when another one lies at the path. */
  identify(socket: Fd, path: string): LastingIdentity | Failure;
  /** Of the same file, and never of another one that has come to lie at the path. */
  setOwner(socket: Fd, path: string, owner: Owner): Failure | undefined;
  startListening(socket: Fd, backlog: number): Failure | undefined;
  readonly errno: Readonly<Record<"EEXIST" | "ENOENT" | "EADDRINUSE", number>>;
  failure(call: string, errno: number, detail: string): Failure;
}

/** Others may make a file between the look and our bind; each time it is looked at anew. */
const MOST_ATTEMPTS = 3;

/** Listens at a path that is no abstract name. */
export function listenAtPath(
  calls: ListenCalls,
  path: string,
  options: ListenOptions,
): BoundSocket | Failure | SocketInUse {
  for (let attempt = 1;; attempt++) {
    const obstacle = clearTheWay(calls, path, options);
    if (obstacle !== undefined) return obstacle;
    const socket = calls.open(options.type ?? "stream");
    if (typeof socket !== "number") return socket;
    const problem = calls.bind(socket, path, options.mode);
    if (problem === undefined) return finish(calls, { socket, path, options });
    calls.folders.close(socket);
    if (problem.errno !== calls.errno.EADDRINUSE || attempt === MOST_ATTEMPTS) return problem;
  }
}

function clearTheWay(
  calls: ListenCalls,
  path: string,
  { formerOwn }: ListenOptions,
): Failure | SocketInUse | undefined {
  const { folders } = calls;
  const { folder: folderPath, name } = splitPath(path);
  const folder = folders.openFolder(folderPath);
  if (typeof folder !== "number") {
    if (!folders.isMissing(folder)) return folder;
    return calls.failure("bind", calls.errno.ENOENT, `the folder "${folderPath}" does not exist`);
  }
  try {
    const present = folders.statusAt(folder, name);
    if ("kind" in present) return folders.isMissing(present) ? undefined : present;
    if (present.type !== "socket") {
      const detail = "a file that is not a socket is in the way";
      return calls.failure("bind", calls.errno.EEXIST, detail);
    }
    const isOwn = formerOwn !== undefined && isSameFile(present, formerOwn);
    const isBound = isOwn ? false : calls.isBound(path);
    if (typeof isBound !== "boolean") return folders.isMissing(isBound) ? undefined : isBound;
    if (isBound) return { kind: "in-use", errno: calls.errno.EADDRINUSE };
    return removeFrom(folders, { folder, name }, present);
  } finally {
    folders.close(folder);
  }
}

interface Bound {
  readonly socket: Fd;
  readonly path: string;
  readonly options: ListenOptions;
}

function finish(calls: ListenCalls, bound: Bound): BoundSocket | Failure {
  const { socket, path } = bound;
  const file = calls.identify(socket, path);
  if ("kind" in file) {
    calls.folders.close(socket);
    return file;
  }
  const problem = setUp(calls, bound);
  if (problem === undefined) return { kind: "socket", fd: socket, file };
  removeExactly(calls.folders, path, file);
  calls.folders.close(socket);
  return problem;
}

/** Nobody can connect before it listens, so the owner is right when the first one does. */
function setUp(calls: ListenCalls, { socket, path, options }: Bound): Failure | undefined {
  const { uid, gid, type, backlog } = options;
  const hasOwner = uid !== undefined || gid !== undefined;
  const problem = hasOwner ? calls.setOwner(socket, path, { uid, gid }) : undefined;
  if (problem !== undefined || type === "datagram") return problem;
  return calls.startListening(socket, backlog);
}
