/** FreeBSD's numbers and layouts against what a C compiler made of its headers. */
import { FREEBSD_ERRNO } from "../../../platform/bsd/errno.ts";
import {
  FREEBSD_ABI,
  FREEBSD_CALLS,
  FREEBSD_MEMORY,
  FREEBSD_RESOURCES,
  FREEBSD_SIGNALS,
  KINFO_PROC,
  MOUNT,
  PROCCTL,
  REBOOT,
  STATFS,
  SYSCTL,
} from "../../../platform/freebsd/abi.ts";
import { KEVENT, KEVENT_BYTES, KQUEUE } from "../../../platform/kqueue/kevent.ts";
import { assert, assertEquals } from "../../assert.ts";
import facts from "../abi_freebsd.json" with { type: "json" };

/** Every name of ours must be known, with the same value. */
function assertTable(
  ours: Readonly<Record<string, unknown>>,
  theirs: Readonly<Record<string, unknown>>,
): void {
  for (const [name, value] of Object.entries(ours)) {
    assert(Object.hasOwn(theirs, name), `No fact about ${name}`);
    assertEquals(value, theirs[name], name);
  }
}

Deno.test("FREEBSD_CALLS has the kernel's numbers", () => {
  assertTable(FREEBSD_CALLS, facts.syscalls);
});

Deno.test("FREEBSD_ABI has the constants of the headers", () => {
  const { file, errno, socket, terminal, place } = FREEBSD_ABI;
  assertTable({ ...file, ...place }, facts.open);
  assertTable(errno, facts.errno);
  assertTable(terminal, facts.ioctl);
  const {
    PATH_BYTES: _path,
    hasLengthByte: _length,
    hasAbstractNames: _abstract,
    fileHasMode: _mode,
    ...sockets
  } = socket;
  // Read in netinet6/in6.h, not compiled: in6.
  assertTable(sockets, { ...facts.socket, ...facts.in6 });
  const { RLIM_INFINITY, ...limits } = FREEBSD_RESOURCES;
  assertTable(limits, facts.rlimit);
  assertEquals(RLIM_INFINITY, BigInt(facts.rlimit.RLIM_INFINITY));
  assertTable(FREEBSD_MEMORY, facts.mmap);
  assertTable(PROCCTL, facts.procctl);
  assertTable(REBOOT, facts.reboot);
  assertTable(MOUNT, facts.mount);
  assertTable(KQUEUE, facts.kqueue);
  assertTable(SYSCTL, facts.sysctl);
});

Deno.test("FREEBSD_SIGNALS and the ways to change a mask are the kernel's", () => {
  const theirs: Readonly<Record<string, number>> = facts.signals;
  for (const [name, number] of Object.entries(FREEBSD_SIGNALS)) {
    assertEquals(number, theirs[`SIG${name}`], name);
  }
  const { SIG_BLOCK, SIG_UNBLOCK, SIG_SETMASK, SIG_IGN, SET_BYTES, ACTION_BYTES, LAST_SIGNAL } =
    FREEBSD_ABI.signalCalls;
  assertTable({ SIG_BLOCK, SIG_UNBLOCK, SIG_SETMASK, SIG_IGN }, theirs);
  assertEquals(SET_BYTES, facts.structs.sigset_t.size);
  assertEquals(ACTION_BYTES, facts.structs.sigaction.size);
  assertEquals(LAST_SIGNAL, Math.max(...Object.values(FREEBSD_SIGNALS)));
});

Deno.test("FREEBSD_ABI has the layouts of the headers", () => {
  const { structs } = facts;
  const { wait, message, credentials, stat, directory, socket } = FREEBSD_ABI;
  const { SIGINFO_BYTES, SIGINFO_PID, peekCall: _call, ...waits } = wait;
  assertTable(waits, facts.wait);
  assertEquals(SIGINFO_BYTES, structs.siginfo_t.size);
  assertEquals(SIGINFO_PID, structs.siginfo_t.fields.si_pid.offset);

  const { msghdr, cmsghdr } = structs;
  assertEquals(message, {
    BYTES: msghdr.size,
    IOV: msghdr.fields.msg_iov.offset,
    IOVLEN: msghdr.fields.msg_iovlen.offset,
    CONTROL: msghdr.fields.msg_control.offset,
    CONTROLLEN: msghdr.fields.msg_controllen.offset,
    FLAGS: msghdr.fields.msg_flags.offset,
    LENGTH_BYTES: cmsghdr.fields.cmsg_len.size,
    HEADER_BYTES: cmsghdr.size,
    DATA_AT: facts.socket.CMSG_DATA_offset,
    LEVEL: cmsghdr.fields.cmsg_level.offset,
    TYPE: cmsghdr.fields.cmsg_type.offset,
    ALIGN: 8,
  });
  assertEquals(msghdr.fields.msg_iovlen.size, 4);
  assertEquals(facts.socket.CMSG_LEN_4, message.DATA_AT + 4);
  assertEquals(facts.socket.CMSG_SPACE_4, message.DATA_AT + 8);

  const { xucred } = structs;
  assertEquals(credentials, {
    LEVEL: facts.socket.SOL_LOCAL,
    OPTION: facts.socket.LOCAL_PEERCRED,
    BYTES: xucred.size,
    UID: xucred.fields.cr_uid.offset,
    GID: xucred.fields.cr_groups.offset,
    PID: xucred.fields.cr_pid.offset,
    PID_OPTION: 0,
    GROUP_COUNT: xucred.fields.cr_ngroups.offset,
    GROUPS_OPTION: 0,
  });
  const { sockcred2 } = structs;
  assertEquals(FREEBSD_ABI.sender, {
    LEVEL: facts.socket.SOL_LOCAL,
    OPTION: facts.socket.LOCAL_CREDS_PERSISTENT,
    TYPE: facts.socket.SCM_CREDS2,
    PID: sockcred2.fields.sc_pid.offset,
    UID: sockcred2.fields.sc_euid.offset,
    GID: sockcred2.fields.sc_egid.offset,
  });
  assertEquals(stat, {
    BYTES: structs.stat.size,
    DEVICE: structs.stat.fields.st_dev.offset,
    INODE: structs.stat.fields.st_ino.offset,
    LINKS: structs.stat.fields.st_nlink.offset,
    MODE: structs.stat.fields.st_mode.offset,
    UID: structs.stat.fields.st_uid.offset,
    BIRTH_SECONDS: structs.stat.fields.st_birthtim.offset,
    BIRTH_NANOSECONDS: structs.stat.fields.st_birthtim.offset + 8,
    MTIME_SECONDS: structs.stat.fields.st_mtim.offset,
    MTIME_NANOSECONDS: structs.stat.fields.st_mtim.offset + 8,
    SIZE: structs.stat.fields.st_size.offset,
  });
  assertEquals(structs.stat.fields.st_mode.size, 2);
  assertEquals(directory, {
    call: "getdirentries",
    RECORD_LENGTH: structs.dirent.fields.d_reclen.offset,
    marksRemoved: true,
    NAME: structs.dirent.fields.d_name.offset,
  });
  assertEquals(socket.PATH_BYTES, structs.sockaddr_un.fields.sun_path.size);
  assertEquals(structs.sockaddr_un.fields.sun_family.offset, 1);
});

Deno.test("STATFS has the layout of struct statfs", () => {
  const { size, fields } = facts.structs.statfs;
  assertEquals(STATFS, {
    BYTES: size,
    FLAGS: fields.f_flags.offset,
    TYPE: fields.f_fstypename.offset,
    FROM: fields.f_mntfromname.offset,
    ON: fields.f_mntonname.offset,
    TYPE_BYTES: facts.mount.MFSNAMELEN,
    PATH_BYTES: facts.mount.MNAMELEN,
  });
});

Deno.test("KEVENT has the layout of struct kevent of FreeBSD 12 and later", () => {
  const { size, fields } = facts.structs.kevent;
  assertEquals(KEVENT_BYTES.freebsd, size);
  assertEquals(KEVENT, {
    IDENT: fields.ident.offset,
    FILTER: fields.filter.offset,
    FLAGS: fields.flags.offset,
    FFLAGS: fields.fflags.offset,
    DATA: fields.data.offset,
    UDATA: fields.udata.offset,
  });
});

Deno.test("FREEBSD_ERRNO names every number of the header", () => {
  for (const [name, number] of Object.entries(facts.errno)) {
    if (["EWOULDBLOCK", "ENOTSUP", "ELAST"].includes(name)) continue;
    assertEquals(FREEBSD_ERRNO.get(number)?.name, name);
  }
});

Deno.test("KINFO_PROC is the kernel's record of a process", () => {
  const { size, fields } = facts.structs.kinfo_proc;
  assertEquals<Record<string, number>>(KINFO_PROC, {
    BYTES: size,
    SIZE: fields.ki_structsize.offset,
    PID: fields.ki_pid.offset,
    PARENT: fields.ki_ppid.offset,
    GROUP: fields.ki_pgid.offset,
    SESSION: fields.ki_sid.offset,
    REAL_UID: fields.ki_ruid.offset,
    SAVED_UID: fields.ki_svuid.offset,
    START: fields.ki_start.offset,
    STATE: fields.ki_stat.offset,
    SZOMB: 5,
  });
});
