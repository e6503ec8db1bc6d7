/**
 * The modules of platform/bsd at work: on Linux's kernel, with Linux's numbers in their table; once with calls by
 * number, as on FreeBSD, and once by the names of the C library's functions, as on macOS.
 */
import { type Fd, type Pid, pid as asPid } from "../../../core/types.ts";
import { bsdDescriptorPassing } from "../../../platform/bsd/descriptor_passing.ts";
import { bsdFileChanges } from "../../../platform/bsd/file_changes.ts";
import { bsdFiles } from "../../../platform/bsd/files.ts";
import { bsdInheritance } from "../../../platform/bsd/inheritance.ts";
import { bsdInternetSockets } from "../../../platform/bsd/internet_socket.ts";
import { bsdInherited } from "../../../platform/bsd/inherited.ts";
import type { BsdKernel } from "../../../platform/bsd/kernel.ts";
import { freebsdKinship } from "../../../platform/bsd/kinship.ts";
import { bsdNotifySockets } from "../../../platform/bsd/notify_socket.ts";
import { bsdProcesses } from "../../../platform/bsd/processes.ts";
import { bsdSignalMask } from "../../../platform/bsd/signal_mask.ts";
import { bsdSockets } from "../../../platform/bsd/sockets.ts";
import { bsdStreams } from "../../../platform/bsd/streams.ts";
import { namedCalls } from "../../../platform/ffi/named_calls.ts";
import { assert, assertEquals } from "../../assert.ts";
import { DEADLINE_MS, platform, start, waitForEnd } from "../linux/children.ts";
import { LISTENING_CASES } from "../posix/sockets/listening_suite.ts";
import { glibcAsBsd, linuxAsBsd, NEEDS_LINUX } from "./linux_kernel.ts";

/** Bound before the tests, which must leave no more open than they found. */
const KERNELS: readonly (readonly [string, BsdKernel])[] = NEEDS_LINUX.every(({ isMet }) => isMet)
  ? [["by number", linuxAsBsd()], ["by name", glibcAsBsd()]]
  : [];
let kernel: BsdKernel;

function modules() {
  const streams = bsdStreams(kernel);
  const files = bsdFiles(kernel, streams);
  return {
    kernel,
    streams,
    files,
    changes: bsdFileChanges(kernel, files, streams),
    sockets: bsdSockets(kernel, files, streams),
    passing: bsdDescriptorPassing(kernel, streams),
    inherited: bsdInherited(kernel, files, streams),
    mask: bsdSignalMask(kernel),
  };
}

function test(name: string, body: (folder: string) => void): void {
  for (const [form, one] of KERNELS) {
    Deno.test({
      name: `bsd on Linux, ${form}: ${name}`,
      // Functions by name are bound when they are first called, and stay.
      sanitizeResources: form !== "by name",
      fn: () => {
        kernel = one;
        const folder = Deno.makeTempDirSync({ prefix: "dinit-bsd-" });
        try {
          body(folder);
        } finally {
          Deno.removeSync(folder, { recursive: true });
        }
      },
    });
  }
}

function bytes(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>;
}

test("pipes carry bytes, say again when empty, and end", () => {
  const { streams } = modules();
  const pipe = streams.pipe();
  assert(pipe.kind === "pipe");
  const buffer = new Uint8Array(8);
  assertEquals(streams.read(pipe.readEnd, buffer), "again");
  assertEquals(streams.write(pipe.writeEnd, bytes("abc")), 3);
  assertEquals(streams.read(pipe.readEnd, buffer), 3);
  streams.close(pipe.writeEnd);
  assertEquals(streams.read(pipe.readEnd, buffer), 0);
  streams.close(pipe.readEnd);
  const closed = streams.read(pipe.readEnd, buffer);
  assert(typeof closed === "object" && closed.errno === 9);
});

test("files are read whole with their time, up to the limit", (folder) => {
  const { files } = modules();
  const path = `${folder}/file`;
  Deno.writeTextFileSync(path, "x".repeat(10_000));
  Deno.utimeSync(path, 5, 1_234_567_890);
  const contents = files.readFile(path, 10_000);
  assert(contents.kind === "contents");
  assertEquals(contents.bytes.length, 10_000);
  assertEquals(contents.modifiedSeconds, 1_234_567_890);
  assertEquals(contents.modifiedNanoseconds, 0);
  const errnoOf = (path: string, limit: number) => {
    const result = files.readFile(path, limit);
    return result.kind === "failure" ? result.errno : undefined;
  };
  assertEquals(errnoOf(path, 9_999), 27);
  assertEquals(errnoOf(folder, 1), 21);
  assertEquals(errnoOf(`${folder}/none`, 1), 2);
  assertEquals(errnoOf("/dev/null", 1), 22);
  assertEquals(errnoOf("a\0b", 1), 22);
  assertEquals(errnoOf("x".repeat(2000), 1), 36);
});

test("directories are listed, paths resolved, and what is there is known", (folder) => {
  const { files } = modules();
  const names = Array.from({ length: 300 }, (_, index) => `name-${index}-${"x".repeat(100)}`);
  for (const name of names) Deno.writeTextFileSync(`${folder}/${name}`, "");
  const listed = files.readDirectory(folder);
  assert(listed.kind === "names");
  assertEquals(listed.names.sort(), names.sort());
  Deno.symlinkSync(folder, `${folder}/link`);
  assertEquals(files.realPath(`${folder}/link`), { kind: "path", path: folder });
  const loop = `${folder}/loop`;
  Deno.symlinkSync(loop, loop);
  const resolved = files.realPath(loop);
  assert(resolved.kind === "failure" && resolved.errno === 40);
  assert(files.exists(folder) && !files.exists(loop));
});

test("directories and interface files come, change and go", (folder) => {
  const { changes } = modules();
  const path = `${folder}/file`;
  Deno.writeTextFileSync(path, "");
  assertEquals(changes.makeDirectory(`${folder}/new`, 0o700), undefined);
  assertEquals(changes.makeDirectory(`${folder}/new`, 0o700)?.errno, 17);
  assertEquals(changes.removeDirectory(`${folder}/new`), undefined);
  assertEquals(changes.writeFile(path, "X"), undefined);
  assertEquals(Deno.readTextFileSync(path), "X");
  assertEquals(changes.writeFile(`${folder}/none`, "X")?.errno, 2);
});

test("sockets listen, tell the other end, and pass descriptors", (folder) => {
  const { sockets, streams, passing } = modules();
  const path = `${folder}/socket`;
  const options = { mode: 0o600, uid: undefined, gid: undefined, backlog: 8 } as const;
  const listen = () => sockets.listenUnix(path, { ...options });
  const made = listen();
  assert(made.kind === "socket");
  const listener = made.fd;
  assertEquals((Deno.statSync(path).mode ?? 0) & 0o777, 0o600);
  assertEquals(listen(), { kind: "in-use", errno: EADDRINUSE });
  // The attempt to listen has left no connection.
  assertEquals(sockets.accept(listener), "again");
  const client = sockets.connectUnix(path);
  assert(typeof client === "number");
  const server = sockets.accept(listener);
  assert(typeof server === "number");
  assertEquals(sockets.peerCredentials(server), {
    pid: Deno.pid,
    uid: Deno.uid() ?? -1,
    gid: Deno.gid() ?? -1,
  });
  const pipe = streams.pipe();
  assert(pipe.kind === "pipe");
  assertEquals(passing.sendDescriptors(client, bytes("hi"), [pipe.writeEnd, client]), 2);
  const target = new Uint8Array(8);
  const received = passing.receiveDescriptors(server, target);
  assert(typeof received === "object" && received.kind === "received");
  assertEquals([received.length, received.descriptors.length], [2, 2]);
  const [copy, other] = received.descriptors as [Fd, Fd];
  streams.write(copy, bytes("!"));
  assertEquals(streams.read(pipe.readEnd, target), 1);
  assertEquals(passing.receiveDescriptors(server, target), "again");
  for (const fd of [copy, other, pipe.readEnd, pipe.writeEnd, client, server, listener]) {
    streams.close(fd);
  }
  const replaced = listen();
  assert(replaced.kind === "socket", "a stale socket is replaced");
  streams.close(replaced.fd);
  Deno.removeSync(path);
  Deno.writeTextFileSync(path, "");
  const refused = listen();
  assert(refused.kind === "failure" && refused.errno === 17);
  const long = sockets.connectUnix(`/${"x".repeat(200)}`);
  assert(typeof long === "object" && long.errno === 36);
});

for (const { name, run } of LISTENING_CASES) {
  test(name, (folder) => {
    const { sockets, streams } = modules();
    run({ ...sockets, waitingInput: streams.waitingInput, close: streams.close }, folder);
  });
}

test("sockets are of the type that is asked for", (folder) => {
  const { sockets, streams } = modules();
  const path = `${folder}/socket`;
  const options = { mode: 0o600, uid: undefined, gid: undefined, backlog: 8 } as const;
  const listen = (type: "stream" | "datagram" | "seqpacket") =>
    sockets.listenUnix(path, { ...options, type });
  const made = listen("datagram");
  assert(made.kind === "socket");
  const datagram = made.fd;
  const sender = sockets.connectDatagram(path);
  assert(typeof sender === "number");
  assertEquals(streams.write(sender, bytes("hello")), 5);
  assertEquals(streams.read(datagram, new Uint8Array(8)), 5);
  const stream = sockets.connectUnix(path);
  assert(typeof stream === "object" && stream.errno === kernel.abi.errno.EPROTOTYPE);
  for (const type of ["stream", "datagram", "seqpacket"] as const) {
    assertEquals(listen(type), { kind: "in-use", errno: EADDRINUSE });
  }
  streams.close(sender);
  streams.close(datagram);
  const packets = listen("seqpacket");
  assert(packets.kind === "socket", "a stale socket of another type is replaced");
  streams.close(packets.fd);
});

test("a socket with an abstract name is refused, and no file made of it", () => {
  const { sockets } = modules();
  const options = { mode: 0o600, uid: undefined, gid: undefined, backlog: 8 } as const;
  const refused = sockets.listenUnix("@name", { ...options });
  assert(refused.kind === "failure");
  assertEquals(refused.errno, kernel.abi.errno.EOPNOTSUPP);
});

test("sockets of the internet listen", () => {
  const { streams } = modules();
  const { listenInternet } = bsdInternetSockets(kernel, streams);
  const local4 = [127, 0, 0, 1];
  const local6 = [...Array<number>(15).fill(0), 1];
  const options = { backlog: 8, ipv6Only: true } as const;
  for (const [address, hostname] of [[local4, "127.0.0.1"], [local6, "::1"]] as const) {
    const port = freePort(hostname);
    if (port === undefined) continue;
    const listener = listenInternet({ address, port }, { ...options, type: "stream" });
    assert(typeof listener === "number", JSON.stringify(listener));
    const again = listenInternet({ address, port }, { ...options, type: "stream" });
    assert(typeof again === "object" && again.errno === EADDRINUSE);
    const { accept } = bsdSockets(kernel, bsdFiles(kernel, streams), streams);
    assertEquals(accept(listener), "again");
    const datagram = listenInternet({ address, port }, { ...options, type: "datagram" });
    assert(typeof datagram === "number");
    const open = Deno.readTextFileSync(`/proc/net/${hostname === "::1" ? "tcp6" : "tcp"}`);
    const inHex = port.toString(16).toUpperCase().padStart(4, "0");
    // State 0A: it listens.
    assert(new RegExp(`:${inHex} [0-9A-F]+:0000 0A`).test(open));
    streams.close(datagram);
    streams.close(listener);
  }
  const refused = listenInternet({ address: local4, port: 1 }, { ...options, type: "seqpacket" });
  assert(typeof refused === "object" && refused.errno === kernel.abi.errno.EOPNOTSUPP);
});

const EADDRINUSE = 98;

/** Undefined: the machine does not have the address. */
function freePort(hostname: string): number | undefined {
  try {
    const listener = Deno.listen({ hostname, port: 0 });
    const { port } = listener.addr as Deno.NetAddr;
    listener.close();
    return port;
  } catch {
    return undefined;
  }
}

test("messages come with their sender, and their socket's file goes with it", (folder) => {
  const { sockets, streams, passing } = modules();
  const { openNotifySocket, close } = bsdNotifySockets(kernel, { streams, sockets }, folder);
  const opened = openNotifySocket();
  assert(opened.kind === "notify-socket");
  assert(opened.address.startsWith(`${folder}/dinit-notify-`));
  assertEquals((Deno.statSync(opened.address).mode ?? 0) & 0o777, 0o666);
  const client = sockets.connectDatagram(opened.address);
  assert(typeof client === "number");
  const target = new Uint8Array(8);
  assertEquals(passing.receiveMessage(opened.fd, target), "again");
  streams.write(client, bytes("READY=1"));
  const sender = { pid: Deno.pid, uid: Deno.uid() ?? -1, gid: Deno.gid() ?? -1 };
  const message = { kind: "message", length: 7, isTruncated: false, sender } as const;
  assertEquals(passing.receiveMessage(opened.fd, target), message);
  assertEquals(new TextDecoder().decode(target.subarray(0, 7)), "READY=1");

  // What comes along is closed: the other end of the pipe has no writer then.
  const pipe = streams.pipe();
  assert(pipe.kind === "pipe");
  assertEquals(passing.sendDescriptors(client, bytes("BARRIER=1"), [pipe.writeEnd]), 9);
  streams.close(pipe.writeEnd);
  const truncated = passing.receiveMessage(opened.fd, target);
  assertEquals(truncated, { ...message, length: 8, isTruncated: true });
  assertEquals(streams.read(pipe.readEnd, target), 0);
  for (const fd of [client, pipe.readEnd, opened.fd]) close(fd);
  assertEquals([...Deno.readDirSync(folder)], []);
});

test("a system that names no sender has no socket for messages", (folder) => {
  const { sockets, streams } = modules();
  const mute = { ...kernel, abi: { ...kernel.abi, sender: undefined } };
  const opened = bsdNotifySockets(mute, { streams, sockets }, folder).openNotifySocket();
  assert(opened.kind === "failure" && opened.errno === kernel.abi.errno.EOPNOTSUPP);
  assertEquals([...Deno.readDirSync(folder)], []);
});

test("who is in the session of a service's process, or has it among its parents, belongs to it", () => {
  if (kernel !== KERNELS[0]?.[1]) return;
  const kinship = freebsdKinship(kernel, { getsid: GETSID }, platform.processFacts);
  const script = "sleep 1000 & echo $!; setsid sleep 1000 & echo $!; wait";
  const pipe = platform.pipe();
  assert(pipe.kind === "pipe");
  const main = start({
    command: ["/bin/sh", "-c", script],
    standardOutput: { kind: "descriptor", fd: pipe.writeEnd },
  });
  platform.close(pipe.writeEnd);
  const [inSession, outside] = readLines(pipe.readEnd, 2).map((line) => asPid(Number(line)));
  platform.close(pipe.readEnd);
  assert(inSession !== undefined && outside !== undefined);
  assertEquals(kinship(main, main), "related");
  assertEquals(kinship(inSession, main), "related");
  assertEquals(kinship(main, inSession), "related");
  assertEquals(kinship(inSession, asPid(Deno.pid)), "related");
  waitUntil(() => kinship(outside, inSession) === "stranger");
  assertEquals(kinship(outside, main), "related");
  assertEquals(kinship(asPid(Deno.pid), main), "stranger");
  for (const pid of [inSession, outside, main]) platform.signal(pid, 9, "process");
  waitForEnd(main);
  assertEquals(kinship(main, inSession), "gone");
});

/** Of x86-64. */
const GETSID = 124;

function readLines(fd: Fd, count: number): string[] {
  const target = new Uint8Array(256);
  let text = "";
  waitUntil(() => {
    const length = platform.read(fd, target);
    if (typeof length === "number") text += new TextDecoder().decode(target.subarray(0, length));
    return text.split("\n").length > count;
  });
  return text.split("\n").slice(0, count);
}

function waitUntil(isSo: () => boolean): void {
  const deadline = platform.now() + DEADLINE_MS;
  while (!isSo()) assert(platform.now() < deadline, "it took too long");
}

test("children are told apart, collected and signalled", () => {
  const { kernel } = modules();
  const groups = new Map<number, number>();
  const processes = bsdProcesses(kernel, (pid) => groups.get(pid) ?? 1);
  assertEquals(processes.processId(), asPid(Deno.pid));
  assertEquals(processes.hasChildren(), false);
  const child: Pid = start({ command: ["/bin/sleep", "1000"] });
  assertEquals(processes.childState(child), "running");
  assertEquals(processes.childState(asPid(Deno.ppid)), "foreign");
  assertEquals(processes.hasChildren(), true);
  assertEquals(processes.reap(), undefined);
  groups.set(child, child).set(0, 1);
  assertEquals(processes.signal(child, 15, "group"), undefined);
  const deadline = platform.now() + DEADLINE_MS;
  while (processes.childState(child) !== "ended") assert(platform.now() < deadline);
  assertEquals(processes.reap(), {
    pid: child,
    status: { kind: "signalled", signal: 15, dumpedCore: false },
  });
  assertEquals(processes.childState(child), "none");
  assertEquals(processes.signal(child, 15, "process")?.errno, 3);
});

test("watched signals are ignored, but not CHLD, and told to be reset in children", () => {
  const { mask } = modules();
  const [USR1, CHLD, TERM] = [10, 17, 15];
  const before = mask.ignored();
  mask.ignore([USR1, CHLD]);
  assertEquals(mask.ignored(), [...before, USR1].sort((a, b) => a - b));
  mask.restore(USR1);
  assertEquals(mask.ignored(), before);
  assertEquals(mask.withBlocked([TERM], () => blockedBits()), blockedBits() | (1n << 14n));
  assertEquals(mask.withBlocked("all", () => blockedBits()) & (1n << 14n), 1n << 14n);
  assertEquals(blockedBits() & (1n << 14n), 0n);
});

/** The mask of this thread. */
function blockedBits(): bigint {
  const status = Deno.readTextFileSync("/proc/thread-self/status");
  return BigInt(`0x${/^SigBlk:\t(\w+)$/m.exec(status)?.[1] ?? "0"}`);
}

test("limits are read, and the limit of descriptors is raised", () => {
  const { kernel } = modules();
  const inheritance = bsdInheritance(kernel);
  const { RLIMIT_NOFILE } = kernel.abi.resources;
  const before = inheritance.present();
  const own = before.limits.get(RLIMIT_NOFILE);
  assert(own !== undefined && own.soft > 0n && own.hard >= own.soft);
  assertEquals(inheritance.raiseDescriptorLimit(), undefined);
  assertEquals(inheritance.present().descriptorLimitRaised, own.soft !== own.hard);
});

test("inherited descriptors are known and kept from children", (folder) => {
  const { inherited, files, streams } = modules();
  const fd = files.openFile(`${folder}/file`, 0o101, 0o600);
  assert(typeof fd === "number");
  assertEquals(inherited.descriptorKind(fd), "other");
  const copy = inherited.reopenForWriting(fd);
  assert(typeof copy === "number" && copy !== fd);
  assertEquals(streams.write(copy, bytes("x")), 1);
  inherited.closeInheritedOnExec();
  streams.close(copy);
  streams.close(fd);
  assertEquals(inherited.descriptorKind(fd), "closed");
  waitForEnd(start({}));
});

Deno.test({
  name: "a function that the library lacks is ENOSYS by name",
  ignore: KERNELS.length === 0,
  // The library stays open for the life of the process.
  sanitizeResources: false,
  fn: () => {
    const calls = namedCalls([{ name: "no_such_function", parameters: 1 }], {
      library: "libc.so.6",
      errnoFunction: "__errno_location",
      variadicOnStack: true,
      ENOSYS: 38,
    });
    assertEquals(calls.numbers(0, 1, 0, 0, 0, 0, 0), -1);
    assertEquals(calls.errno[0], 38);
  },
});
