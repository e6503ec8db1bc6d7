/**
 * Both ways of a socket that another program can go on with to the byte, wherever this one dies:
 * what comes in is looked at first and taken away later, what goes out goes through a pipe, and the
 * kernel knows how far both have come.
 */
import type { Fd } from "../../core/types.ts";
import type { Failure } from "./failure.ts";

export interface ExactStreams {
  /** From now on looking begins with what comes next; to be called before the first look. */
  begin(socket: Fd): Failure | undefined;
  /**
   * Looks at what nobody has looked at since {@linkcode begin}. A read takes away from the front,
   * whether it was looked at or not.
   *
   * @returns Bytes put into the target; 0 at the end of the stream.
   */
  peek(socket: Fd, target: Uint8Array): number | "again" | Failure;
  /** How many bytes were looked at and are there still; 0 where it was never begun. */
  peekedBytes(socket: Fd): number;
  /**
   * Moves what is in a pipe to a socket, each byte of it once: it is in the one or in the other.
   *
   * @returns How many bytes, as many as the socket takes; "again" when it takes none.
   */
  move(pipe: Fd, socket: Fd, bytes: number): number | "again" | Failure;
}
