/**
 * The console of PID 1 on FreeBSD: what comes before opening it on descriptors 0 to 2.
 *
 * As /sbin/init does it (sbin/init/init.c): own session, login name, revoke, then open. revoke(2)
 * cuts off every older descriptor of the terminal, so it must come before our own open, and only at
 * the start: descriptors 0 to 2 are closed then (the runtime puts /dev/null there), and later it
 * would cut services off that have it.
 *
 * The kernel revokes it, too: when the leader of the session ends whose terminal it is, for
 * everybody (sys/kern/kern_exit.c, exit1). So each child that is to have it opens it itself.
 */
import type { Failure } from "../interface/failure.ts";
import { type ConsoleOwner, type ConsoleParts, posixConsole } from "../posix/console.ts";
import type { Files } from "../posix/files/files.ts";
import { pathAddress, type PosixKernel, takePath } from "../posix/kernel/kernel.ts";
import type { FreebsdKernel } from "./kernel.ts";

export interface FreebsdConsole extends ConsoleOwner {
  /** What was opened as the machine's console. */
  ownConsole(): string | undefined;
}

/** The functions over a system. */
export function freebsdConsole(
  kernel: FreebsdKernel,
  parts: Omit<ConsoleParts, "beforeOpening">,
): FreebsdConsole {
  const { addresses, calls } = kernel;
  /** Once it has been revoked. */
  let own: string | undefined;

  function revokeOnce(path: string): Failure | undefined {
    if (own === path) return undefined;
    const unusable = takePath(kernel, "revoke", path);
    if (unusable !== undefined) return unusable;
    // Fails where no other use can be cut off, which is no reason not to open it.
    addresses(calls.revoke, pathAddress, 0, 0, 0, 0, 0);
    own = path;
    return undefined;
  }

  /** The name belongs to the session: getlogin(2) of every service. Only root may set it. */
  function setLoginName(name: string): void {
    if (takePath(kernel, "setlogin", name) !== undefined) return;
    addresses(calls.setlogin, pathAddress, 0, 0, 0, 0, 0);
  }

  const console = posixConsole(kernel, {
    ...parts,
    beforeOpening: (path) => {
      setLoginName("root");
      return revokeOnce(path);
    },
  });
  return { ...console, ownConsole: () => own };
}

/** Opens /dev/null on each of 0 to 2 that is closed, so that no queue or file comes out there. */
export function openStandardDescriptors(
  kernel: PosixKernel,
  files: Pick<Files, "openFile">,
): void {
  const { numbers, calls, abi: { file } } = kernel;
  for (const number of [0, 1, 2]) {
    if (numbers(calls.fcntl, number, file.F_GETFD, 0, 0, 0, 0) >= 0) continue;
    const fd = files.openFile("/dev/null", file.O_RDWR);
    if (typeof fd !== "number") return;
    // The lowest free number is the closed one; children are to inherit it.
    numbers(calls.fcntl, fd, file.F_SETFD, 0, 0, 0, 0);
  }
}
