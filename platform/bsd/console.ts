/**
 * The console of PID 1 on FreeBSD: opening it on descriptors 0 to 2, and its foreground process group.
 *
 * As /sbin/init does it (sbin/init/init.c): own session, login name, revoke, then open. revoke(2) cuts off every
 * older descriptor of the terminal, so it must come before our own open, and only at the start: descriptors 0 to 2 are
 * closed then (the runtime puts /dev/null there), and later it would cut services off that have it.
 *
 * The kernel revokes it, too: when the leader of the session ends whose terminal it is, for everybody
 * (sys/kern/kern_exit.c, exit1). So each child that is to have it opens it itself.
 */
import type { Fd } from "../../core/types.ts";
import { allocate } from "../ffi/memory.ts";
import type { Failure } from "../interface/failure.ts";
import type { Platform } from "../interface/platform.ts";
import type { Files } from "./files.ts";
import type { FreebsdKernel } from "./freebsd_kernel.ts";
import { aboveStandard, lastFailure, pathAddress, takePath } from "./kernel.ts";
import type { SignalMask } from "./signal_mask.ts";
import type { Streams } from "./streams.ts";

export type ConsoleOwner = Pick<Platform, "openConsole" | "reclaimConsole"> & {
  /** Whether descriptor 0 is the manager's controlling terminal. */
  hasControllingTerminal(): boolean;
  /** What was opened as the machine's console. */
  ownConsole(): string | undefined;
};

/** What the console needs of the other modules. */
export interface ConsoleParts {
  readonly files: Pick<Files, "openFile">;
  readonly streams: Pick<Streams, "setBlocking" | "close">;
  readonly mask: Pick<SignalMask, "withBlocked">;
  groupOf(pid: number): number | Failure;
}

/** The functions over a system. */
export function freebsdConsole(kernel: FreebsdKernel, parts: ConsoleParts): ConsoleOwner {
  const { files, streams, mask, groupOf } = parts;
  const { numbers, addresses, abi, calls } = kernel;
  const { file, terminal, signals } = abi;
  const group = allocate(8);
  /** Once it has been revoked. */
  let own: string | undefined;

  function openConsole(path: string): Failure | undefined {
    // Fails for the leader of a group only, which has its session already.
    numbers(calls.setsid, 0, 0, 0, 0, 0, 0);
    setLoginName("root");
    const unusable = revokeOnce(path);
    if (unusable !== undefined) return unusable;
    const reading = openTerminal(path, file.O_RDONLY);
    if (typeof reading !== "number") return reading;
    const writing = openTerminal(path, file.O_RDWR);
    if (typeof writing !== "number") {
      streams.close(reading);
      return writing;
    }
    const problem = placeAt(reading, 0) ?? placeAt(writing, 1) ?? placeAt(writing, 2);
    streams.close(reading);
    streams.close(writing);
    return problem;
  }

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

  /** Non-blocking at first: terminals wait for their carrier, and so would PID 1. */
  function openTerminal(path: string, access: number): Fd | Failure {
    const fd = files.openFile(path, access | file.O_NOCTTY | file.O_NONBLOCK);
    if (typeof fd !== "number") return fd;
    const moved = aboveStandard(kernel, fd) as Fd;
    return streams.setBlocking(moved, true) ?? moved;
  }

  function placeAt(fd: Fd, number: number): Failure | undefined {
    return numbers(calls.dup2, fd, number, 0, 0, 0, 0) < 0
      ? lastFailure(kernel, "dup2")
      : undefined;
  }

  function reclaimConsole(): void {
    const ownGroup = groupOf(0);
    if (typeof ownGroup !== "number") return;
    group.words32[0] = ownGroup;
    // From the background this raises SIGTTOU, whose default action stops the process.
    mask.withBlocked([signals.TTOU], () => {
      addresses(calls.ioctl, 0, terminal.TIOCSPGRP, group.address, 0, 0, 0);
    });
  }

  return {
    openConsole,
    reclaimConsole,
    ownConsole: () => own,
    hasControllingTerminal: () =>
      addresses(calls.ioctl, 0, terminal.TIOCGSID, group.address, 0, 0, 0) === 0,
  };
}

/** Opens /dev/null on each of 0 to 2 that is closed, so that no queue or file comes out there. */
export function openStandardDescriptors(
  kernel: FreebsdKernel,
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
