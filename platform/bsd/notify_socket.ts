/**
 * Sockets on which services tell about themselves: sd_notify(3), receiving side.
 *
 * The BSDs have no abstract addresses, so each is a file, which goes with its descriptor; a directory that cannot be
 * written yet is a failed start. Everybody may send: services have users of their own, and every message comes with its
 * sender (LOCAL_CREDS_PERSISTENT of unix(4)).
 */
import type { Fd } from "../../core/types.ts";
import { allocate } from "../ffi/memory.ts";
import type { Failure } from "../failure.ts";
import type { Platform } from "../interface.ts";
import type { Files } from "./files.ts";
import { type BsdKernel, failure, lastFailure } from "./kernel.ts";
import type { Sockets } from "./sockets.ts";
import type { Streams } from "./streams.ts";

const EVERYBODY = 0o666;

/**
 * The functions over a system; `close` is for all descriptors, and removes the file of one that has one.
 *
 * @param directory Where the files are made.
 */
export function bsdNotifySockets(
  kernel: BsdKernel,
  parts: { readonly files: Files; readonly streams: Streams; readonly sockets: Sockets },
  directory: string,
): Pick<Platform, "openNotifySocket" | "close"> {
  const { addresses, abi, calls } = kernel;
  const { files, streams, sockets } = parts;
  const paths = new Map<Fd, string>();
  const one = allocate(8);
  one.words32[0] = 1;

  function openNotifySocket(): ReturnType<Platform["openNotifySocket"]> {
    const { sender, errno } = abi;
    if (sender === undefined) {
      const detail =
        "this system does not tell who sent a message, so notify:socket cannot be served";
      return failure(kernel, "setsockopt", errno.EOPNOTSUPP, detail);
    }
    // Not to be guessed: a message that its sender did not survive is judged by the user alone.
    const path = `${directory}/dinit-notify-${crypto.randomUUID()}`;
    const fd = sockets.listenUnix(path, {
      type: "datagram",
      mode: EVERYBODY,
      uid: undefined,
      gid: undefined,
      backlog: 0,
      existing: "replace-stale",
    });
    if (typeof fd !== "number") {
      return fd.kind === "failure" ? fd : failure(kernel, "bind", errno.EEXIST);
    }
    paths.set(fd, path);
    const { LEVEL, OPTION } = sender;
    if (addresses(calls.setsockopt, fd, LEVEL, OPTION, one.address, 4, 0) < 0) {
      const problem: Failure = lastFailure(kernel, "setsockopt");
      close(fd);
      return problem;
    }
    return { kind: "notify-socket", fd, address: path };
  }

  function close(fd: Fd): void {
    streams.close(fd);
    const path = paths.get(fd);
    if (path === undefined) return;
    paths.delete(fd);
    files.unlink(path);
  }

  return { openNotifySocket, close };
}
