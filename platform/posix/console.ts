/**
 * The console of PID 1: opening it on descriptors 0 to 2, and its foreground process group.
 */
import type { Fd } from "../../core/types.ts";
import { allocate } from "../ffi/memory.ts";
import type { Failure } from "../interface/failure.ts";
import type { Platform } from "../interface/platform.ts";
import type { Files } from "./files/files.ts";
import { aboveStandard, lastFailure, type PosixKernel } from "./kernel/kernel.ts";
import type { SignalMask } from "./processes/signal_mask.ts";
import type { Streams } from "./descriptors/streams.ts";

export type ConsoleOwner = Pick<Platform, "openConsole" | "reclaimConsole"> & {
  /** Whether descriptor 0 is the manager's controlling terminal. */
  hasControllingTerminal(): boolean;
};

/** What the console needs of the other modules. */
export interface ConsoleParts {
  readonly files: Pick<Files, "openFile">;
  readonly streams: Pick<Streams, "setBlocking" | "close">;
  readonly mask: Pick<SignalMask, "withBlocked">;
  /** getpgid(2); 0: of the manager. */
  groupOf(pid: number): number | Failure;
  /** Called with a session of one's own, before the console is opened. */
  beforeOpening?(path: string): Failure | undefined;
}

/** The functions over a system. */
export function posixConsole(kernel: PosixKernel, parts: ConsoleParts): ConsoleOwner {
  const { files, streams, mask, groupOf } = parts;
  const { numbers, addresses, abi, calls } = kernel;
  const { file, terminal, signals } = abi;
  const group = allocate(8);

  /**
   * Makes a session for the manager and puts the console on its standard descriptors: reading on 0,
   * reading and writing on 1 and 2. They block, as programs that get them expect.
   *
   * Opened before the old ones go; on failure 0 to 2 stay as they were. The terminal does not
   * become the manager's own: each service on it takes it for its session.
   */
  function openConsole(path: string): Failure | undefined {
    // Fails for the leader of a group only, which has its session already.
    numbers(calls.setsid, 0, 0, 0, 0, 0, 0);
    const unusable = parts.beforeOpening?.(path);
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

  /** Non-blocking at first: terminals wait for a modem's carrier, and so would PID 1. */
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

  /** Without a terminal of the manager's own there is nothing to take, which is no error. */
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
    // Fails with ENOTTY for any other descriptor: drivers/tty/tty_jobctrl.c of Linux,
    // sys/kern/tty.c of FreeBSD.
    hasControllingTerminal: () =>
      addresses(calls.ioctl, 0, terminal.TIOCGSID, group.address, 0, 0, 0) === 0,
  };
}
