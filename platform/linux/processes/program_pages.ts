/**
 * The pages of the program itself, most of which only its start needs: 50 of the manager's 74 MB
 * resident, 8 once they were given back and the manager has done some work.
 *
 * They cost no memory that others could not have, but count as the manager's when memory runs out
 * and the kernel looks for the largest process to kill (mm/oom_kill.c, oom_badness). They stay in
 * the page cache, so coming back to one is no read of the disk.
 */
import { PARTS_PLACE } from "../../../native/programs/parts_place.ts";
import { MEMORY } from "../kernel/abi.ts";
import { LINUX } from "../kernel/kernel.ts";
import { files } from "../kernel/parts.ts";

const FILE_LIMIT_BYTES = 1024 * 1024;

/** Nothing happens where the system does not tell what is mapped. */
export function releaseProgramPages(): void {
  const program = files.readLink("/proc/self/exe");
  const maps = files.readFile("/proc/self/maps", FILE_LIMIT_BYTES);
  if (typeof program !== "string" || maps.kind === "failure") return;
  for (const [start, end] of unwrittenMappings(new TextDecoder().decode(maps.bytes), program)) {
    LINUX.addresses(LINUX.calls.madvise, start, end - start, MEMORY.MADV_DONTNEED, 0, 0, 0);
  }
}

/**
 * The mappings of a program that have never been written to. Others that are read-only now were not
 * while the dynamic linker was at work: what it wrote would be lost.
 *
 * @param maps The text of /proc/PID/maps: proc(5).
 * @returns Addresses: begin and end of each.
 */
export function unwrittenMappings(
  maps: string,
  program: string,
): readonly (readonly [begin: number, end: number])[] {
  const mapping = /^([0-9a-f]+)-([0-9a-f]+) (\S+) ([0-9a-f]+) \S+ \d+ +(.*)$/;
  return maps.split("\n").flatMap((line) => {
    const [, begin = "", end = "", rights, offset = "", path] = mapping.exec(line) ?? [];
    // Text; what begins with the file's header, constants; and the parts, from the entry program.
    const isUnwritten = rights === "r-xp" || (rights === "r--p" && parseInt(offset, 16) === 0) ||
      parseInt(begin, 16) === PARTS_PLACE.address;
    return path === program && isUnwritten ? [[parseInt(begin, 16), parseInt(end, 16)]] : [];
  });
}
