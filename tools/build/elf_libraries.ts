/**
 * The shared libraries that an ELF file names, and the folders in which its dynamic linker looks for them.
 * Source of all numbers: elf(5), /usr/include/elf.h; rtld(1) of FreeBSD, ld.so(8).
 */
import {
  LARGEST_PAGE_BYTES,
  nextPlace,
  PROGRAM_HEADER_BYTES,
  readElf,
  roundUp,
  type Segment,
  viewOf,
  writeSegment,
} from "./elf_image.ts";
import { makeHeaderRoom, moveSection, placeNotes } from "./elf_room.ts";

const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const PF_W = 2;
const PF_R = 4;
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

interface Dynamic {
  readonly segment: Segment;
  /** Without the DT_NULL at the end. */
  readonly entries: readonly DynamicEntry[];
  readonly strings: Uint8Array;
  /** Of the strings in the file. */
  readonly stringsOffset: number;
}

/** What an ELF file needs to run. */
export interface Libraries {
  /** Names, in their order: `libc.so.7`. */
  readonly needed: readonly string[];
  /** Folders that are searched for them first, separated by colons; undefined: none are named. */
  readonly path: string | undefined;
}

/**
 * @param name How to call the file in errors.
 * @throws {Error} It is no ELF file that `readElf` takes.
 */
export function readLibraries(bytes: Uint8Array, name: string): Libraries {
  const dynamic = readDynamic(bytes, name);
  if (dynamic === undefined) return { needed: [], path: undefined };
  const textOf = ({ value }: DynamicEntry) => textAt(dynamic.strings, value);
  const path = dynamic.entries.find(isPath);
  return {
    needed: dynamic.entries.filter(({ tag }) => tag === DT_NEEDED).map(textOf),
    path: path === undefined ? undefined : textOf(path),
  };
}

/**
 * Has the dynamic linker look for libraries in folders of our choice: for those that the program needs, and (DT_RPATH,
 * not DT_RUNPATH) for those that these need.
 *
 * @param bytes The image and nothing behind it; not changed.
 * @param path Folders, separated by colons. They come before those that the file names.
 * @throws {Error} No ELF file that it can be done to.
 */
export function addLibraryPath(
  bytes: Uint8Array<ArrayBuffer>,
  name: string,
  path: string,
): Uint8Array<ArrayBuffer> {
  const old = readDynamic(bytes, name);
  if (old === undefined) throw new Error(`${name}: Cannot name folders of libraries: it uses none`);
  const present = readLibraries(bytes, name).path;
  const added = new TextEncoder().encode(`${[path, present ?? []].flat().join(":")}\0`);
  const strings = new Uint8Array(old.strings.length + added.length);
  strings.set(old.strings);
  strings.set(added, old.strings.length);

  const copy = bytes.slice();
  const { headerOffset, notes } = makeHeaderRoom(copy, name);
  const { offset, address } = nextPlace(bytes, readElf(bytes, name).segments);
  const tableAt = roundUp(notes.bytes.length, ENTRY_BYTES);
  const entries = [
    ...old.entries.filter((entry) => !isPath(entry)),
    { tag: DT_RPATH, value: old.strings.length },
    { tag: DT_NULL, value: 0 },
  ];
  const stringsAt = tableAt + entries.length * ENTRY_BYTES;

  const result = new Uint8Array(offset + stringsAt + strings.length);
  result.set(copy);
  result.set(notes.bytes, offset);
  result.set(strings, offset + stringsAt);
  const view = viewOf(result);
  entries.forEach(({ tag, value }, index) => {
    const at = offset + tableAt + index * ENTRY_BYTES;
    view.setBigInt64(at, BigInt(tag), true);
    view.setBigUint64(at + 8, BigInt(moved(tag, value)), true);
  });
  function moved(tag: number, value: number): number {
    if (tag === DT_STRTAB) return address + stringsAt;
    return tag === DT_STRSZ ? strings.length : value;
  }

  const fileSize = result.length - offset;
  writeSegment(view, headerOffset, {
    type: PT_LOAD,
    // The linker writes into the table.
    flags: PF_R | PF_W,
    offset,
    address,
    fileSize,
    memorySize: fileSize,
    alignment: LARGEST_PAGE_BYTES,
  });
  placeNotes(result, notes, { offset, address });
  const size = entries.length * ENTRY_BYTES;
  const table = { offset: offset + tableAt, address: address + tableAt };
  const index = readElf(result, name).segments.findIndex(({ type }) => type === PT_DYNAMIC);
  const header = Number(view.getBigUint64(32, true)) + index * PROGRAM_HEADER_BYTES;
  writeSegment(view, header, { ...old.segment, ...table, fileSize: size, memorySize: size });
  moveSection(result, old.segment.offset, { ...table, size });
  moveSection(result, old.stringsOffset, {
    offset: offset + stringsAt,
    address: address + stringsAt,
    size: strings.length,
  });
  return result;
}

function isPath({ tag }: DynamicEntry): boolean {
  return tag === DT_RPATH || tag === DT_RUNPATH;
}

function readDynamic(bytes: Uint8Array, name: string): Dynamic | undefined {
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
  const valueOf = (wanted: number) => entries.find(({ tag }) => tag === wanted)?.value ?? 0;
  const stringsOffset = fileOffset(segments, valueOf(DT_STRTAB));
  const strings = bytes.subarray(stringsOffset, stringsOffset + valueOf(DT_STRSZ));
  return { segment, entries, strings, stringsOffset };
}

/** Where the file has what is at an address. */
function fileOffset(segments: readonly Segment[], address: number): number {
  const load = segments.find((one) =>
    one.type === PT_LOAD && address >= one.address && address < one.address + one.fileSize
  );
  return load === undefined ? 0 : address - load.address + load.offset;
}

function textAt(strings: Uint8Array, at: number): string {
  const end = strings.indexOf(0, at);
  return new TextDecoder().decode(strings.subarray(at, end < 0 ? strings.length : end));
}
