/** Sockets for messages that are files, as on FreeBSD. */
import { bsdNotifySockets } from "../../../platform/freebsd/notify_socket.ts";
import { assert, assertEquals } from "../../assert.ts";
import { type SystemUnderTest, testSystems } from "../posix/systems.ts";

function notifySockets({ kernel, parts, sockets, platform }: SystemUnderTest, folder: string) {
  return bsdNotifySockets(kernel, { ...parts, sockets, listening: platform }, folder);
}

function bytes(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>;
}

testSystems(
  "messages come with their sender, and their socket's file goes with it",
  (system, folder) => {
    const { platform } = system;
    const { openNotifySocket, close } = notifySockets(system, folder);
    const opened = openNotifySocket();
    assert(opened.kind === "notify-socket");
    assert(opened.address.startsWith(`${folder}/dinit-notify-`));
    assertEquals((Deno.statSync(opened.address).mode ?? 0) & 0o777, 0o666);
    const client = platform.connectDatagram(opened.address);
    assert(typeof client === "number");
    const target = new Uint8Array(8);
    assertEquals(platform.receiveMessage(opened.fd, target), "again");
    platform.write(client, bytes("READY=1"));
    const sender = { pid: Deno.pid, uid: Deno.uid() ?? -1, gid: Deno.gid() ?? -1 };
    const message = { kind: "message", length: 7, isTruncated: false, sender } as const;
    assertEquals(platform.receiveMessage(opened.fd, target), message);
    assertEquals(new TextDecoder().decode(target.subarray(0, 7)), "READY=1");

    // What comes along is closed: the other end of the pipe has no writer then.
    const pipe = platform.pipe();
    assert(pipe.kind === "pipe");
    assertEquals(platform.sendDescriptors(client, bytes("BARRIER=1"), [pipe.writeEnd]), 9);
    platform.close(pipe.writeEnd);
    const truncated = platform.receiveMessage(opened.fd, target);
    assertEquals(truncated, { ...message, length: 8, isTruncated: true });
    assertEquals(platform.read(pipe.readEnd, target), 0);
    for (const fd of [client, pipe.readEnd, opened.fd]) close(fd);
    assertEquals([...Deno.readDirSync(folder)], []);
  },
);

testSystems("a system that names no sender has no socket for messages", (system, folder) => {
  const { kernel } = system;
  const mute = { ...kernel, abi: { ...kernel.abi, sender: undefined } };
  const opened = notifySockets({ ...system, kernel: mute }, folder).openNotifySocket();
  assert(opened.kind === "failure" && opened.errno === kernel.abi.errno.EOPNOTSUPP);
  assertEquals([...Deno.readDirSync(folder)], []);
});
