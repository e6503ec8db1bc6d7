/**
 * Directories and the kernel's interface files: what the daemon makes, removes and writes to.
 */
import { lastErrno } from "../ffi/library.ts";
import type { Failure } from "../interface/failure.ts";
import { ERRNO, FILE } from "./abi.ts";
import { openFile } from "./files.ts";
import { failure, kernel, pathMemory, takePath } from "./kernel.ts";
import { close, write } from "./streams.ts";

const encoder = new TextEncoder();

/** Makes a directory (mode less the umask). @returns EEXIST when something is there. */
export function makeDirectory(path: string, mode: number): Failure | undefined {
  const problem = takePath("mkdir", path);
  if (problem !== undefined) return problem;
  const calls = kernel();
  const result = calls.buffer(calls.abi.calls.mkdirat, FILE.AT_FDCWD, pathMemory, mode, 0, 0, 0);
  return result < 0 ? failure("mkdir", lastErrno(calls)) : undefined;
}

/** Removes an empty directory, or a control group that holds no process. */
export function removeDirectory(path: string): Failure | undefined {
  const problem = takePath("rmdir", path);
  if (problem !== undefined) return problem;
  const calls = kernel();
  const { unlinkat } = calls.abi.calls;
  const result = calls.buffer(unlinkat, FILE.AT_FDCWD, pathMemory, FILE.AT_REMOVEDIR, 0, 0, 0);
  return result < 0 ? failure("rmdir", lastErrno(calls)) : undefined;
}

/** Writes a text to a file that exists, in one write: the kernel's interface files take no other form. */
export function writeFile(path: string, text: string): Failure | undefined {
  const fd = openFile(path, FILE.O_WRONLY | FILE.O_NONBLOCK | FILE.O_NOCTTY);
  if (typeof fd !== "number") return fd;
  const written = write(fd, encoder.encode(text));
  close(fd);
  if (written === "again") return failure("write", ERRNO.EAGAIN);
  return typeof written === "object" ? written : undefined;
}
