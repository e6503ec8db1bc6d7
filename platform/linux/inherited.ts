/**
 * Descriptors that the manager got from whoever started it.
 */
import type { Fd } from "../../core/types.ts";
import { addressCalls, lastErrno } from "../ffi/library.ts";
import { allocate } from "../ffi/memory.ts";
import type { Failure } from "../interface/failure.ts";
import { FILE, TERMINAL } from "./abi.ts";
import { openFile, readDirectory, typeOfDescriptor } from "./files.ts";
import { failure, kernel } from "./kernel.ts";
import { setBlocking } from "./streams.ts";

/** The kernel's struct termios has 36 bytes. */
const terminalSettings = allocate(64);

/** Whether the descriptor is open at all, and whether it is a terminal: isatty(3). */
export function descriptorKind(fd: Fd): "closed" | "terminal" | "other" {
  const { numbers, abi } = kernel();
  if (numbers(abi.calls.fcntl, fd, FILE.F_GETFD, 0, 0, 0, 0) < 0) return "closed";
  const { addresses } = addressCalls();
  const { TCGETS } = TERMINAL;
  const result = addresses(abi.calls.ioctl, fd, TCGETS, terminalSettings.address, 0, 0, 0);
  return result === 0 ? "terminal" : "other";
}

/**
 * A descriptor for writing to what another leads to, close-on-exec.
 *
 * Terminals, devices and FIFOs are opened anew, non-blocking, so that the flag does not reach others who
 * share the old one. Files are duplicated: they never block, and the position must stay shared. So are sockets
 * (made non-blocking) and what may not be opened again (left as it is).
 */
export function reopenForWriting(fd: Fd): Fd | Failure {
  const type = typeOfDescriptor(fd);
  if (typeof type !== "number") return type;
  if (type === FILE.S_IFCHR || type === FILE.S_IFIFO) {
    const flags = FILE.O_WRONLY | FILE.O_NONBLOCK | FILE.O_NOCTTY;
    const opened = openFile(`/proc/self/fd/${fd}`, flags);
    if (typeof opened === "number") return opened;
  }
  const calls = kernel();
  const { fcntl } = calls.abi.calls;
  const copy = calls.numbers(fcntl, fd, FILE.F_DUPFD_CLOEXEC, 3, 0, 0, 0);
  if (copy < 0) return failure("fcntl", lastErrno(calls));
  if (type === FILE.S_IFSOCK) setBlocking(copy as Fd, false);
  return copy as Fd;
}

/** Marks every open descriptor above 2 close-on-exec: close_range(2), Linux 5.11; before it one by one. */
export function closeInheritedOnExec(): void {
  const { numbers, abi } = kernel();
  const { close_range, fcntl } = abi.calls;
  if (numbers(close_range, 3, -1, FILE.CLOSE_RANGE_CLOEXEC, 0, 0, 0) === 0) return;
  const open = readDirectory("/proc/self/fd");
  if (open.kind === "failure") return;
  for (const name of open.names) {
    const fd = Number(name);
    if (fd > 2) numbers(fcntl, fd, FILE.F_SETFD, FILE.FD_CLOEXEC, 0, 0, 0);
  }
}
