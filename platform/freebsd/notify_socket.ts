/**
 * Sockets on which services tell about themselves: sd_notify(3), receiving side.
 *
 * The BSDs have no abstract addresses, so each is a file, which goes with its descriptor; a
 * directory that cannot be written yet is a failed start. Everybody may send: services have users
 * of their own, and every message comes with its sender (LOCAL_CREDS_PERSISTENT of unix(4)).
 */
import type { Fd } from "../../core/types.ts";
import type { Platform } from "../interface/platform.ts";
import type { LastingIdentity } from "../interface/file_status.ts";
import { failure, type PosixKernel } from "../posix/kernel/kernel.ts";
import type { Sockets } from "../posix/sockets/sockets.ts";
import type { Streams } from "../posix/descriptors/streams.ts";

const EVERYBODY = 0o666;

/**
 * The functions over a system; `close` is for all descriptors, and removes the file of one that has
 * one.
 *
 * @param directory Where the files are made.
 */
export function bsdNotifySockets(
  kernel: PosixKernel,
  parts: {
    readonly streams: Pick<Streams, "close">;
    readonly sockets: Pick<Sockets, "setOption">;
    readonly listening: Pick<Platform, "listenUnix" | "removeExactly">;
  },
  directory: string,
): Pick<Platform, "openNotifySocket" | "close"> {
  const { abi } = kernel;
  const { streams, sockets, listening } = parts;
  const made = new Map<Fd, { readonly path: string; readonly file: LastingIdentity | undefined }>();

  function openNotifySocket(): ReturnType<Platform["openNotifySocket"]> {
    const { sender, errno } = abi;
    if (sender === undefined) {
      const detail =
        "this system does not tell who sent a message, so notify:socket cannot be served";
      return failure(kernel, "setsockopt", errno.EOPNOTSUPP, detail);
    }
    // Not to be guessed: a message that its sender did not survive is judged by the user alone.
    const path = `${directory}/dinit-notify-${crypto.randomUUID()}`;
    const opened = listening.listenUnix(path, {
      type: "datagram",
      mode: EVERYBODY,
      uid: undefined,
      gid: undefined,
      backlog: 0,
    });
    if (opened.kind === "failure") return opened;
    if (opened.kind === "in-use") return failure(kernel, "bind", opened.errno);
    const { fd, file } = opened;
    made.set(fd, { path, file });
    const { LEVEL, OPTION } = sender;
    const problem = sockets.setOption(fd, LEVEL, OPTION, 1);
    if (problem !== undefined) {
      close(fd);
      return problem;
    }
    return { kind: "notify-socket", fd, address: path };
  }

  function close(fd: Fd): void {
    const own = made.get(fd);
    // Before it is closed: as long as the socket is open no other file can get its number.
    if (own?.file !== undefined) listening.removeExactly(own.path, own.file);
    made.delete(fd);
    streams.close(fd);
  }

  return { openNotifySocket, close };
}
