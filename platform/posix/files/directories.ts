/**
 * Reading directories: getdirentries(2), getdents64(2).
 */
import { decodeText } from "../../../core/text/byte_text.ts";
import type { Fd } from "../../../core/types.ts";
import { allocate } from "../../ffi/memory.ts";
import type { Failure } from "../../interface/failure.ts";
import type { Platform } from "../../interface/platform.ts";
import { lastFailure, type PosixKernel } from "../kernel/kernel.ts";

/** The function over a system. */
export function directoryReader(
  kernel: PosixKernel,
  { openFile, close }: {
    openFile(path: string, flags: number): Fd | Failure;
    close(fd: Fd): void;
  },
): Pick<Platform, "readDirectory"> & { someNames(path: string): readonly string[] | Failure } {
  const { addresses, abi, calls } = kernel;
  const { file, directory } = abi;
  const block = allocate(32 * 1024);
  /**
   * Where getdirentries(2) tells the position; nobody asks for it, and Linux's call does not look
   * there.
   */
  const position = allocate(8);

  /** @param most `some`: what one call gives, unless that is nothing but "." and "..". */
  function namesIn(path: string, most: "all" | "some"): string[] | Failure {
    const fd = openFile(path, file.O_RDONLY | file.O_NONBLOCK | file.O_DIRECTORY);
    if (typeof fd !== "number") return fd;
    const names: string[] = [];
    const { address, bytes } = block;
    const { getdirentries } = calls;
    for (;;) {
      const count = addresses(getdirentries, fd, address, bytes.length, position.address, 0, 0);
      if (count < 0) {
        const problem = lastFailure(kernel, directory.call);
        close(fd);
        return problem;
      }
      if (count === 0) break;
      collectNames(count, names);
      if (most === "some" && names.length > 0) break;
    }
    close(fd);
    return names;
  }

  function readDirectory(path: string): ReturnType<Platform["readDirectory"]> {
    const names = namesIn(path, "all");
    return "kind" in names ? names : { kind: "names", names };
  }

  function collectNames(count: number, names: string[]): void {
    const { bytes, view } = block;
    for (let at = 0; at < count;) {
      const length = view.getUint16(at + directory.RECORD_LENGTH, true);
      if (length === 0) return;
      const start = at + directory.NAME;
      const name = decodeText(bytes, start, bytes.indexOf(0, start));
      const isThere = !directory.marksRemoved || view.getBigUint64(at, true) !== 0n;
      if (isThere && name !== "." && name !== "..") names.push(name);
      at += length;
    }
  }

  return { readDirectory, someNames: (path) => namesIn(path, "some") };
}
