/**
 * macOS's kernel, by the names of its C library's functions.
 */
import { DARWIN_ERRNO } from "../bsd/errno.ts";
import type { BsdCallName, BsdKernel } from "../bsd/abi.ts";
import { systemLibrary } from "../ffi/library.ts";
import { type NamedCall, namedCalls } from "../ffi/named_calls.ts";
import type { CallNumbers } from "../posix/kernel/kernel.ts";
import { DARWIN_ABI } from "./abi.ts";

const ENOSYS = 78;

/**
 * The functions of the calls. Calls that macOS lacks take a function that does less: what is made
 * by them is marked by fcntl afterwards. On x86-64 the plain names of stat's family are an old form
 * of the structure.
 */
export function darwinFunctions(arch: string): Readonly<Record<BsdCallName, NamedCall>> {
  const stat = arch === "x86_64" ? "$INODE64" : "";
  const call = (name: string, parameters: number, named?: number): NamedCall =>
    named === undefined ? { name, parameters } : { name, parameters, named };
  return {
    accept4: call("accept", 3),
    bind: call("bind", 3),
    clock_gettime: call("clock_gettime", 2),
    close: call("close", 1),
    close_range: call("close_range", 3),
    connect: call("connect", 3),
    dup2: call("dup2", 2),
    execve: call("execve", 3),
    faccessat: call("faccessat", 4),
    fchmod: call("fchmod", 2),
    fchown: call("fchown", 3),
    fchownat: call("fchownat", 5),
    fcntl: call("fcntl", 3, 2),
    fstat: call(`fstat${stat}`, 2),
    fstatat: call(`fstatat${stat}`, 4),
    getdirentries: call("getdirentries is not for programs", 4),
    geteuid: call("geteuid", 0),
    getpid: call("getpid", 0),
    getsockopt: call("getsockopt", 5),
    ioctl: call("ioctl", 3, 2),
    kill: call("kill", 2),
    linkat: call("linkat", 5),
    listen: call("listen", 2),
    lseek: call("lseek", 3),
    mkdirat: call("mkdirat", 3),
    openat: call("openat", 4, 3),
    pipe2: call("pipe", 1),
    poll: call("poll", 3),
    read: call("read", 3),
    readlinkat: call("readlinkat", 4),
    recvmsg: call("recvmsg", 3),
    renameat: call("renameat", 4),
    sendmsg: call("sendmsg", 3),
    setsid: call("setsid", 0),
    sigaction: call("sigaction", 3),
    sigprocmask: call("sigprocmask", 3),
    socket: call("socket", 3),
    setsockopt: call("setsockopt", 5),
    socketpair: call("socketpair", 4),
    umask: call("umask", 1),
    unlinkat: call("unlinkat", 3),
    wait4: call("wait4", 4),
    waitid: call("waitid", 4),
    write: call("write", 3),
  };
}

/** A kernel's calls by name from functions by name: the index of each is its number. */
export function numberedFunctions(functions: Readonly<Record<BsdCallName, NamedCall>>): {
  readonly calls: CallNumbers<BsdCallName>;
  readonly list: readonly NamedCall[];
} {
  const names = Object.keys(functions) as BsdCallName[];
  const numbers = Object.fromEntries(names.map((name, index) => [name, index]));
  return { calls: numbers as CallNumbers<BsdCallName>, list: names.map((name) => functions[name]) };
}

/** Binds the calls. @throws {Error} When the C library is not there. */
export function darwinKernel(): BsdKernel {
  const { arch } = Deno.build;
  const { calls, list } = numberedFunctions(darwinFunctions(arch));
  const bound = namedCalls(list, {
    library: systemLibrary(),
    errnoFunction: "__error",
    variadicOnStack: arch === "aarch64",
    ENOSYS,
  });
  return { ...bound, abi: DARWIN_ABI, calls, errnoTable: DARWIN_ERRNO };
}
