/**
 * Terminals: whether a descriptor is one, and how it hands over what is typed: termios(3).
 */
import type { Fd } from "../../../core/types.ts";
import { allocate } from "../../ffi/memory.ts";
import type { Failure } from "../../interface/failure.ts";
import type { Platform } from "../../interface/platform.ts";
import { lastFailure, type PosixKernel } from "../kernel/kernel.ts";

export type Terminals = Pick<Platform, "descriptorKind" | "setTerminalInput">;

/** The functions over a system. */
export function posixTerminals(kernel: PosixKernel): Terminals {
  const { numbers, addresses, abi, calls } = kernel;
  const { file, terminal, termios } = abi;
  /** struct termios: 36 bytes on Linux, 44 on FreeBSD, 72 on macOS. */
  const settings = allocate(128);

  function readSettings(fd: Fd): number {
    return addresses(calls.ioctl, fd, terminal.TIOCGETA, settings.address, 0, 0, 0);
  }

  function setTerminalInput(fd: Fd, by: "key" | "line"): Failure | undefined {
    if (readSettings(fd) < 0) return lastFailure(kernel, "ioctl");
    const { LOCAL_FLAGS, CHARACTERS, ICANON, VMIN, VTIME } = termios;
    const flags = settings.view.getUint32(LOCAL_FLAGS, true);
    const wanted = by === "key" ? flags & ~ICANON : flags | ICANON;
    settings.view.setUint32(LOCAL_FLAGS, wanted, true);
    if (by === "key") {
      settings.bytes[CHARACTERS + VMIN] = 1;
      settings.bytes[CHARACTERS + VTIME] = 0;
    }
    const result = addresses(calls.ioctl, fd, terminal.TIOCSETA, settings.address, 0, 0, 0);
    return result < 0 ? lastFailure(kernel, "ioctl") : undefined;
  }

  return {
    descriptorKind: (fd) => {
      if (numbers(calls.fcntl, fd, file.F_GETFD, 0, 0, 0, 0) < 0) return "closed";
      return readSettings(fd) === 0 ? "terminal" : "other";
    },
    setTerminalInput,
  };
}
