/**
 * Memory that outlives its writer: memfd_create(2) or a file, mmap(2) with MAP_SHARED, flock(2).
 *
 * fallocate(2) takes the pages beforehand: a store to one for which tmpfs has no room left would
 * end the process by SIGBUS. A lock of flock(2) belongs to the open file, so it lasts over execve,
 * and ends with the last process that has it open.
 */
import { type Fd, fd as asFd } from "../../../core/types.ts";
import { lastErrno } from "../../ffi/library.ts";
import type { Failure } from "../../interface/failure.ts";
import { type FileStatus, isSameFile } from "../../interface/file_status.ts";
import type { FoundMemory, KeptMemories, KeptMemory } from "../../interface/kept_memory.ts";
import { pathAddress, takePath, userId } from "../../posix/kernel/kernel.ts";
import { ERRNO, FILE, FILE_ROOM, MEMORY, MFD_CLOEXEC } from "../kernel/abi.ts";
import { failure, LINUX } from "../kernel/kernel.ts";
import { files, status, streams } from "../kernel/parts.ts";
import { LINUX_SYSTEM } from "../kernel/system.ts";
import { HEAD, lengthened, type Region, regionBehind, RegionHead } from "./kept_regions.ts";

/** For people who look into /proc. */
const NAME = "dinit-kept";
const OWN_ONLY = 0o600;
const OTHERS = 0o077;
/** Somebody who makes and removes the file all the time gets no more attention than this. */
const MOST_ATTEMPTS = 8;

const { LOCK_EX, LOCK_NB, LOCK_UN } = FILE_ROOM;
const { O_NOFOLLOW } = LINUX.processor;
const OPEN_FLAGS = FILE.O_RDWR | FILE.O_CREAT | FILE.O_NONBLOCK | FILE.O_NOCTTY | O_NOFOLLOW;

export const LINUX_KEPT_MEMORIES: KeptMemories = {
  make: () => {
    const problem = takePath(LINUX, "memfd_create", NAME);
    if (problem !== undefined) return problem;
    const { memfd_create } = LINUX.calls;
    const made = LINUX.addresses(memfd_create, pathAddress, MFD_CLOEXEC, 0, 0, 0, 0);
    if (made < 0) return failure("memfd_create", lastErrno(LINUX));
    return closedOnFailure(asFd(made), overFile(asFd(made)));
  },
  adopt: overFile,
  open: openAt,
};

function openAt(path: string): KeptMemory | Failure | { readonly kind: "in-use" } {
  for (let attempt = 1;; attempt++) {
    const fd = files.openFile(path, OPEN_FLAGS, OWN_ONLY);
    if (typeof fd !== "number") return fd;
    const present = status.statusOfDescriptor(fd);
    const refused = "kind" in present ? present : refusal(present);
    if (refused !== undefined) return closedOnFailure(fd, refused);
    if (LINUX.numbers(LINUX.calls.flock, fd, LOCK_EX | LOCK_NB, 0, 0, 0, 0) < 0) {
      const problem = failure("flock", lastErrno(LINUX));
      streams.close(fd);
      return problem.errno === ERRNO.EAGAIN ? { kind: "in-use" } : problem;
    }
    // Whoever had it until now may have removed it before it was locked here.
    const named = status.statusAt(undefined, path);
    const isNamed = !("kind" in named) && !("kind" in present) && isSameFile(named, present);
    if (isNamed) return closedOnFailure(fd, overFile(fd));
    streams.close(fd);
    if (attempt === MOST_ATTEMPTS) {
      return failure("open", ERRNO.EAGAIN, "others keep making and removing the file");
    }
  }
}

function refusal(present: FileStatus): Failure | undefined {
  const why = whyNotOwn(present, userId(LINUX));
  return why === undefined ? undefined : failure("open", ERRNO.EPERM, why);
}

function whyNotOwn({ type, uid, mode, links }: FileStatus, user: number): string | undefined {
  if (type !== "regular") return "it is no regular file";
  if (uid !== user) return `it belongs to user ${uid} and not to user ${user}`;
  if ((mode & OTHERS) !== 0) return "others may open it, too";
  return links === 1 ? undefined : `it has ${links} names (hard links)`;
}

function closedOnFailure(fd: Fd, made: KeptMemory | Failure): KeptMemory | Failure {
  if ("kind" in made) streams.close(fd);
  return made;
}

/** The file becomes one with regions if there is nothing in it. */
function overFile(fd: Fd): KeptMemory | Failure {
  const present = status.statusOfDescriptor(fd);
  if ("kind" in present) return present;
  const { sizeBytes } = present;
  if (sizeBytes > 0 && sizeBytes < HEAD) return holdsOther();
  const room = sizeBytes === 0 ? allot(fd, { start: 0, length: HEAD }) : undefined;
  if (room !== undefined) return room;
  const mapped = mapRegion(fd, { start: 0, length: HEAD });
  if ("kind" in mapped) return mapped;
  const head = new RegionHead(mapped);
  if (!head.isFresh && !head.isMarked) return holdsOther();
  const sure = allot(fd, { start: 0, length: HEAD });
  if (sure !== undefined) return sure;
  if (head.isFresh) head.mark();
  const end = Math.max(present.sizeBytes, HEAD);
  const region = head.read(end);
  const found = findRegion(fd, region);
  if ("errno" in found) return found;
  return keptMemory(fd, { head, end, found, current: "kind" in region ? undefined : region });
}

function holdsOther(): Failure {
  return failure("open", ERRNO.EINVAL, "it holds something else");
}

function findRegion(
  fd: Fd,
  region: ReturnType<RegionHead["read"]>,
): FoundMemory | Failure {
  if ("kind" in region) return region;
  const memory = mapRegion(fd, region);
  return "kind" in memory ? memory : { kind: "region", memory };
}

function keptMemory(
  fd: Fd,
  { head, found, ...start }: {
    readonly head: RegionHead;
    readonly found: FoundMemory;
    /** Of the file, in bytes. */
    readonly end: number;
    readonly current: Region | undefined;
  },
): KeptMemory {
  let { end, current } = start;
  let begun: Region | undefined;
  /** Where the one begun last is mapped, or what it has become. */
  let view: Uint8Array | undefined;
  /** Begun before that: what they hold may have to be copied until the last one counts. */
  const earlier: Region[] = [];
  const giveBack = (region: Region | undefined) => {
    if (region !== undefined) punch(fd, region);
  };
  return {
    fd,
    found,
    begin: (bytes) => {
      const region = regionBehind(end, bytes);
      if (region === undefined) return failure("fallocate", ERRNO.EFBIG);
      const problem = allot(fd, region);
      if (problem !== undefined) return problem;
      end = region.start + region.length;
      const memory = mapRegion(fd, region);
      if ("kind" in memory) {
        giveBack(region);
        return memory;
      }
      if (begun !== undefined) earlier.push(begun);
      begun = region;
      view = memory;
      return memory;
    },
    lengthen: (bytes) => {
      if (current === undefined || current.start + current.length !== end) return undefined;
      const region = lengthened(current, bytes);
      if (region === undefined) return failure("fallocate", ERRNO.EFBIG);
      const more = { start: end, length: region.length - current.length };
      const problem = more.length > 0 ? allot(fd, more) : undefined;
      if (problem !== undefined) return problem;
      const memory = mapRegion(fd, region);
      if ("kind" in memory) {
        giveBack(more);
        return memory;
      }
      end = region.start + region.length;
      head.set(region);
      current = region;
      if (view !== undefined) dropPages(view);
      view = memory;
      return memory;
    },
    publish: () => {
      if (begun === undefined) throw new Error("There is no region to be published");
      head.set(begun);
      giveBack(current);
      earlier.splice(0).forEach(giveBack);
      current = begun;
      begun = undefined;
    },
    retract: () => {
      head.set(undefined);
      giveBack(current);
      earlier.splice(0).forEach(giveBack);
      current = undefined;
    },
    removeAt: (path) => {
      const own = status.statusOfDescriptor(fd);
      const named = status.statusAt(undefined, path);
      if ("kind" in own || "kind" in named || !isSameFile(own, named)) return;
      LINUX_SYSTEM.platform.removeFile(path);
    },
    close: () => {
      // What is mapped keeps the file open, and with it the lock.
      LINUX.numbers(LINUX.calls.flock, fd, LOCK_UN, 0, 0, 0, 0);
      streams.close(fd);
    },
  };
}

/** Makes the file as long as that, with pages for all of it. */
function allot(fd: Fd, { start, length }: Region): Failure | undefined {
  const { fallocate } = LINUX.calls;
  for (;;) {
    if (LINUX.addresses(fallocate, fd, 0, start, length, 0, 0) === 0) return undefined;
    const errno = lastErrno(LINUX);
    if (errno !== ERRNO.EINTR) return failure("fallocate", errno);
  }
}

/** Reads as zeros from now on. Where the file system cannot do that the pages stay. */
function punch(fd: Fd, { start, length }: Region): void {
  const mode = FILE_ROOM.FALLOC_FL_PUNCH_HOLE | FILE_ROOM.FALLOC_FL_KEEP_SIZE;
  LINUX.addresses(LINUX.calls.fallocate, fd, mode, start, length, 0, 0);
}

/** Children do not get it, and so cannot write to it before they execute their program. */
function mapRegion(fd: Fd, { start, length }: Region): Uint8Array | Failure {
  const { PROT_READ, PROT_WRITE, MAP_SHARED, MADV_DONTFORK } = MEMORY;
  const pointer = LINUX.map(null, length, PROT_READ | PROT_WRITE, MAP_SHARED, fd, start);
  const errno = lastErrno(LINUX);
  const address = pointer === null ? -1 : Number(BigInt.asIntN(64, addressOf(pointer)));
  if (pointer === null || address === -1) return failure("mmap", errno);
  LINUX.addresses(LINUX.calls.madvise, address, length, MADV_DONTFORK, 0, 0, 0);
  return new Uint8Array(new Deno.UnsafePointerView(pointer).getArrayBuffer(length));
}

/** What is mapped elsewhere, too, would count twice as this process's. A use brings it back. */
function dropPages(view: Uint8Array): void {
  const pointer = Deno.UnsafePointer.of(view as Uint8Array<ArrayBuffer>);
  if (pointer === null) return;
  const address = Number(BigInt.asIntN(64, addressOf(pointer)));
  LINUX.addresses(LINUX.calls.madvise, address, view.length, MEMORY.MADV_DONTNEED, 0, 0, 0);
}

function addressOf(pointer: Deno.PointerObject): bigint {
  return BigInt(Deno.UnsafePointer.value(pointer));
}
