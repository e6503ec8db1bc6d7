/**
 * Who is at the other end of a Unix socket. A file of its own, so that clients bind no more than this.
 */
import type { Fd } from "../../core/types.ts";
import { addressCalls, lastErrno } from "../ffi/library.ts";
import { allocate } from "../ffi/memory.ts";
import type { Failure } from "../interface/failure.ts";
import type { PeerCredentials } from "../interface/socket_types.ts";
import { SOCKET } from "./abi.ts";
import { failure, kernel } from "./kernel.ts";

/** struct ucred: pid, uid, gid. */
const credentials = allocate(16);
const credentialsLength = allocate(8);
const CREDENTIAL_BYTES = 12;

/** Process, user and group of the other end when it connected: SO_PEERCRED of unix(7). */
export function peerCredentials(socket: Fd): PeerCredentials | Failure {
  const calls = kernel();
  credentialsLength.words32[0] = CREDENTIAL_BYTES;
  const result = addressCalls().addresses(
    calls.abi.calls.getsockopt,
    socket,
    SOCKET.SOL_SOCKET,
    SOCKET.SO_PEERCRED,
    credentials.address,
    credentialsLength.address,
    0,
  );
  if (result < 0) return failure("getsockopt", lastErrno(calls));
  const { view } = credentials;
  return {
    pid: view.getInt32(0, true),
    uid: view.getUint32(4, true),
    gid: view.getUint32(8, true),
  };
}
