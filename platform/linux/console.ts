/**
 * The console of PID 1: opening it on descriptors 0 to 2, and its foreground process group.
 */
import type { Fd } from "../../core/types.ts";
import { addressCalls, lastErrno } from "../ffi/library.ts";
import { allocate } from "../ffi/memory.ts";
import type { Failure } from "../interface/failure.ts";
import { FILE, SIGNALS, TERMINAL } from "./abi.ts";
import { openFile } from "./files.ts";
import { aboveStandard, failure, kernel } from "./kernel.ts";
import { signalSet, withMaskChanged } from "./signal_mask.ts";
import { close, setBlocking } from "./streams.ts";

const group = allocate(8);
const backgroundWrite = signalSet([SIGNALS.TTOU]);

/**
 * Makes a session for the manager and puts the console on its standard descriptors: reading on 0, reading
 * and writing on 1 and 2. They block, as programs that get them expect.
 *
 * Opened before the old ones go, and never waiting for a modem's carrier; on failure 0 to 2 stay as they
 * were. The terminal does not become the manager's own: each service on it takes it for its session.
 */
export function openConsole(path: string): Failure | undefined {
  const calls = kernel();
  // Fails for the leader of a group only, which has its session already.
  calls.numbers(calls.abi.calls.setsid, 0, 0, 0, 0, 0, 0);
  const reading = openTerminal(path, FILE.O_RDONLY);
  if (typeof reading !== "number") return reading;
  const writing = openTerminal(path, FILE.O_RDWR);
  if (typeof writing !== "number") {
    close(reading);
    return writing;
  }
  const problem = placeAt(reading, 0) ?? placeAt(writing, 1) ?? placeAt(writing, 2);
  close(reading);
  close(writing);
  return problem;
}

function openTerminal(path: string, access: number): Fd | Failure {
  const fd = openFile(path, access | FILE.O_NOCTTY | FILE.O_NONBLOCK);
  if (typeof fd !== "number") return fd;
  const moved = aboveStandard(fd) as Fd;
  return setBlocking(moved, true) ?? moved;
}

function placeAt(fd: Fd, number: number): Failure | undefined {
  const calls = kernel();
  const result = calls.numbers(calls.abi.calls.dup3, fd, number, 0, 0, 0, 0);
  return result < 0 ? failure("dup3", lastErrno(calls)) : undefined;
}

/**
 * Takes the foreground of the terminal on descriptor 0 back. Without a terminal of the manager's own there
 * is nothing to take, which is no error.
 */
export function reclaimConsole(): void {
  const { numbers, abi } = kernel();
  group.words32[0] = numbers(abi.calls.getpgid, 0, 0, 0, 0, 0, 0);
  // From the background this raises SIGTTOU, whose default action stops the process.
  withMaskChanged(backgroundWrite, () => {
    addressCalls().addresses(abi.calls.ioctl, 0, TERMINAL.TIOCSPGRP, group.address, 0, 0, 0);
  });
}

/**
 * Whether descriptor 0 is the manager's controlling terminal: TIOCGSID fails with ENOTTY for any other
 * descriptor (drivers/tty/tty_jobctrl.c).
 */
export function hasControllingTerminal(): boolean {
  const { abi } = kernel();
  const { addresses } = addressCalls();
  return addresses(abi.calls.ioctl, 0, TERMINAL.TIOCGSID, group.address, 0, 0, 0) === 0;
}
