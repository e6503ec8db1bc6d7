/**
 * The calls for folders of services; what is done with them is in `service_folders.ts`.
 */
import type { Fd } from "../../../core/types.ts";
import { allocate, writePath } from "../../ffi/memory.ts";
import type { Failure } from "../../interface/failure.ts";
import type { Platform } from "../../interface/platform.ts";
import type { Streams } from "../descriptors/streams.ts";
import {
  failure,
  lastFailure,
  pathAddress,
  pathMemory,
  type PosixKernel,
  takePath,
  userId,
} from "../kernel/kernel.ts";
import type { StatusCalls } from "./file_status.ts";
import type { Files } from "./files.ts";
import { makeServiceFolder, removeServiceFolder } from "./service_folders.ts";

/** The group or owner stays as it is: chown(2). */
const UNCHANGED = -1;
const PRIVATE = 0o700;

/** What it is made of. */
export interface ServiceFolderParts {
  readonly files: Pick<Files, "openAt" | "openFile" | "someNames">;
  readonly streams: Pick<Streams, "close">;
  readonly status: StatusCalls;
}

/** The functions over a system. */
export function posixServiceFolders(
  kernel: PosixKernel,
  { files, streams, status }: ServiceFolderParts,
): Pick<Platform, "makeServiceFolder" | "removeServiceFolder"> {
  const { numbers, buffer, addresses, abi, calls } = kernel;
  const { file, errno } = abi;
  const secondName = allocate(512);
  // To be read as well: a descriptor that only marks the place cannot be given an owner.
  const flags = file.O_RDONLY | file.O_DIRECTORY | file.O_NONBLOCK;

  function makeIn(folder: Fd, name: string): Failure | undefined {
    const problem = takePath(kernel, "mkdir", name);
    if (problem !== undefined) return problem;
    const result = buffer(calls.mkdirat, folder, pathMemory, PRIVATE, 0, 0, 0);
    return result < 0 ? lastFailure(kernel, "mkdir") : undefined;
  }

  function unlink(folder: Fd, name: string, how: number): Failure | undefined {
    const call = how === 0 ? "unlink" : "rmdir";
    const problem = takePath(kernel, call, name);
    if (problem !== undefined) return problem;
    const result = buffer(calls.unlinkat, folder, pathMemory, how, 0, 0, 0);
    return result < 0 ? lastFailure(kernel, call) : undefined;
  }

  function rename(folder: Fd, from: string, to: string): Failure | undefined {
    const problem = takePath(kernel, "rename", from);
    if (problem !== undefined) return problem;
    if (typeof writePath(secondName, to) !== "number") {
      return failure(kernel, "rename", errno.ENAMETOOLONG);
    }
    const { address } = secondName;
    const result = addresses(calls.renameat, folder, pathAddress, folder, address, 0, 0);
    return result < 0 ? lastFailure(kernel, "rename") : undefined;
  }

  function setOwner(
    fd: Fd,
    uid: number | undefined = UNCHANGED,
    gid: number | undefined = UNCHANGED,
  ): Failure | undefined {
    if (uid === UNCHANGED && gid === UNCHANGED) return undefined;
    const result = numbers(calls.fchown, fd, uid, gid, 0, 0, 0);
    return result < 0 ? lastFailure(kernel, "fchown") : undefined;
  }

  function setMode(fd: Fd, mode: number): Failure | undefined {
    const result = numbers(calls.fchmod, fd, mode, 0, 0, 0, 0);
    return result < 0 ? lastFailure(kernel, "fchmod") : undefined;
  }

  const folderCalls = {
    errno,
    failure: (call: string, code: number, detail?: string) => failure(kernel, call, code, detail),
    userId: () => userId(kernel),
    openFolder: (path: string) => files.openFile(path, flags),
    openIn: (folder: Fd, name: string) => files.openAt(folder, name, flags | file.O_NOFOLLOW),
    makeIn,
    status: status.statusOfDescriptor,
    statusAt: status.statusAt,
    setOwner,
    setMode,
    rename,
    removeFile: (folder: Fd, name: string) => unlink(folder, name, 0),
    removeFolder: (folder: Fd, name: string) => unlink(folder, name, file.AT_REMOVEDIR),
    someNames: files.someNames,
    close: streams.close,
  };
  return {
    makeServiceFolder: (folder) => makeServiceFolder(folderCalls, folder),
    removeServiceFolder: (folder) => removeServiceFolder(folderCalls, folder),
  };
}
