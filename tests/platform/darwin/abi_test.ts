/** macOS's numbers and layouts against what a C compiler made of XNU's headers. */
import { DARWIN_ERRNO } from "../../../platform/bsd/errno.ts";
import { EXIT_STATUS_NOTE, KEVENT, KEVENT_BYTES, KQUEUE } from "../../../platform/kqueue/kevent.ts";
import { DARWIN_ABI } from "../../../platform/darwin/abi.ts";
import { darwinFunctions } from "../../../platform/darwin/kernel.ts";
import { SPAWN_ABI } from "../../../platform/posix_spawn/abi.ts";
import { assertEquals } from "../../assert.ts";
import facts from "../abi_darwin.json" with { type: "json" };

/** What both have must agree; the compiled facts do not have every name. */
function assertTable(
  ours: Readonly<Record<string, unknown>>,
  theirs: Readonly<Record<string, unknown>>,
): void {
  for (const [name, value] of Object.entries(ours)) {
    if (Object.hasOwn(theirs, name)) assertEquals(value, theirs[name], name);
  }
}

Deno.test("DARWIN_ABI has the constants of XNU's headers", () => {
  const { file, errno, socket, resources, terminal, wait } = DARWIN_ABI;
  assertTable(file, facts.open);
  assertTable(errno, facts.errno);
  const { SOCK_CLOEXEC: _closes, SOCK_NONBLOCK: _waits, MSG_NOSIGNAL: _signal, ...common } = socket;
  assertTable(common, facts.socket);
  assertTable(resources, facts.rlimit);
  assertTable(terminal, facts.ioctl);
  assertTable(wait, facts.wait);
  assertTable(KQUEUE, facts.kqueue);
  assertTable({ ...SPAWN_ABI.darwin }, facts.spawn);
  assertEquals(SPAWN_ABI.darwin.ENOTSUP, facts.errno.ENOTSUP);
});

Deno.test("DARWIN_ABI has the signals of XNU's headers", () => {
  const theirs: Readonly<Record<string, number>> = facts.signals;
  for (const [name, number] of Object.entries(DARWIN_ABI.signals)) {
    assertEquals(number, theirs[`SIG${name}`], name);
  }
  assertTable(DARWIN_ABI.signalCalls, theirs);
  assertEquals(DARWIN_ABI.signalCalls.SET_BYTES, facts.structs.sigset_t.size);
});

Deno.test("DARWIN_ABI has the layouts of XNU's headers", () => {
  const { msghdr, cmsghdr, sockaddr_un, siginfo_t, kevent } = facts.structs;
  const { message, wait, socket, credentials } = DARWIN_ABI;
  assertEquals(message, {
    BYTES: msghdr.size,
    IOV: msghdr.fields.msg_iov.offset,
    IOVLEN: msghdr.fields.msg_iovlen.offset,
    CONTROL: msghdr.fields.msg_control.offset,
    CONTROLLEN: msghdr.fields.msg_controllen.offset,
    FLAGS: msghdr.fields.msg_flags.offset,
    LENGTH_BYTES: cmsghdr.fields.cmsg_len.size,
    HEADER_BYTES: cmsghdr.size,
    DATA_AT: cmsghdr.size,
    LEVEL: cmsghdr.fields.cmsg_level.offset,
    TYPE: cmsghdr.fields.cmsg_type.offset,
    ALIGN: cmsghdr.align,
  });
  assertEquals([wait.SIGINFO_BYTES, wait.SIGINFO_PID], [
    siginfo_t.size,
    siginfo_t.fields.si_pid.offset,
  ]);
  assertEquals(socket.PATH_BYTES, sockaddr_un.fields.sun_path.size);
  assertEquals(credentials.OPTION, facts.socket.LOCAL_PEERCRED);
  assertEquals(credentials.PID_OPTION, facts.socket.LOCAL_PEERPID);
  assertEquals(KEVENT_BYTES.darwin, kevent.size);
  assertEquals(KEVENT.UDATA, kevent.fields.udata.offset);
});

Deno.test("DARWIN_ABI has what was read in XNU's headers", () => {
  const { stat, credentials, termios, signalCalls, wait, socket } = DARWIN_ABI;
  const { structs, constants } = facts.read;
  assertEquals(stat, {
    BYTES: structs.stat.size,
    DEVICE: structs.stat.fields.st_dev,
    INODE: structs.stat.fields.st_ino,
    LINKS: structs.stat.fields.st_nlink,
    UID: structs.stat.fields.st_uid,
    BIRTH_SECONDS: structs.stat.fields.st_birthtimespec,
    BIRTH_NANOSECONDS: structs.stat.fields.st_birthtimespec + 8,
    MODE: structs.stat.fields.st_mode,
    MTIME_SECONDS: structs.stat.fields.st_mtimespec,
    MTIME_NANOSECONDS: structs.stat.fields.st_mtimespec + 8,
    SIZE: structs.stat.fields.st_size,
  });
  assertEquals([credentials.BYTES, credentials.UID, credentials.GID], [
    structs.xucred.size,
    structs.xucred.fields.cr_uid,
    structs.xucred.fields.cr_groups,
  ]);
  const { LOCAL_FLAGS, CHARACTERS } = termios;
  assertEquals({ LOCAL_FLAGS, CHARACTERS }, {
    LOCAL_FLAGS: structs.termios.fields.c_lflag,
    CHARACTERS: structs.termios.fields.c_cc,
  });
  // The size of a structure is a part of the number of its ioctl(2).
  const SIZE_BITS = 0x1fff;
  assertEquals((DARWIN_ABI.terminal.TIOCGETA >> 16) & SIZE_BITS, structs.termios.size);
  assertEquals(signalCalls.ACTION_BYTES, structs.sigaction.size);
  for (const table of [signalCalls, wait, socket]) assertTable(table, constants);
});

Deno.test("EXIT_STATUS_NOTE asks macOS for the status", () => {
  assertEquals(EXIT_STATUS_NOTE, { freebsd: 0, darwin: facts.kqueue.NOTE_EXITSTATUS });
});

Deno.test("DARWIN_ERRNO names the numbers that differ from FreeBSD's", () => {
  for (const [name, number] of Object.entries(facts.errno)) {
    assertEquals(DARWIN_ERRNO.get(number)?.name, name);
  }
});

Deno.test("darwinFunctions() marks the variadic functions, and stat's form by processor", () => {
  const arm = darwinFunctions("aarch64");
  const variadic = Object.values(arm).filter(({ named }) => named !== undefined);
  assertEquals(variadic, [
    { name: "fcntl", parameters: 3, named: 2 },
    { name: "ioctl", parameters: 3, named: 2 },
    { name: "openat", parameters: 4, named: 3 },
  ]);
  assertEquals(arm.fstat.name, "fstat");
  assertEquals(darwinFunctions("x86_64").fstat.name, "fstat$INODE64");
});
