/** The entry stub's operations on aarch64 Linux. */
import {
  compare,
  jump,
  jumpIfNegative,
  jumpIfNotEqual,
  jumpIfNotNegative,
  loadAddress,
  move,
  moveImmediate,
  systemCall,
} from "./assembler_aarch64.ts";
import type { StubCall, StubMachine } from "./stub_machine.ts";

/** Source: Linux include/uapi/asm-generic/unistd.h. */
const CALL_NUMBER: Readonly<Record<StubCall, number>> = {
  chdir: 49,
  faccessat: 48,
  fcntl: 25,
  getcwd: 17,
  getpid: 172,
  mkdirat: 34,
  mount: 40,
  openat: 56,
  rt_sigprocmask: 135,
  write: 64,
};

/** The register of the system call number, x8. */
const NUMBER_REGISTER = 8;

/**
 * aarch64. At entry x0 holds the function to call at exit; x19 is free (glibc's
 * sysdeps/aarch64/start.S) and no system call changes it.
 */
export const aarch64: StubMachine = {
  elfMachine: 183,
  keepEntryRegister: [move(19, 0)],
  restoreEntryRegister: [move(0, 19)],
  systemCall: (call, args) => [
    ...args.map((argument, register) =>
      typeof argument === "number"
        ? moveImmediate(register, argument)
        : loadAddress(register, argument.addressOf)
    ),
    moveImmediate(NUMBER_REGISTER, CALL_NUMBER[call]),
    systemCall(),
  ],
  jumpIfFailed: (target) => [jumpIfNegative(0, target)],
  jumpIfDone: (target) => [jumpIfNotNegative(0, target)],
  jumpUnlessResult: (result, target) => [compare(0, result), jumpIfNotEqual(target)],
  jump: (target) => [jump(target)],
};
