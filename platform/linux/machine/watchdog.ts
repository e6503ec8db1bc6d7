/**
 * Watchdogs of the kernel: Documentation/watchdog/watchdog-api.rst. Opening one turns it on; each
 * write has it count anew; the letter V before it is closed turns it off.
 */
import { encodeText } from "../../../core/text/byte_text.ts";
import { lastErrno } from "../../ffi/library.ts";
import { allocate } from "../../ffi/memory.ts";
import type { Failure } from "../../interface/failure.ts";
import type { OpenMachineWatchdog } from "../../interface/machine_watchdog.ts";
import { FILE, WATCHDOG } from "../kernel/abi.ts";
import { failure, LINUX } from "../kernel/kernel.ts";
import { files, streams } from "../kernel/parts.ts";

const MS_PER_SECOND = 1000;
const ALIVE = encodeText("\0");
const TURN_OFF = encodeText("V");

export const openLinuxWatchdog: OpenMachineWatchdog = (path, timeoutMs) => {
  const fd = files.openFile(path, FILE.O_WRONLY, 0);
  if (typeof fd !== "number") return fd;
  const turnOff = () => {
    streams.write(fd, TURN_OFF);
    streams.close(fd);
  };
  const seconds = setTimeout(fd, Math.ceil(timeoutMs / MS_PER_SECOND));
  if (typeof seconds !== "number") {
    turnOff();
    return seconds;
  }
  return {
    timeoutMs: seconds * MS_PER_SECOND,
    tell: () => void streams.write(fd, ALIVE),
    turnOff,
  };
};

/** @returns What it has made of it. */
function setTimeout(fd: number, seconds: number): number | Failure {
  const value = allocate(8);
  value.view.setInt32(0, seconds, true);
  const { ioctl } = LINUX.calls;
  if (LINUX.addresses(ioctl, fd, WATCHDOG.WDIOC_SETTIMEOUT, value.address, 0, 0, 0) < 0) {
    return failure("ioctl", lastErrno(LINUX));
  }
  return value.view.getInt32(0, true);
}
