/**
 * The machine as a whole: its end, its key combination, its messages on the console.
 */
import { lastErrno } from "../../ffi/library.ts";
import type { Failure } from "../../interface/failure.ts";
import { REBOOT } from "../kernel/abi.ts";
import { failure, LINUX } from "../kernel/kernel.ts";

const COMMAND = {
  halt: REBOOT.CMD_HALT,
  poweroff: REBOOT.CMD_POWER_OFF,
  reboot: REBOOT.CMD_RESTART,
  kexec: REBOOT.CMD_KEXEC,
} as const;

/**
 * Ends the machine's run at once, without sync; returns only on failure. In a PID namespace only
 * the namespace ends: reboot(2).
 *
 * @returns EPERM without CAP_SYS_BOOT; EINVAL for kexec when no kernel is loaded.
 */
export function reboot(how: keyof typeof COMMAND): Failure {
  return failure("reboot", rebootCall(COMMAND[how]));
}

/**
 * Ctrl-Alt-Del comes as SIGINT instead of restarting at once, and kernel messages stay off the
 * console. What is not permitted (containers) stays as it is.
 */
export function takeKernelConsole(): void {
  rebootCall(REBOOT.CMD_CAD_OFF);
  LINUX.numbers(LINUX.calls.syslog, REBOOT.SYSLOG_CONSOLE_OFF, 0, 0, 0, 0, 0);
}

function rebootCall(command: number): number {
  const { MAGIC1, MAGIC2 } = REBOOT;
  const result = LINUX.addresses(LINUX.calls.reboot, MAGIC1, MAGIC2, command, 0, 0, 0);
  return result < 0 ? lastErrno(LINUX) : 0;
}
