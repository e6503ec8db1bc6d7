/**
 * The file that a socket was bound to, on Linux: by the socket.
 */
import { type Fd, fd as asFd } from "../../../core/types.ts";
import type { Failure } from "../../interface/failure.ts";
import { lastFailure } from "../../posix/kernel/kernel.ts";
import { ownSocket, type SocketFileCalls } from "../../posix/sockets/listen_unix.ts";
import { FILE, SOCKET } from "./abi.ts";
import { LINUX } from "./kernel.ts";
import { files, status, streams } from "./parts.ts";

const NO_NAME = new Uint8Array(new ArrayBuffer(8));

/** The calls. */
export const LINUX_SOCKET_FILES: SocketFileCalls = {
  identify: (socket, path) => withFile(socket, path, status.statusOfDescriptor),
  setOwner: (socket, path, { uid = -1, gid = -1 }) =>
    withFile(socket, path, (file) => {
      const { fchownat } = LINUX.calls;
      const result = LINUX.buffer(fchownat, file, NO_NAME, uid, gid, FILE.AT_EMPTY_PATH, 0);
      return result < 0 ? lastFailure(LINUX, "chown") : undefined;
    }),
};

/**
 * Opens the file that a socket was bound to, to mark it only.
 *
 * The kernel does that for whoever may administer the network. To others, as in most containers, it
 * says EPERM: they get what lies at the path, if it is a socket of this user, the most that can be
 * told.
 */
function withFile<Result>(
  socket: Fd,
  path: string,
  action: (file: Fd) => Result,
): Result | Failure {
  const opened = LINUX.numbers(LINUX.calls.ioctl, socket, SOCKET.SIOCUNIXFILE, 0, 0, 0, 0);
  const { O_NOFOLLOW } = LINUX.processor;
  const file = opened >= 0 ? asFd(opened) : files.openFile(path, FILE.O_PATH | O_NOFOLLOW);
  if (typeof file !== "number") return file;
  try {
    const found = opened >= 0 ? undefined : ownSocket(LINUX, status.statusOfDescriptor(file));
    return found !== undefined && "kind" in found ? found : action(file);
  } finally {
    streams.close(file);
  }
}
