/**
 * Descriptors that the manager got from whoever started it, on the BSDs.
 */
import type { InheritedWays } from "../posix/inherited.ts";
import type { PosixKernel } from "../posix/kernel/kernel.ts";
import type { PosixParts } from "../posix/parts.ts";
import { posixTerminals } from "../posix/descriptors/terminal.ts";

/** Where there is no close_range, numbers up to here are marked one by one. */
const MOST_INHERITED = 4096;

/** The ways of a system. */
export function bsdInherited(
  kernel: PosixKernel,
  { files }: Pick<PosixParts, "files">,
): InheritedWays {
  const { numbers, abi: { file }, calls } = kernel;
  const { descriptorKind } = posixTerminals(kernel);
  return {
    /**
     * Terminals only, and by a name: through /dev/fd FreeBSD's devfs duplicates. PID 1 writes to
     * the console; for others their terminal has the name that all processes know.
     */
    openAnew: (fd, type) => {
      if (type !== "character" || descriptorKind(fd) !== "terminal") return undefined;
      const path = numbers(calls.getpid, 0, 0, 0, 0, 0, 0) === 1 ? "/dev/console" : "/dev/tty";
      return files.openFile(path, file.O_WRONLY | file.O_NONBLOCK | file.O_NOCTTY);
    },
    possiblyOpen: () => Array(MOST_INHERITED).keys(),
  };
}
