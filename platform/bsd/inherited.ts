/**
 * Descriptors that the manager got from whoever started it.
 */
import type { Fd } from "../../core/types.ts";
import { allocate } from "../ffi/memory.ts";
import type { Failure } from "../interface/failure.ts";
import type { Platform } from "../interface/platform.ts";
import type { Files } from "./files.ts";
import { type BsdKernel, lastFailure } from "./kernel.ts";
import type { Streams } from "./streams.ts";

/** close_range(2): marks instead of closing. Linux 5.11, FreeBSD 12.2 (the flag: 13). */
const CLOSE_RANGE_CLOEXEC = 4;
/** Flags and places of termios(4), equal on FreeBSD and macOS. Source: sys/_termios.h, sys/termios.h. */
const ICANON = 0x100;
const VMIN = 16;
const VTIME = 17;
/** Where there is no close_range, numbers up to here are marked one by one. */
const MOST_INHERITED = 4096;

export type Inherited = Pick<
  Platform,
  | "descriptorKind"
  | "setTerminalInput"
  | "reopenForWriting"
  | "closeInheritedOnExec"
  | "releaseProgramPages"
>;

/** The functions over a system. */
export function bsdInherited(kernel: BsdKernel, files: Files, streams: Streams): Inherited {
  const { numbers, addresses, abi, calls } = kernel;
  const { file, terminal, termios } = abi;
  /** struct termios: 44 bytes on FreeBSD, 72 on macOS. */
  const terminalSettings = allocate(128);

  function descriptorKind(fd: Fd): "closed" | "terminal" | "other" {
    if (numbers(calls.fcntl, fd, file.F_GETFD, 0, 0, 0, 0) < 0) return "closed";
    const { TIOCGETA } = terminal;
    const result = addresses(calls.ioctl, fd, TIOCGETA, terminalSettings.address, 0, 0, 0);
    return result === 0 ? "terminal" : "other";
  }

  function setTerminalInput(descriptor: Fd, by: "key" | "line"): Failure | undefined {
    const { TIOCGETA, TIOCSETA } = terminal;
    if (addresses(calls.ioctl, descriptor, TIOCGETA, terminalSettings.address, 0, 0, 0) < 0) {
      return lastFailure(kernel, "ioctl");
    }
    const { LOCAL_FLAGS, CHARACTERS } = termios;
    const flags = terminalSettings.view.getUint32(LOCAL_FLAGS, true);
    const wanted = by === "key" ? flags & ~ICANON : flags | ICANON;
    terminalSettings.view.setUint32(LOCAL_FLAGS, wanted, true);
    if (by === "key") {
      terminalSettings.bytes[CHARACTERS + VMIN] = 1;
      terminalSettings.bytes[CHARACTERS + VTIME] = 0;
    }
    const result = addresses(calls.ioctl, descriptor, TIOCSETA, terminalSettings.address, 0, 0, 0);
    return result < 0 ? lastFailure(kernel, "ioctl") : undefined;
  }

  /**
   * Opened anew through /dev/fd where that makes a new open file: FreeBSD's devfs duplicates instead, so the
   * descriptor is only duplicated, and left blocking for the others who share it unless it is a socket.
   */
  function reopenForWriting(fd: Fd): Fd | Failure {
    const type = files.typeOfDescriptor(fd);
    if (typeof type !== "number") return type;
    if (type === file.S_IFCHR && descriptorKind(fd) === "terminal") {
      const opened = openTerminalAnew();
      if (typeof opened === "number") return opened;
    }
    const copy = numbers(calls.fcntl, fd, file.F_DUPFD_CLOEXEC, 3, 0, 0, 0);
    if (copy < 0) return lastFailure(kernel, "fcntl");
    if (type === file.S_IFSOCK) streams.setBlocking(copy as Fd, false);
    return copy as Fd;
  }

  /** PID 1 writes to the console; for others their terminal has the name that all processes know. */
  function openTerminalAnew(): Fd | Failure {
    const path = numbers(calls.getpid, 0, 0, 0, 0, 0, 0) === 1 ? "/dev/console" : "/dev/tty";
    return files.openFile(path, file.O_WRONLY | file.O_NONBLOCK | file.O_NOCTTY);
  }

  function closeInheritedOnExec(): void {
    if (numbers(calls.close_range, 3, -1, CLOSE_RANGE_CLOEXEC, 0, 0, 0) === 0) return;
    for (let fd = 3; fd < MOST_INHERITED; fd++) {
      numbers(calls.fcntl, fd, file.F_SETFD, file.FD_CLOEXEC, 0, 0, 0);
    }
  }

  return {
    descriptorKind,
    setTerminalInput,
    reopenForWriting,
    closeInheritedOnExec,
    // Memory is not counted against process 1 there, which is never killed.
    releaseProgramPages: () => {},
  };
}
