/**
 * Mounting on FreeBSD, and letting go of file systems before the machine ends.
 */
import { allocate, writeWord } from "../ffi/memory.ts";
import type { Failure } from "../interface/failure.ts";
import { MOUNT, STATFS } from "./abi.ts";
import type { FreebsdKernel } from "./kernel.ts";
import { failure, lastFailure, pathAddress, takePath } from "../posix/kernel/kernel.ts";

/** One mounted file system: struct statfs. */
export interface MountedFileSystem {
  readonly mountPoint: string;
  readonly source: string;
  readonly type: string;
  readonly isReadOnly: boolean;
}

/** What nmount(2) writes why into. */
const MESSAGE_BYTES = 255;
const MOST_MOUNTS = 1024;
/** A mount that was busy may be free after those inside it are gone. */
const MOST_ROUNDS = 8;
/** Made by the kernel; nothing in them is lost by a power-off, and the console needs the first. */
const KEPT_TYPES = ["devfs", "fdescfs", "procfs"];

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Pairs of NUL-terminated name and value, as nmount(2) takes them. */
export function mountPairs(
  source: string,
  target: string,
  type: string,
  data: string,
): readonly (readonly [string, string])[] {
  const options = data === "" ? [] : data.split(",").map((word): readonly [string, string] => {
    const at = word.indexOf("=");
    return at === -1 ? [word, ""] : [word.slice(0, at), word.slice(at + 1)];
  });
  return [["fstype", type], ["fspath", target], ["from", source], ...options];
}

/**
 * Mounts a file system.
 *
 * @param flags MNT_ flags of mount(2).
 * @param data Options of the type, `name` or `name=value`, separated by commas.
 */
export function mount(
  kernel: FreebsdKernel,
  source: string,
  target: string,
  type: string,
  flags: number,
  data: string,
): Failure | undefined {
  const pairs = mountPairs(source, target, type, data);
  if (pairs.flat().some((text) => text.includes("\0"))) {
    return failure(kernel, "nmount", kernel.abi.errno.EINVAL, "a text holds a NUL character");
  }
  const message = allocate(MESSAGE_BYTES + 1);
  // Held until the call returns: the kernel reads them by address.
  const texts = pairs.flat().map((text) => {
    const bytes = encoder.encode(`${text}\0`);
    const block = allocate(bytes.length);
    block.bytes.set(bytes);
    return { address: block.address, length: bytes.length, block };
  });
  const name = encoder.encode("errmsg\0");
  const nameBlock = allocate(name.length);
  nameBlock.bytes.set(name);
  const all = [
    ...texts,
    { address: nameBlock.address, length: name.length },
    { address: message.address, length: MESSAGE_BYTES },
  ];
  const vector = allocate(all.length * 16);
  all.forEach(({ address, length }, index) => {
    writeWord(vector, index * 16, address);
    writeWord(vector, index * 16 + 8, length);
  });
  const { addresses, calls } = kernel;
  if (addresses(calls.nmount, vector.address, all.length, flags, 0, 0, 0) >= 0) return undefined;
  const problem = lastFailure(kernel, "nmount");
  const why = textIn(message.bytes, 0, MESSAGE_BYTES);
  return why === "" ? problem : { ...problem, message: `${why}: ${problem.message}` };
}

/** All mounted file systems in the order of mounting: getfsstat(2). */
export function mountedFileSystems(kernel: FreebsdKernel): readonly MountedFileSystem[] {
  const table = allocate(MOST_MOUNTS * STATFS.BYTES);
  const { addresses, calls } = kernel;
  const size = table.bytes.length;
  const count = addresses(calls.getfsstat, table.address, size, MOUNT.MNT_NOWAIT, 0, 0, 0);
  return parseMounts(table.bytes, Math.max(0, count));
}

/** Reads an array of struct statfs. */
export function parseMounts(
  bytes: Uint8Array<ArrayBuffer>,
  count: number,
): readonly MountedFileSystem[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: count }, (_, index) => {
    const at = index * STATFS.BYTES;
    return {
      mountPoint: textIn(bytes, at + STATFS.ON, STATFS.PATH_BYTES),
      source: textIn(bytes, at + STATFS.FROM, STATFS.PATH_BYTES),
      type: textIn(bytes, at + STATFS.TYPE, STATFS.TYPE_BYTES),
      isReadOnly: (view.getUint32(at + STATFS.FLAGS, true) & MOUNT.MNT_RDONLY) !== 0,
    };
  });
}

function textIn(bytes: Uint8Array, at: number, room: number): string {
  const field = bytes.subarray(at, at + room);
  const end = field.indexOf(0);
  return decoder.decode(end === -1 ? field : field.subarray(0, end));
}

/** What releasing does to the system; tests put a record in its place. */
export interface FreebsdReleaseActions {
  sync(): void;
  mounts(): readonly MountedFileSystem[];
  unmount(mountPoint: string): Failure | undefined;
}

/** sync, and unmount what is not in use. Reports what could not be let go. */
export function releaseFileSystems(kernel: FreebsdKernel): readonly Failure[] {
  const { numbers, addresses, calls } = kernel;
  return releaseMounts({
    sync: () => {
      numbers(calls.sync, 0, 0, 0, 0, 0, 0);
    },
    mounts: () => mountedFileSystems(kernel),
    unmount: (mountPoint) => {
      const problem = takePath(kernel, "unmount", mountPoint);
      if (problem !== undefined) return problem;
      const result = addresses(calls.unmount, pathAddress, 0, 0, 0, 0, 0);
      return result < 0 ? lastFailure(kernel, "unmount") : undefined;
    },
  });
}

/**
 * From the last mounted to the first, as often as that frees something. The root, and what is still
 * in use, is left to reboot(2), which writes out and unmounts everything itself and stops swapping;
 * so nothing is forced.
 */
export function releaseMounts(actions: FreebsdReleaseActions): readonly Failure[] {
  actions.sync();
  let failures: Failure[] = [];
  for (let round = 0; round < MOST_ROUNDS; round++) {
    failures = [];
    let isFreed = false;
    for (const { mountPoint, type } of [...actions.mounts()].reverse()) {
      if (mountPoint === "/" || KEPT_TYPES.includes(type)) continue;
      const problem = actions.unmount(mountPoint);
      if (problem === undefined) isFreed = true;
      else failures.push({ ...problem, message: `"${mountPoint}": ${problem.message}` });
    }
    if (!isFreed || failures.length === 0) break;
  }
  actions.sync();
  return failures;
}
