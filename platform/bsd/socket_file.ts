/**
 * The file that a socket was bound to, on the BSDs: no call tells it. It is what lies at the path,
 * if that is a socket of this user.
 */
import type { Failure } from "../interface/failure.ts";
import type { Files } from "../posix/files/files.ts";
import type { StatusCalls } from "../posix/files/file_status.ts";
import { lastFailure, pathMemory, takePath } from "../posix/kernel/kernel.ts";
import type { Owner } from "../posix/sockets/listen_at_path.ts";
import { ownSocket, type SocketFileCalls } from "../posix/sockets/listen_unix.ts";
import type { Streams } from "../posix/descriptors/streams.ts";
import type { BsdKernel } from "./abi.ts";

const NO_NAME = new Uint8Array(new ArrayBuffer(8));

/** The functions over a system. */
export function bsdSocketFiles(
  kernel: BsdKernel,
  { files, streams, status }: {
    readonly files: Pick<Files, "openFile">;
    readonly streams: Pick<Streams, "close">;
    readonly status: StatusCalls;
  },
): SocketFileCalls {
  const { buffer, abi: { file, place }, calls } = kernel;

  /**
   * Where a descriptor cannot merely mark a file (macOS, for a user's manager), the path is used,
   * links not followed.
   */
  function setOwner(path: string, owner: Owner): Failure | undefined {
    if (place === undefined) {
      return takePath(kernel, "chown", path) ??
        changeOwner(file.AT_FDCWD, pathMemory, owner, file.AT_SYMLINK_NOFOLLOW);
    }
    const opened = files.openFile(path, place.O_PATH | file.O_NOFOLLOW);
    if (typeof opened !== "number") return opened;
    const found = ownSocket(kernel, status.statusOfDescriptor(opened));
    const problem = "kind" in found
      ? found
      : changeOwner(opened, NO_NAME, owner, place.AT_EMPTY_PATH);
    streams.close(opened);
    return problem;
  }

  function changeOwner(
    folder: number,
    name: Uint8Array<ArrayBuffer>,
    { uid = -1, gid = -1 }: Owner,
    flags: number,
  ): Failure | undefined {
    const result = buffer(calls.fchownat, folder, name, uid, gid, flags, 0);
    return result < 0 ? lastFailure(kernel, "chown") : undefined;
  }

  return {
    identify: (_socket, path) => ownSocket(kernel, status.statusAt(undefined, path)),
    setOwner: (_socket, path, owner) => setOwner(path, owner),
  };
}
