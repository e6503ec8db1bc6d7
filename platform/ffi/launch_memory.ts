/**
 * The memory that a child needs until its program runs: its calls, arguments and environment, in
 * pages of their own.
 *
 * A child is made by fork, so that it shares nothing with the manager. To copy the page tables of a
 * whole runtime takes most of a millisecond, and afterwards each page that the manager writes to
 * costs a fault. So the manager hides all other memory from its children: then a fork takes a tenth
 * of a millisecond.
 */
import { type AddressCalls, threadMemoryAddress } from "./library.ts";
import { allocate, type Block, blockOver } from "./memory.ts";

/** How a system maps memory and keeps it from children. */
export interface LaunchMemorySystem {
  readonly PROT_READ: number;
  readonly PROT_WRITE: number;
  readonly MAP_PRIVATE: number;
  readonly MAP_ANONYMOUS: number;
  /** Keeps a range of addresses, whatever is mapped there, from children that are made later. */
  hide(from: number, to: number): void;
}

export interface LaunchMemory {
  /**
   * Memory that children get a copy of. It is never given back: whoever grows a block doubles it.
   */
  allocate(bytes: number): Block;
  /**
   * Keeps everything else that is mapped now from children. What is not given up: no library and no
   * other part of this process can make a child by fork any more.
   */
  hideRest(): void;
}

/** A multiple of the page size of every processor. */
const PAGE_BYTES = 65536;
/**
 * Above every address of a process: processors have 47 or 48 bits of them unless asked for more.
 */
const END_OF_MEMORY = 2 ** 48;

interface Range {
  readonly from: number;
  readonly to: number;
}

/** @param code Address of the code that runs in the child. */
export function launchMemory(
  calls: Pick<AddressCalls, "map">,
  system: LaunchMemorySystem,
  code: number,
): LaunchMemory {
  const thread = threadMemoryAddress();
  const kept: Range[] = [
    { from: code, to: code + PAGE_BYTES },
    // On Linux the kernel writes to each thread's memory whenever it goes on (rseq of the C
    // library, near errno), and ends a process where it cannot.
    { from: thread - PAGE_BYTES, to: thread + PAGE_BYTES },
  ];
  return {
    allocate(bytes) {
      const size = pageAbove(bytes);
      const { PROT_READ, PROT_WRITE, MAP_PRIVATE, MAP_ANONYMOUS } = system;
      const flags = MAP_PRIVATE | MAP_ANONYMOUS;
      const memory = calls.map(null, size, PROT_READ | PROT_WRITE, flags, -1, 0);
      const address = Number(Deno.UnsafePointer.value(memory));
      // MAP_FAILED is −1 as an address. Then other memory has to do.
      const block = memory === null || address < 0 || address > END_OF_MEMORY
        ? allocate(size)
        : blockOver(new Deno.UnsafePointerView(memory).getArrayBuffer(size), address);
      kept.push({ from: block.address, to: block.address + size });
      return block;
    },
    hideRest() {
      let from = 0;
      for (const range of kept.toSorted((a, b) => a.from - b.from)) {
        const to = pageBelow(range.from);
        if (to > from) system.hide(from, to);
        from = Math.max(from, pageAbove(range.to));
      }
      system.hide(from, END_OF_MEMORY);
    },
  };
}

function pageBelow(address: number): number {
  return Math.floor(address / PAGE_BYTES) * PAGE_BYTES;
}

function pageAbove(address: number): number {
  return Math.ceil(address / PAGE_BYTES) * PAGE_BYTES;
}
