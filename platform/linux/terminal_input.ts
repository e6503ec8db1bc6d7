/**
 * How a terminal hands over what is typed: termios(3).
 */
import type { Fd } from "../../core/types.ts";
import { addressCalls, lastErrno } from "../ffi/library.ts";
import { allocate } from "../ffi/memory.ts";
import type { Failure } from "../interface/failure.ts";
import { TERMINAL } from "./abi.ts";
import { failure, kernel } from "./kernel.ts";

/**
 * The kernel's struct termios: four words of flags, the line discipline, 19 characters; equal on x86-64 and
 * aarch64. Source: asm-generic/termbits.h.
 */
const TERMIOS = {
  BYTES: 36,
  LOCAL_FLAGS: 12,
  CHARACTERS: 17,
  VTIME: 5,
  VMIN: 6,
  ICANON: 2,
} as const;

const settings = allocate(TERMIOS.BYTES);

/** With `key` a read gives what has been typed without waiting for Enter; echo stays as it is. */
export function setTerminalInput(terminal: Fd, by: "key" | "line"): Failure | undefined {
  const calls = kernel();
  const { addresses } = addressCalls();
  const { ioctl } = calls.abi.calls;
  if (addresses(ioctl, terminal, TERMINAL.TCGETS, settings.address, 0, 0, 0) < 0) {
    return failure("ioctl", lastErrno(calls));
  }
  const flags = settings.view.getUint32(TERMIOS.LOCAL_FLAGS, true);
  const wanted = by === "key" ? flags & ~TERMIOS.ICANON : flags | TERMIOS.ICANON;
  settings.view.setUint32(TERMIOS.LOCAL_FLAGS, wanted, true);
  if (by === "key") {
    settings.bytes[TERMIOS.CHARACTERS + TERMIOS.VMIN] = 1;
    settings.bytes[TERMIOS.CHARACTERS + TERMIOS.VTIME] = 0;
  }
  const result = addresses(ioctl, terminal, TERMINAL.TCSETS, settings.address, 0, 0, 0);
  return result < 0 ? failure("ioctl", lastErrno(calls)) : undefined;
}
