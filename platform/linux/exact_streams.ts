/**
 * The kernel counts for each socket how far was looked: SO_PEEK_OFF of socket(7), which a read
 * takes back by as much as it has read. The count belongs to the open socket, so it outlives the
 * program. Of a pipe it tells what is in it: what splice(2) has moved is not.
 */
import { lastErrno } from "../ffi/library.ts";
import { allocate } from "../ffi/memory.ts";
import type { ExactStreams } from "../interface/exact_streams.ts";
import type { Platform } from "../interface/platform.ts";
import type { Sockets } from "../posix/sockets/sockets.ts";
import { ERRNO, SOCKET } from "./kernel/abi.ts";
import { failure, LINUX } from "./kernel/kernel.ts";

const { SOL_SOCKET, SO_PEEK_OFF } = SOCKET;
/** splice(2): linux/splice.h. */
const SPLICE_F_NONBLOCK = 2;

/** The functions over the sockets of this system. */
export function linuxExactStreams(
  { setOption }: Pick<Sockets, "setOption">,
  { receiveMessage }: Pick<Platform, "receiveMessage">,
): ExactStreams {
  const value = allocate(8);
  const length = allocate(8);
  return {
    begin: (socket) => setOption(socket, SOL_SOCKET, SO_PEEK_OFF, 0),
    peek: (socket, target) => {
      const seen = receiveMessage(socket, target, true);
      return typeof seen !== "string" && seen.kind === "message" ? seen.length : seen;
    },
    peekedBytes: (socket) => {
      value.words32[0] = 0;
      length.words32[0] = 4;
      const { getsockopt } = LINUX.calls;
      const [at, room] = [value.address, length.address];
      const result = LINUX.addresses(getsockopt, socket, SOL_SOCKET, SO_PEEK_OFF, at, room, 0);
      // -1: nobody has begun.
      return result < 0 ? 0 : Math.max(0, value.words32[0] ?? 0);
    },
    move: (pipe, socket, bytes) => {
      for (;;) {
        const { splice } = LINUX.calls;
        const moved = LINUX.numbers(splice, pipe, 0, socket, 0, bytes, SPLICE_F_NONBLOCK);
        if (moved >= 0) return moved;
        const errno = lastErrno(LINUX);
        if (errno === ERRNO.EAGAIN) return "again";
        if (errno !== ERRNO.EINTR) return failure("splice", errno);
      }
    },
  };
}
