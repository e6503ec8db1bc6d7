/**
 * What lies in a folder, by the folder's descriptor: looked at, moved, linked and removed.
 */
import { type Fd, fd as asFd } from "../../core/types.ts";
import { addressCalls, lastErrno } from "../ffi/library.ts";
import { allocate, type Block, writePath } from "../ffi/memory.ts";
import type { Failure } from "../interface/failure.ts";
import type { FileName, FolderCalls } from "../posix/files/folder_calls.ts";
import { ERRNO, FILE } from "./abi.ts";
import { statusAt, statusOfDescriptor } from "./file_status.ts";
import { openFile } from "./files.ts";
import { failure, kernel } from "./kernel.ts";
import { userId } from "./processes.ts";
import { close } from "./streams.ts";

/** NAME_MAX of linux/limits.h is 255 bytes. */
const oneName = allocate(512);
const otherName = allocate(512);

const PRIVATE = 0o700;

/** The calls. */
export const LINUX_FOLDERS: FolderCalls = {
  openFolder: (path) => openFile(path, FILE.O_PATH | kernel().abi.O_DIRECTORY),
  makePrivateFolder,
  removeFolder: (folder, name) => remove({ folder, name }, FILE.AT_REMOVEDIR),
  statusAt,
  move: (from, to) => withTwoNames("rename", from, to),
  link: (from, to) => withTwoNames("link", from, to),
  remove: (file) => remove(file, 0),
  close,
  isMissing: ({ errno }) => errno === ERRNO.ENOENT,
};

function makePrivateFolder(parent: Fd, name: string): Fd | Failure {
  const problem = takeName("mkdir", oneName, name);
  if (problem !== undefined) return problem;
  const calls = kernel();
  const { mkdirat, openat } = calls.abi.calls;
  const { bytes } = oneName;
  if (calls.buffer(mkdirat, parent, bytes, PRIVATE, 0, 0, 0) < 0) {
    return failure("mkdir", lastErrno(calls));
  }
  const { O_DIRECTORY, O_NOFOLLOW } = calls.abi;
  const flags = FILE.O_PATH | FILE.O_CLOEXEC | O_DIRECTORY | O_NOFOLLOW;
  const opened = calls.buffer(openat, parent, bytes, flags, 0, 0, 0);
  if (opened < 0) return failure("open", lastErrno(calls));
  const folder = asFd(opened);
  const made = statusOfDescriptor(folder);
  // Another one in its place, put there by whoever can write to the parent, is not to be used.
  if (!("kind" in made) && made.uid === userId() && (made.mode & 0o077) === 0) return folder;
  close(folder);
  return failure("open", ERRNO.EEXIST, "the folder that was just made is another one");
}

function remove({ folder, name }: FileName, flags: number): Failure | undefined {
  const problem = takeName("unlink", oneName, name);
  if (problem !== undefined) return problem;
  const calls = kernel();
  const { unlinkat } = calls.abi.calls;
  const result = calls.buffer(unlinkat, folder, oneName.bytes, flags, 0, 0, 0);
  return result < 0 ? failure("unlink", lastErrno(calls)) : undefined;
}

function withTwoNames(call: "rename" | "link", from: FileName, to: FileName): Failure | undefined {
  const problem = takeName(call, oneName, from.name) ?? takeName(call, otherName, to.name);
  if (problem !== undefined) return problem;
  const calls = kernel();
  const { renameat2, linkat } = calls.abi.calls;
  const number = call === "rename" ? renameat2 : linkat;
  const { addresses } = addressCalls();
  const result = addresses(
    number,
    from.folder,
    oneName.address,
    to.folder,
    otherName.address,
    0,
    0,
  );
  return result < 0 ? failure(call, lastErrno(calls)) : undefined;
}

function takeName(call: string, block: Block, name: string): Failure | undefined {
  const written = writePath(block, name);
  if (written === "has-nul") return failure(call, ERRNO.EINVAL, "path holds a NUL character");
  return written === "too-long" ? failure(call, ERRNO.ENAMETOOLONG) : undefined;
}
