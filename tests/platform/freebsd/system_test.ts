/**
 * What PID 1 asks of FreeBSD's kernel: console, mounts, the end. The kernel here only writes it
 * down.
 */
import type { Fd } from "../../../core/types.ts";
import { freebsdConsole, openStandardDescriptors } from "../../../platform/freebsd/console.ts";
import {
  mount,
  type MountedFileSystem,
  mountPairs,
  parseMounts,
  releaseMounts,
} from "../../../platform/freebsd/file_systems.ts";
import { bsdFileStatus } from "../../../platform/bsd/stat.ts";
import type { FreebsdKernel } from "../../../platform/freebsd/kernel.ts";
import { reboot } from "../../../platform/freebsd/machine.ts";
import { posixParts } from "../../../platform/posix/parts.ts";
import { posixProcesses } from "../../../platform/posix/processes/processes.ts";
import { socketAddress } from "../../../platform/posix/sockets/socket_address.ts";
import { posixStreams } from "../../../platform/posix/descriptors/streams.ts";
import type { Failure } from "../../../platform/mod.ts";
import { assert, assertEquals, assertIncludes } from "../../assert.ts";
import facts from "../abi_freebsd.json" with { type: "json" };
import { recordingKernel } from "./recording_kernel.ts";

const { O_RDONLY, O_RDWR, O_CLOEXEC, O_NOCTTY, O_NONBLOCK } = facts.open;
const TERMINAL_FLAGS = O_CLOEXEC | O_NOCTTY | O_NONBLOCK;

function partsOf(kernel: FreebsdKernel) {
  return posixParts(kernel, bsdFileStatus(kernel));
}

function consoleOf(recording: ReturnType<typeof recordingKernel>) {
  const { kernel } = recording;
  return freebsdConsole(kernel, { ...partsOf(kernel), groupOf: () => 1 });
}

Deno.test("openConsole() makes a session, names it, revokes, opens and places the console", () => {
  let opened = 10;
  const recording = recordingKernel((name, [, command]) => {
    if (name === "openat") return opened++;
    const isFlagsRead = name === "fcntl" && command === facts.open.F_GETFL;
    return isFlagsRead ? O_RDWR | O_NONBLOCK : 0;
  });
  assertEquals(consoleOf(recording).openConsole("/dev/console"), undefined);
  assertEquals(recording.asked, [
    "setsid()",
    'setlogin("root")',
    'revoke("/dev/console")',
    `openat(-100, "/dev/console", ${O_RDONLY | TERMINAL_FLAGS})`,
    "fcntl(10, 3)",
    `fcntl(10, 4, ${O_RDWR})`,
    `openat(-100, "/dev/console", ${O_RDWR | TERMINAL_FLAGS})`,
    "fcntl(11, 3)",
    `fcntl(11, 4, ${O_RDWR})`,
    "dup2(10)",
    "dup2(11, 1)",
    "dup2(11, 2)",
    "close(10)",
    "close(11)",
  ]);
});

Deno.test("openConsole() cuts off the older uses of a console only the first time", () => {
  let opened = 10;
  const recording = recordingKernel((name) => name === "openat" ? opened++ : 0);
  const console = consoleOf(recording);
  assertEquals(console.ownConsole(), undefined);
  console.openConsole("/dev/console");
  console.openConsole("/dev/console");
  assertEquals(console.ownConsole(), "/dev/console");
  assertEquals(recording.asked.filter((line) => line.startsWith("revoke")).length, 1);
});

Deno.test("openConsole() leaves 0 to 2 as they were when the console cannot be opened", () => {
  const { ENXIO } = facts.errno;
  const recording = recordingKernel((name) => name === "openat" ? -ENXIO : 0);
  assertEquals(consoleOf(recording).openConsole("/dev/console")?.errno, ENXIO);
  assert(!recording.asked.some((line) => line.startsWith("dup2")));
});

Deno.test("openStandardDescriptors() fills what FreeBSD leaves closed", () => {
  const { EBADF } = facts.errno;
  let next = 0;
  const { kernel, asked } = recordingKernel((name, [, command]) => {
    if (name === "openat") return next++;
    return name === "fcntl" && command === facts.open.F_GETFD ? -EBADF : 0;
  });
  openStandardDescriptors(kernel, partsOf(kernel).files);
  const open = `openat(-100, "/dev/null", ${O_RDWR | O_CLOEXEC})`;
  assertEquals(asked, [
    ...["fcntl(0, 1)", open, "fcntl(0, 2)"],
    ...["fcntl(1, 1)", open, "fcntl(1, 2)"],
    ...["fcntl(2, 1)", open, "fcntl(2, 2)"],
  ]);
});

Deno.test("reclaimConsole() blocks TTOU while it takes the foreground", () => {
  const recording = recordingKernel();
  consoleOf(recording).reclaimConsole();
  const [block, request, restore] = recording.asked;
  const { SIG_BLOCK, SIG_SETMASK } = facts.signals;
  assertIncludes(block ?? "", `sigprocmask(${SIG_BLOCK}, `);
  assertIncludes(request ?? "", `ioctl(0, ${facts.ioctl.TIOCSPGRP}, `);
  assertIncludes(restore ?? "", `sigprocmask(${SIG_SETMASK}, `);
});

Deno.test("reboot() passes the flags that init passes, and refuses kexec", () => {
  const { EPERM, EOPNOTSUPP } = facts.errno;
  const { RB_HALT, RB_POWEROFF } = facts.reboot;
  const { kernel, asked } = recordingKernel((name) => name === "reboot" ? -EPERM : 0);
  for (const how of ["halt", "poweroff", "reboot"] as const) {
    assertEquals(reboot(kernel, how).errno, EPERM);
  }
  assertEquals(asked, [`reboot(${RB_HALT})`, `reboot(${RB_HALT | RB_POWEROFF})`, "reboot()"]);
  const kexec = reboot(kernel, "kexec");
  assertEquals([kexec.errno, asked.length], [EOPNOTSUPP, 3]);
});

Deno.test("mount() passes pairs of names and values to nmount", () => {
  assertEquals(mountPairs("tmpfs", "/tmp", "tmpfs", "size=1m,export"), [
    ["fstype", "tmpfs"],
    ["fspath", "/tmp"],
    ["from", "tmpfs"],
    ["size", "1m"],
    ["export", ""],
  ]);
  const seen: string[] = [];
  const { EINVAL } = facts.errno;
  const { kernel } = recordingKernel((_name, [vector, count]) => {
    const view = memoryAt(vector as number, (count as number) * 16);
    for (let at = 0; at < view.byteLength; at += 16) {
      const [address, length] = [view.getBigUint64(at, true), view.getBigUint64(at + 8, true)];
      const text = memoryAt(Number(address), Number(length));
      seen.push(new TextDecoder().decode(text));
    }
    const last = Number(view.getBigUint64(view.byteLength - 16, true));
    new TextEncoder().encodeInto("bad option", new Uint8Array(memoryAt(last, 255).buffer));
    return -EINVAL;
  });
  const problem = mount(kernel, "tmpfs", "/tmp", "tmpfs", facts.mount.MNT_NOSUID, "size=1m");
  assertEquals(seen.slice(0, 9), [
    ...["fstype\0", "tmpfs\0", "fspath\0", "/tmp\0", "from\0", "tmpfs\0"],
    ...["size\0", "1m\0", "errmsg\0"],
  ]);
  assertEquals(seen[9]?.length, 255);
  assertEquals(problem?.message, "bad option: invalid argument (EINVAL)");
});

function memoryAt(address: number, bytes: number): DataView {
  const pointer = Deno.UnsafePointer.create(BigInt(address));
  assert(pointer !== null);
  return new DataView(new Deno.UnsafePointerView(pointer).getArrayBuffer(bytes));
}

Deno.test("parseMounts() reads struct statfs", () => {
  const { size, fields } = facts.structs.statfs;
  const bytes = new Uint8Array(2 * size);
  const put = (at: number, text: string) => new TextEncoder().encodeInto(text, bytes.subarray(at));
  [["/", "zroot", "zfs"], ["/home", "/dev/ada0p2", "ufs"]].forEach(([on, from, type], index) => {
    put(index * size + fields.f_mntonname.offset, on ?? "");
    put(index * size + fields.f_mntfromname.offset, from ?? "");
    put(index * size + fields.f_fstypename.offset, type ?? "");
  });
  bytes[size + fields.f_flags.offset] = facts.mount.MNT_RDONLY;
  assertEquals(parseMounts(bytes, 2), [
    { mountPoint: "/", source: "zroot", type: "zfs", isReadOnly: false },
    { mountPoint: "/home", source: "/dev/ada0p2", type: "ufs", isReadOnly: true },
  ]);
});

Deno.test("releaseMounts() unmounts from the last to the first, and leaves the rest to reboot", () => {
  const entry = (mountPoint: string, type = "ufs"): MountedFileSystem => {
    return { mountPoint, type, source: "x", isReadOnly: false };
  };
  let mounts = [entry("/"), entry("/dev", "devfs"), entry("/usr"), entry("/usr/home")];
  const log: string[] = [];
  const busy: Failure = { kind: "failure", call: "unmount", errno: 16, message: "busy" };
  const failures = releaseMounts({
    sync: () => void log.push("sync"),
    mounts: () => mounts,
    unmount: (mountPoint) => {
      log.push(mountPoint);
      if (mountPoint === "/usr") return busy;
      mounts = mounts.filter((one) => one.mountPoint !== mountPoint);
      return undefined;
    },
  });
  assertEquals(log, ["sync", "/usr/home", "/usr", "/usr", "sync"]);
  assertEquals(failures.map(({ message }) => message), ['"/usr": busy']);
});

Deno.test("socketAddress() begins with its length, and fits 103 bytes of path", () => {
  const { kernel } = recordingKernel();
  assertEquals(
    [...socketAddress(kernel, "bind", "/s") as Uint8Array],
    [5, facts.socket.AF_UNIX, 47, 115, 0],
  );
  const longest = socketAddress(kernel, "bind", "x".repeat(103));
  assert(longest instanceof Uint8Array && longest.length === facts.structs.sockaddr_un.size);
  const longer = socketAddress(kernel, "bind", "x".repeat(104));
  assert("kind" in longer && longer.errno === facts.errno.ENAMETOOLONG);
});

Deno.test("hasChildren() and childState() ask wait6 without collecting", () => {
  const { ECHILD, ESRCH } = facts.errno;
  const { WEXITED, WNOHANG, WNOWAIT, P_ALL, P_PID } = facts.wait;
  const options = WEXITED | WNOHANG | WNOWAIT;
  const { kernel, asked } = recordingKernel((name) => name === "wait6" ? -ECHILD : -ESRCH);
  const processes = posixProcesses(kernel, () => 1);
  assertEquals(processes.hasChildren(), false);
  assertEquals(processes.childState(77 as Parameters<typeof processes.childState>[0]), "none");
  const calls = asked.map((line) => line.replace(/, \d{6,}/g, ", address"));
  assertEquals(calls, [
    `wait6(${P_ALL}, 0, address, ${options}, 0, address)`,
    `wait6(${P_PID}, 77, address, ${options}, 0, address)`,
    "kill(77)",
  ]);
});

Deno.test("childState() takes a child for ended only when wait6 returns one", () => {
  const fields = facts.structs.siginfo_t.fields;
  // sys/kern/kern_exit.c, proc_to_reap: siginfo is filled in for each child that is looked at.
  const fillInformation = (address: unknown, child: number) =>
    memoryAt(address as number, facts.structs.siginfo_t.size)
      .setInt32(fields.si_pid.offset, child, true);
  let result = 0;
  const { kernel } = recordingKernel((name, [, id, , , , information]) => {
    if (name !== "wait6") return 0;
    fillInformation(information, id === 0 ? 77 : id as number);
    return result;
  });
  const processes = posixProcesses(kernel, () => 1);
  const child = 77 as Parameters<typeof processes.childState>[0];
  assertEquals([processes.childState(child), processes.hasChildren()], ["running", true]);
  result = child;
  assertEquals([processes.childState(child), processes.hasChildren()], ["ended", true]);
});

Deno.test("received descriptors are closed by the number that FreeBSD gives close", () => {
  const { kernel, asked } = recordingKernel();
  posixStreams(kernel).close(9 as Fd);
  assertEquals(asked, ["close(9)"]);
});
