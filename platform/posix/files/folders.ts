/**
 * What lies in a folder, by the folder's descriptor: looked at, moved, linked and removed.
 */
import { type Fd, fd as asFd } from "../../../core/types.ts";
import { allocate, type Block, writePath } from "../../ffi/memory.ts";
import type { Failure } from "../../interface/failure.ts";
import { failure, lastFailure, type PosixKernel, userId } from "../kernel/kernel.ts";
import type { Streams } from "../descriptors/streams.ts";
import type { StatusCalls } from "./file_status.ts";
import type { Files } from "./files.ts";
import type { FileName, FolderCalls } from "./folder_calls.ts";

const PRIVATE = 0o700;

/** What it is made of. */
export interface FolderParts {
  readonly files: Pick<Files, "openFile">;
  readonly streams: Pick<Streams, "close">;
  readonly status: StatusCalls;
}

/** The functions over a system. */
export function posixFolders(
  kernel: PosixKernel,
  { files, streams, status }: FolderParts,
): FolderCalls {
  const { buffer, addresses, abi, calls } = kernel;
  const { file, errno: codes } = abi;
  /** NAME_MAX is 255 bytes on all of them. */
  const oneName = allocate(512);
  const otherName = allocate(512);
  const folderFlags = file.O_SEARCH | file.O_DIRECTORY;

  function makePrivateFolder(parent: Fd, name: string): Fd | Failure {
    const problem = takeName("mkdir", oneName, name);
    if (problem !== undefined) return problem;
    const { bytes } = oneName;
    if (buffer(calls.mkdirat, parent, bytes, PRIVATE, 0, 0, 0) < 0) {
      return lastFailure(kernel, "mkdir");
    }
    const flags = folderFlags | file.O_CLOEXEC | file.O_NOFOLLOW;
    const opened = buffer(calls.openat, parent, bytes, flags, 0, 0, 0);
    if (opened < 0) return lastFailure(kernel, "open");
    const folder = asFd(opened);
    const made = status.statusOfDescriptor(folder);
    // Another one in its place, put there by whoever can write to the parent, is not to be used.
    const isOwn = !("kind" in made) && made.uid === userId(kernel) && (made.mode & 0o077) === 0;
    if (isOwn) return folder;
    streams.close(folder);
    const detail = "the folder that was just made is another one";
    return failure(kernel, "open", codes.EEXIST, detail);
  }

  function remove(where: FileName, flags: number): Failure | undefined {
    const problem = takeName("unlink", oneName, where.name);
    if (problem !== undefined) return problem;
    const result = buffer(calls.unlinkat, where.folder, oneName.bytes, flags, 0, 0, 0);
    return result < 0 ? lastFailure(kernel, "unlink") : undefined;
  }

  function withTwoNames(call: "rename" | "link", from: FileName, to: FileName) {
    const problem = takeName(call, oneName, from.name) ?? takeName(call, otherName, to.name);
    if (problem !== undefined) return problem;
    const number = call === "rename" ? calls.renameat : calls.linkat;
    const [one, other] = [oneName.address, otherName.address];
    const result = addresses(number, from.folder, one, to.folder, other, 0, 0);
    return result < 0 ? lastFailure(kernel, call) : undefined;
  }

  function takeName(call: string, block: Block, name: string): Failure | undefined {
    const written = writePath(block, name);
    if (written === "has-nul") {
      return failure(kernel, call, codes.EINVAL, "path holds a NUL character");
    }
    return written === "too-long" ? failure(kernel, call, codes.ENAMETOOLONG) : undefined;
  }

  return {
    openFolder: (path) => files.openFile(path, folderFlags),
    makePrivateFolder,
    removeFolder: (folder, name) => remove({ folder, name }, file.AT_REMOVEDIR),
    statusAt: status.statusAt,
    move: (from, to) => withTwoNames("rename", from, to),
    link: (from, to) => withTwoNames("link", from, to),
    remove: (where) => remove(where, 0),
    close: streams.close,
    isMissing: ({ errno }) => errno === codes.ENOENT,
  };
}
