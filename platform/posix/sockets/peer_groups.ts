/**
 * Which groups the other end of a Unix socket is in.
 */
import type { Fd } from "../../../core/types.ts";
import { allocate, type Block } from "../../ffi/memory.ts";
import type { Failure } from "../../interface/failure.ts";
import { lastFailure, type PosixKernel } from "../kernel/kernel.ts";

const GROUP_BYTES = 4;
/** More than most processes have. */
const USUAL_GROUPS = 64;
/** Linux include/uapi/linux/limits.h, NGROUPS_MAX. */
const MOST_GROUPS = 65_536;

/**
 * The function over a system: the groups when it connected. SO_PEERGROUPS of unix(7) and socket(7),
 * which says ERANGE and how much room it takes when there is too little; struct xucred of unix(4),
 * which has 16 of them at most. A kernel before 4.13 knows none (ENOPROTOOPT).
 */
export function posixPeerGroups(
  kernel: PosixKernel,
): (connection: Fd) => readonly number[] | Failure {
  const { addresses, abi: { credentials }, calls } = kernel;
  const { LEVEL, OPTION, BYTES, GID, GROUP_COUNT, GROUPS_OPTION } = credentials;
  const length = allocate(8);

  function read(connection: Fd, option: number, target: Block, bytes: number) {
    length.words32[0] = bytes;
    const { getsockopt } = calls;
    return addresses(getsockopt, connection, LEVEL, option, target.address, length.address, 0);
  }

  function groupsAt(memory: Block, at: number, count: number): readonly number[] {
    return Array.from(
      { length: count },
      (_, index) => memory.view.getUint32(at + index * GROUP_BYTES, true),
    );
  }

  if (GROUPS_OPTION === 0) {
    return (connection) => {
      const peer = allocate(BYTES);
      if (read(connection, OPTION, peer, BYTES) < 0) return lastFailure(kernel, "getsockopt");
      return groupsAt(peer, GID, peer.view.getUint16(GROUP_COUNT, true));
    };
  }
  return (connection) => {
    let bytes = USUAL_GROUPS * GROUP_BYTES;
    let memory = allocate(bytes);
    if (read(connection, GROUPS_OPTION, memory, bytes) < 0) {
      const problem = lastFailure(kernel, "getsockopt");
      const needed = length.words32[0] ?? 0;
      if (needed <= bytes || needed > MOST_GROUPS * GROUP_BYTES) return problem;
      bytes = needed;
      memory = allocate(bytes);
      if (read(connection, GROUPS_OPTION, memory, bytes) < 0) {
        return lastFailure(kernel, "getsockopt");
      }
    }
    return groupsAt(memory, 0, (length.words32[0] ?? 0) / GROUP_BYTES);
  };
}
