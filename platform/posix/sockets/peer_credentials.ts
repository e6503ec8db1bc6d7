/**
 * Who is at the other end of a Unix socket.
 */
import type { Fd } from "../../../core/types.ts";
import { allocate } from "../../ffi/memory.ts";
import type { Failure } from "../../interface/failure.ts";
import type { PeerCredentials } from "../../interface/socket_types.ts";
import { lastFailure, type PosixKernel } from "../kernel/kernel.ts";

/**
 * The function over a system: process, user and group of the other end when it connected.
 * SO_PEERCRED with struct ucred of unix(7), LOCAL_PEERCRED with struct xucred of unix(4).
 */
export function posixPeerCredentials(
  kernel: PosixKernel,
): (connection: Fd) => PeerCredentials | Failure {
  const { addresses, abi: { credentials }, calls } = kernel;
  const { LEVEL, OPTION, BYTES, UID, GID, PID, PID_OPTION } = credentials;
  const peer = allocate(BYTES);
  const length = allocate(8);

  function readOption(connection: Fd, option: number, bytes: number): Failure | undefined {
    length.words32[0] = bytes;
    const { getsockopt } = calls;
    const result = addresses(
      getsockopt,
      connection,
      LEVEL,
      option,
      peer.address,
      length.address,
      0,
    );
    return result < 0 ? lastFailure(kernel, "getsockopt") : undefined;
  }

  return (connection) => {
    const { view } = peer;
    const problem = readOption(connection, OPTION, BYTES);
    if (problem !== undefined) return problem;
    const uid = view.getUint32(UID, true);
    const gid = view.getUint32(GID, true);
    if (PID_OPTION === 0) return { pid: view.getInt32(PID, true), uid, gid };
    return readOption(connection, PID_OPTION, 4) ?? { pid: view.getInt32(0, true), uid, gid };
  };
}
