/**
 * The dynamic table of an ELF file: the shared libraries that it names, and the folders in which
 * its dynamic linker looks for them. Source of all numbers: elf(5), /usr/include/elf.h; rtld(1) of
 * FreeBSD, ld.so(8).
 */
import { readElf, type Segment, viewOf } from "./image.ts";

const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const DT_NULL = 0;
const DT_NEEDED = 1;
const DT_STRTAB = 5;
const DT_STRSZ = 10;
const DT_RPATH = 15;
const DT_RUNPATH = 29;
const ENTRY_BYTES = 16;

interface DynamicEntry {
  readonly tag: number;
  readonly value: number;
}

/** The table, and what it says. */
export interface Dynamic {
  readonly segment: Segment;
  /** Without the DT_NULL at the end. */
  readonly entries: readonly DynamicEntry[];
  /** Address of the strings, from which all of them are counted. */
  readonly stringsAddress: number;
  /** Names of libraries, in their order: `libc.so.7`. */
  readonly needed: readonly string[];
  /** Folders that are searched for them first, separated by colons; undefined: none are named. */
  readonly path: string | undefined;
}

/**
 * @param name How to call the file in errors.
 * @returns undefined when the file uses no libraries.
 * @throws {Error} It is no ELF file that `readElf` takes.
 */
export function readDynamic(bytes: Uint8Array, name: string): Dynamic | undefined {
  const { segments } = readElf(bytes, name);
  const segment = segments.find(({ type }) => type === PT_DYNAMIC);
  if (segment === undefined) return undefined;
  const view = viewOf(bytes);
  const all = Array.from({ length: Math.floor(segment.fileSize / ENTRY_BYTES) }, (_, index) => {
    const at = segment.offset + index * ENTRY_BYTES;
    return {
      tag: Number(view.getBigInt64(at, true)),
      value: Number(view.getBigUint64(at + 8, true)),
    };
  });
  const end = all.findIndex(({ tag }) => tag === DT_NULL);
  const entries = end < 0 ? all : all.slice(0, end);
  const stringsAddress = entries.find(({ tag }) => tag === DT_STRTAB)?.value ?? 0;
  const textOf = ({ value }: DynamicEntry) => textAt(bytes, segments, stringsAddress + value);
  const path = entries.find(isPath);
  return {
    segment,
    entries,
    stringsAddress,
    needed: entries.filter(({ tag }) => tag === DT_NEEDED).map(textOf),
    path: path === undefined ? undefined : textOf(path),
  };
}

/**
 * The table once more, with folders of libraries: for those that the program needs, and (DT_RPATH,
 * not DT_RUNPATH) for those that these need.
 *
 * @param path Where their text is, NUL-terminated: behind the other strings, but not in the same
 *   segment.
 */
export function dynamicTable(
  { entries, stringsAddress }: Dynamic,
  path: { readonly address: number; readonly length: number },
): Uint8Array {
  const value = path.address - stringsAddress;
  const own = [
    ...entries.filter((entry) => !isPath(entry))
      .map((entry) => entry.tag === DT_STRSZ ? { ...entry, value: value + path.length } : entry),
    { tag: DT_RPATH, value },
    { tag: DT_NULL, value: 0 },
  ];
  const table = new Uint8Array(own.length * ENTRY_BYTES);
  const view = viewOf(table);
  own.forEach((entry, index) => {
    view.setBigInt64(index * ENTRY_BYTES, BigInt(entry.tag), true);
    view.setBigUint64(index * ENTRY_BYTES + 8, BigInt(entry.value), true);
  });
  return table;
}

/** Folders before those that the table names, as a NUL-terminated text. */
export function pathText({ path }: Dynamic, before: string): Uint8Array {
  return new TextEncoder().encode(`${path === undefined ? before : `${before}:${path}`}\0`);
}

function isPath({ tag }: DynamicEntry): boolean {
  return tag === DT_RPATH || tag === DT_RUNPATH;
}

/** What is at an address, up to a NUL. */
function textAt(bytes: Uint8Array, segments: readonly Segment[], address: number): string {
  const load = segments.find((one) =>
    one.type === PT_LOAD && address >= one.address && address < one.address + one.fileSize
  );
  if (load === undefined) return "";
  const at = address - load.address + load.offset;
  return new TextDecoder().decode(bytes.subarray(at, bytes.indexOf(0, at)));
}
