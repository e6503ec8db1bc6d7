/** Unix sockets: who may connect, what is in the way, who is there, and descriptors sent over. */
import type { Fd } from "../../../core/types.ts";
import { connectUnix as connectBlocking } from "../../../platform/client.ts";
import type { ListenOptions } from "../../../platform/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { surroundings, testNeeding, tool } from "../../skip.ts";
import { platform, readAll, start, waitForEnd, waitReadable } from "./children.ts";
import { withFolder } from "./folder.ts";

const OPTIONS: ListenOptions = {
  mode: 0o600,
  uid: undefined,
  gid: undefined,
  backlog: 10,
};

function listen(path: string, options: Partial<ListenOptions> = {}): Fd {
  const made = platform.listenUnix(path, { ...OPTIONS, ...options });
  assert(made.kind === "socket", Deno.inspect(made));
  return made.fd;
}

Deno.test("listenUnix() and connectUnix() carry bytes both ways", () => {
  withFolder((folder) => {
    const listener = listen(`${folder}/s`);
    assertEquals(platform.accept(listener), "again");
    const client = connectBlocking(`${folder}/s`, 1000);
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
});

testNeeding("listenUnix() sets the owner", [surroundings("root", Deno.uid() === 0)], () => {
  withFolder((folder) => {
    const path = `${folder}/s`;
    const listener = listen(path, { uid: 4321, gid: undefined });
    const { uid, gid } = Deno.lstatSync(path);
    assertEquals([uid, gid], [4321, Deno.gid()]);
    platform.close(listener);
  });
});

Deno.test("paths that no socket can have are refused with the reason", () => {
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

Deno.test("a client's connectUnix() does not wait for ever for a listener that takes nobody", () => {
  withFolder((folder) => {
    const path = `${folder}/s`;
    const listener = listen(path, { backlog: 0 });
    const first = connectBlocking(path, 1000);
    assert(typeof first === "number");
    const second = connectBlocking(path, 1000);
    const EAGAIN = 11;
    assert(typeof second === "object" && second.errno === EAGAIN, JSON.stringify(second));
    [first, listener].forEach((fd) => platform.close(fd));
  });
});

Deno.test("connectUnix() says why nobody is there", () => {
  withFolder((folder) => {
    const path = `${folder}/s`;
    platform.close(listen(path));
    for (const connect of [platform.connectUnix, connectBlocking]) {
      const result = connect(path, 1000);
      assert(typeof result === "object");
      assertEquals([result.call, result.message], [
        "connect",
        "connection refused (ECONNREFUSED)",
      ]);
    }
  });
});

Deno.test("peerCredentials() names process, user and group of the other end", () => {
  withFolder((folder) => {
    const listener = listen(`${folder}/s`);
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
  });
});

Deno.test("connectDatagram() refuses a stream socket", () => {
  withFolder((folder) => {
    const path = `${folder}/s`;
    const listener = listen(path);
    const EPROTOTYPE = 91;
    const result = platform.connectDatagram(path);
    assert(typeof result === "object" && result.errno === EPROTOTYPE);
    platform.close(listener);
  });
});

testNeeding("connectDatagram() sends records", [tool("python3")], () => {
  withFolder((folder) => {
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
  });
});

Deno.test("sendDescriptors() hands open files over with bytes", () => {
  withFolder(() => {
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
});
