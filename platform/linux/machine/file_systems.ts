/**
 * Mounting, and letting go of all file systems before the machine ends.
 */
import { lastErrno } from "../../ffi/library.ts";
import { allocate } from "../../ffi/memory.ts";
import type { Failure } from "../../interface/failure.ts";
import { ERRNO, MOUNT } from "../kernel/abi.ts";
import { pathAddress, takePath } from "../../posix/kernel/kernel.ts";
import { failure, LINUX } from "../kernel/kernel.ts";
import { files } from "../kernel/parts.ts";
import { type MountEntry, parseMountTable, parseSwaps } from "./mount_table.ts";

/** Plenty for a table of thousands of mounts. */
const TABLE_LIMIT_BYTES = 16 * 1024 * 1024;
/** A mount that was busy may be free after those inside it are gone. */
const MOST_ROUNDS = 8;
/**
 * The runtime, the console and the last messages need these; nothing in them is lost by a
 * power-off.
 */
const KEPT = ["/proc", "/sys", "/dev", "/run"];

const encoder = new TextEncoder();

/** What releasing does to the system; tests put a record in its place. */
export interface ReleaseActions {
  sync(): void;
  swaps(): readonly string[];
  mounts(): readonly MountEntry[];
  swapOff(path: string): Failure | undefined;
  unmount(mountPoint: string): Failure | undefined;
  remountReadOnly(entry: MountEntry): Failure | undefined;
}

/** Mounts a file system: mount(2). */
export function mount(
  source: string,
  target: string,
  type: string,
  flags: number,
  data: string,
): Failure | undefined {
  const problem = takePath(LINUX, "mount", target);
  if (problem !== undefined) return problem;
  // Held until the call returns: the kernel reads them by address.
  const texts = [source, type, data].map(terminated);
  const [sourceText, typeText, dataText] = texts;
  const result = LINUX.addresses(
    LINUX.calls.mount,
    sourceText?.address ?? 0,
    pathAddress,
    typeText?.address ?? 0,
    flags,
    dataText?.address ?? 0,
    0,
  );
  const errno = lastErrno(LINUX);
  return result < 0 ? failure("mount", errno, mountDetail(target, errno)) : undefined;
}

function mountDetail(target: string, errno: number): string | undefined {
  return errno === ERRNO.ENOENT ? `no such directory or source: "${target}"` : undefined;
}

function terminated(text: string) {
  const bytes = encoder.encode(`${text}\0`);
  const block = allocate(bytes.length);
  block.bytes.set(bytes);
  return block;
}

/** sync, swap off, unmount everything or make it read-only. Reports what could not be let go. */
export function releaseFileSystems(): readonly Failure[] {
  return release(kernelActions());
}

/**
 * The order of release: write everything out, stop swapping (a swap file keeps its file system
 * busy), unmount from the last mounted to the first, as often as that frees something, then make
 * read-only what is left: the root always, and what is still in use.
 *
 * Separate from the kernel so that tests can watch it.
 */
export function release(actions: ReleaseActions): Failure[] {
  actions.sync();
  const failures: Failure[] = [];
  for (const path of actions.swaps()) {
    const problem = actions.swapOff(path);
    if (problem !== undefined) failures.push(about(path, problem));
  }
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const candidates = [...actions.mounts()].reverse().filter(isReleased);
    const gone = candidates.filter((entry) => actions.unmount(entry.mountPoint) === undefined);
    if (gone.length === 0) break;
  }
  for (const entry of [...actions.mounts()].reverse()) {
    if (!isReleased(entry) && entry.mountPoint !== "/") continue;
    if (entry.options.includes("ro")) continue;
    const problem = actions.remountReadOnly(entry);
    if (problem !== undefined) failures.push(about(entry.mountPoint, problem));
  }
  actions.sync();
  return failures;
}

/**
 * Everything but the root, the kept four, and what the kernel mounts inside the first three of
 * them.
 */
function isReleased(entry: MountEntry): boolean {
  const { mountPoint } = entry;
  if (mountPoint === "/" || KEPT.includes(mountPoint)) return false;
  return !["/proc/", "/sys/", "/dev/"].some((prefix) => mountPoint.startsWith(prefix));
}

function about(path: string, problem: Failure): Failure {
  return { ...problem, message: `"${path}": ${problem.message}` };
}

function kernelActions(): ReleaseActions {
  return {
    sync: () => {
      LINUX.numbers(LINUX.calls.sync, 0, 0, 0, 0, 0, 0);
    },
    swaps: () => parseSwaps(readText("/proc/swaps")),
    mounts: () => parseMountTable(readText("/proc/self/mountinfo")),
    swapOff: (path) => pathCall("swapoff", path, 0),
    unmount: (mountPoint) => pathCall("umount2", mountPoint, MOUNT.UMOUNT_NOFOLLOW),
    remountReadOnly,
  };
}

function readText(path: string): string {
  const contents = files.readFile(path, TABLE_LIMIT_BYTES);
  return contents.kind === "contents" ? new TextDecoder().decode(contents.bytes) : "";
}

function pathCall(call: "swapoff" | "umount2", path: string, flags: number): Failure | undefined {
  const problem = takePath(LINUX, call, path);
  if (problem !== undefined) return problem;
  const result = LINUX.addresses(LINUX.calls[call], pathAddress, flags, 0, 0, 0, 0);
  return result < 0 ? failure(call, lastErrno(LINUX)) : undefined;
}

/** The flags of the mount must be named again, or the remount clears them: mount(2). */
function remountReadOnly(entry: MountEntry): Failure | undefined {
  const { nosuid, nodev, noexec } = {
    nosuid: MOUNT.MS_NOSUID,
    nodev: MOUNT.MS_NODEV,
    noexec: MOUNT.MS_NOEXEC,
  };
  const kept = (entry.options.includes("nosuid") ? nosuid : 0) |
    (entry.options.includes("nodev") ? nodev : 0) |
    (entry.options.includes("noexec") ? noexec : 0);
  return mount("", entry.mountPoint, "", MOUNT.MS_REMOUNT | MOUNT.MS_RDONLY | kept, "");
}
