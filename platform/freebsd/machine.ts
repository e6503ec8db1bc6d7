/**
 * The end of the machine's run on FreeBSD: reboot(2) with its flags, and the accounting of it.
 */
import type { Failure } from "../interface/failure.ts";
import type { Platform } from "../interface/platform.ts";
import { type FreebsdKernel } from "./kernel.ts";
import { REBOOT } from "./abi.ts";
import { failure, lastFailure } from "../posix/kernel/kernel.ts";

type MachineEnd = Parameters<Platform["reboot"]>[0];

/**
 * Flags of reboot(2); those of a power-off are what init(8) passes. The kernel writes everything
 * out, stops swapping and unmounts by itself, since RB_NOSYNC is not set (kern_reboot of
 * sys/kern/kern_shutdown.c).
 */
export const REBOOT_FLAGS: Readonly<Record<Exclude<MachineEnd, "kexec">, number>> = {
  halt: REBOOT.RB_HALT,
  poweroff: REBOOT.RB_HALT | REBOOT.RB_POWEROFF,
  reboot: REBOOT.RB_AUTOBOOT,
};

/**
 * Ends the machine's run; returns only on failure.
 *
 * @returns EPERM without the right; EOPNOTSUPP for kexec, which FreeBSD's kernels up to 15 have
 *   not.
 */
export function reboot(kernel: FreebsdKernel, how: MachineEnd): Failure {
  if (how === "kexec") {
    const detail = "FreeBSD cannot hand over to a loaded kernel";
    return failure(kernel, "reboot", kernel.abi.errno.EOPNOTSUPP, detail);
  }
  kernel.numbers(kernel.calls.reboot, REBOOT_FLAGS[how], 0, 0, 0, 0, 0);
  return lastFailure(kernel, "reboot");
}
