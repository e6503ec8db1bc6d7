/**
 * Sockets on every system: who may connect, what is in the way, who is there, and descriptors sent
 * over.
 */
import type { Fd } from "../../../../core/types.ts";
import { connectUnix as connectBlocking } from "../../../../platform/client.ts";
import type { ListenOptions, Platform } from "../../../../platform/mod.ts";
import { assert, assertEquals, assertMatch } from "../../../assert.ts";
import { surroundings, tool } from "../../../skip.ts";
import { readAll, start, waitForEnd, waitReadable } from "../../linux/children.ts";
import { testSystems } from "../systems.ts";

const OPTIONS: ListenOptions = {
  mode: 0o600,
  uid: undefined,
  gid: undefined,
  backlog: 10,
};

function listen(
  platform: Pick<Platform, "listenUnix">,
  path: string,
  options: Partial<ListenOptions> = {},
): Fd {
  const made = platform.listenUnix(path, { ...OPTIONS, ...options });
  assert(made.kind === "socket", Deno.inspect(made));
  return made.fd;
}

testSystems("listenUnix() and connectUnix() carry bytes both ways", ({ platform }, folder) => {
  const listener = listen(platform, `${folder}/s`);
  assertEquals(platform.accept(listener), "again");
  const client = platform.connectUnix(`${folder}/s`);
  const server = platform.accept(listener);
  assert(typeof client === "number" && typeof server === "number");
  assertEquals(platform.read(server, new Uint8Array(4)), "again");
  assertEquals(platform.write(client, new Uint8Array([1, 2, 3])), 3);
  const buffer = new Uint8Array(8);
  assertEquals(platform.read(server, buffer), 3);
  assertEquals([...buffer.subarray(0, 3)], [1, 2, 3]);
  platform.close(client);
  assertEquals(platform.read(server, buffer), 0);
  const EPIPE = 32;
  const written = platform.write(server, new Uint8Array(1));
  assert(typeof written === "object" && written.errno === EPIPE);
  [server, listener].forEach((fd) => platform.close(fd));
});

testSystems("listenUnix() sets the owner", ({ platform }, folder) => {
  const path = `${folder}/s`;
  const listener = listen(platform, path, { uid: 4321, gid: undefined });
  const { uid, gid } = Deno.lstatSync(path);
  assertEquals([uid, gid], [4321, Deno.gid()]);
  platform.close(listener);
}, [surroundings("root", Deno.uid() === 0)]);

testSystems("paths that no socket can have are refused with the reason", ({ platform }) => {
  const messages = ["", `/${"x".repeat(107)}`, "/a\0b", "/nowhere/s"].map((path) => {
    const result = platform.listenUnix(path, OPTIONS);
    return result.kind === "failure" ? result.message : result;
  });
  assertEquals(messages, [
    "not usable as the path of a socket (EINVAL)",
    "path of a socket is longer than 107 bytes (ENAMETOOLONG)",
    "not usable as the path of a socket (EINVAL)",
    'the folder "/nowhere" does not exist (ENOENT)',
  ]);
});

testSystems("connectUnix() says why nobody is there", ({ platform }, folder) => {
  const path = `${folder}/s`;
  platform.close(listen(platform, path));
  for (const connect of [platform.connectUnix, connectBlocking]) {
    const result = connect(path, 1000);
    assert(typeof result === "object");
    assertEquals([result.call, result.message], [
      "connect",
      "connection refused (ECONNREFUSED)",
    ]);
  }
});

testSystems(
  "peerCredentials() names process, user and group of the other end",
  ({ platform }, folder) => {
    const listener = listen(platform, `${folder}/s`);
    const client = platform.connectUnix(`${folder}/s`);
    const server = platform.accept(listener);
    assert(typeof client === "number" && typeof server === "number");
    assertEquals<unknown>(platform.peerCredentials(server), {
      pid: Deno.pid,
      uid: Deno.uid(),
      gid: Deno.gid(),
    });
    const ENOTSOCK = 88;
    const pipe = platform.pipe();
    assert(pipe.kind === "pipe");
    const wrong = platform.peerCredentials(pipe.readEnd);
    assert("kind" in wrong && wrong.errno === ENOTSOCK);
    [client, server, listener, pipe.readEnd, pipe.writeEnd].forEach((fd) => platform.close(fd));
  },
);

testSystems("connectDatagram() refuses a stream socket", ({ platform }, folder) => {
  const path = `${folder}/s`;
  const listener = listen(platform, path);
  const EPROTOTYPE = 91;
  const result = platform.connectDatagram(path);
  assert(typeof result === "object" && result.errno === EPROTOTYPE);
  platform.close(listener);
});

testSystems("connectDatagram() sends records", ({ platform }, folder) => {
  const script = "import socket, sys; s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); " +
    "s.bind('s'); print('bound', flush=True); print(s.recv(99).decode(), s.recv(99).decode())";
  const pipe = platform.pipe();
  assert(pipe.kind === "pipe");
  const pid = start({
    command: ["python3", "-c", script],
    workingDirectory: folder,
    standardOutput: { kind: "descriptor", fd: pipe.writeEnd },
  });
  platform.close(pipe.writeEnd);
  waitReadable(pipe.readEnd);
  const socket = platform.connectDatagram(`${folder}/s`);
  assert(typeof socket === "number");
  for (const text of ["one", "two"]) platform.write(socket, new TextEncoder().encode(text));
  assertEquals(readAll(pipe.readEnd), "bound\none two\n");
  waitForEnd(pid);
  [socket, pipe.readEnd].forEach((fd) => platform.close(fd));
}, [tool("python3")]);

testSystems("sendDescriptors() hands open files over with bytes", ({ platform }) => {
  const pair = platform.socketPair();
  const pipe = platform.pipe();
  assert(pair.kind === "pair" && pipe.kind === "pipe");
  const target = new Uint8Array(8);
  assertEquals(platform.receiveDescriptors(pair.far, target), "again");
  const bytes = new TextEncoder().encode("ab");
  assertEquals(platform.sendDescriptors(pair.near, bytes, [pipe.writeEnd, pipe.readEnd]), 2);
  assertEquals(platform.sendDescriptors(pair.near, bytes, []), 2);
  const first = platform.receiveDescriptors(pair.far, target.subarray(0, 2));
  assert(typeof first === "object" && first.kind === "received");
  assertEquals([first.length, first.descriptors.length], [2, 2]);
  const second = platform.receiveDescriptors(pair.far, target);
  assert(typeof second === "object" && second.kind === "received");
  assertEquals([second.length, second.descriptors.length], [2, 0]);
  const [write, read] = first.descriptors as [Fd, Fd];
  platform.close(pipe.writeEnd);
  platform.write(write, new TextEncoder().encode("over"));
  platform.close(write);
  assertEquals(readAll(read), "over");
  [read, pipe.readEnd, pair.near].forEach((fd) => platform.close(fd));
  const closed = platform.receiveDescriptors(pair.far, target);
  assertEquals<unknown>(closed, { kind: "received", length: 0, descriptors: [] });
  platform.close(pair.far);
});

testSystems("sockets are of the type that is asked for", ({ kernel, platform }, folder) => {
  const path = `${folder}/socket`;
  const options = { mode: 0o600, uid: undefined, gid: undefined, backlog: 8 } as const;
  const listen = (type: "stream" | "datagram" | "seqpacket") =>
    platform.listenUnix(path, { ...options, type });
  const made = listen("datagram");
  assert(made.kind === "socket");
  const datagram = made.fd;
  const sender = platform.connectDatagram(path);
  assert(typeof sender === "number");
  assertEquals(platform.write(sender, new TextEncoder().encode("hello")), 5);
  assertEquals(platform.read(datagram, new Uint8Array(8)), 5);
  const stream = platform.connectUnix(path);
  assert(typeof stream === "object" && stream.errno === kernel.abi.errno.EPROTOTYPE);
  for (const type of ["stream", "datagram", "seqpacket"] as const) {
    assertEquals(listen(type), { kind: "in-use", errno: EADDRINUSE });
  }
  platform.close(sender);
  platform.close(datagram);
  const packets = listen("seqpacket");
  assert(packets.kind === "socket", "a stale socket of another type is replaced");
  platform.close(packets.fd);
});

testSystems(
  "an abstract name is no file, or refused where there is none",
  ({ kernel, platform }) => {
    const made = platform.listenUnix("@dinit-test-name", { ...OPTIONS });
    if (kernel.abi.socket.hasAbstractNames) {
      assert(made.kind === "socket" && made.file === undefined);
      assertMatch(Deno.readTextFileSync("/proc/net/unix"), / @dinit-test-name\n/);
      platform.close(made.fd);
    } else {
      assert(made.kind === "failure");
      assertEquals(made.errno, kernel.abi.errno.EOPNOTSUPP);
    }
  },
);

testSystems("sockets of the internet listen", ({ kernel, platform }) => {
  const { listenInternet } = platform;
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
    assertEquals(platform.accept(listener), "again");
    const datagram = listenInternet({ address, port }, { ...options, type: "datagram" });
    assert(typeof datagram === "number");
    const open = Deno.readTextFileSync(`/proc/net/${hostname === "::1" ? "tcp6" : "tcp"}`);
    const inHex = port.toString(16).toUpperCase().padStart(4, "0");
    // State 0A: it listens.
    assert(new RegExp(`:${inHex} [0-9A-F]+:0000 0A`).test(open));
    platform.close(datagram);
    platform.close(listener);
  }
  const refused = listenInternet({ address: local4, port: 1 }, { ...options, type: "seqpacket" });
  // Linux's kernel refuses it itself.
  const { errno, socket } = kernel.abi;
  const expected = socket.hasAbstractNames ? ESOCKTNOSUPPORT : errno.EOPNOTSUPP;
  assert(typeof refused === "object" && refused.errno === expected);
});

testSystems(
  "a connection is begun without waiting, and what became of it is told",
  ({ platform }) => {
    for (const hostname of ["127.0.0.1", "::1"]) {
      const port = freePort(hostname);
      if (port === undefined) continue;
      const address = hostname === "::1" ? [...Array<number>(15).fill(0), 1] : [127, 0, 0, 1];
      const refused = platform.connectInternet({ address, port });
      const failure = typeof refused === "number" ? outcomeOf(platform, refused) : refused;
      assertEquals(failure?.errno, ECONNREFUSED);
      const listener = Deno.listen({ hostname, port });
      const fd = platform.connectInternet({ address, port });
      assert(typeof fd === "number", JSON.stringify(fd));
      assertEquals(outcomeOf(platform, fd), undefined);
      listener.close();
    }
  },
);

/** Waits until the connection is there, or will not be, and closes it. */
function outcomeOf(platform: Pick<Platform, "connectOutcome" | "close" | "canWrite">, fd: Fd) {
  while (!platform.canWrite(fd));
  const outcome = platform.connectOutcome(fd);
  platform.close(fd);
  return outcome;
}

const ECONNREFUSED = 111;
const EADDRINUSE = 98;
const ESOCKTNOSUPPORT = 94;

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
