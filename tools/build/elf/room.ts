/**
 * Room for one program header more in an ELF file, without moving what its code refers to.
 *
 * Behind the program headers linkers put the path of the dynamic linker and the notes, which are
 * found through program headers only. So the table grows over them: the path comes behind the
 * table, the notes go into the segment that is to be added. Nothing is given up: Deno 2.9 finds its
 * program through the notes, FreeBSD's kernel its own mark. Source of all numbers and offsets:
 * elf(5), /usr/include/elf.h; sys/kern/imgact_elf.c (headers must be in the first page, notes may
 * be anywhere).
 */
import {
  PROGRAM_HEADER_BYTES,
  readElf,
  roundUp,
  type Segment,
  viewOf,
  writeSegment,
} from "./image.ts";

const PT_INTERP = 3;
const PT_NOTE = 4;
const PT_PHDR = 6;
const PT_GNU_PROPERTY = 0x6474e553;
const SHT_NULL = 0;
const SHT_NOTE = 7;
const SECTION_HEADER_BYTES = 64;
/** Notes are aligned to 4 or 8. */
const NOTE_ALIGNMENT = 8;

/** What goes to the beginning of the added segment. */
export interface MovedNotes {
  readonly bytes: Uint8Array;
  /** Offset in `bytes` of each note segment, by its place in the table. */
  readonly at: ReadonlyMap<number, number>;
}

/**
 * Makes room for one header at the end of the table and counts it; the caller fills it in, and
 * places the notes by {@linkcode placeNotes}.
 *
 * @param bytes Changed.
 * @param name How to call the file in errors.
 * @returns Where the header goes, and the notes.
 * @throws {Error} There is no room.
 */
export function makeHeaderRoom(
  bytes: Uint8Array<ArrayBuffer>,
  name: string,
): { readonly headerOffset: number; readonly notes: MovedNotes } {
  const { segments } = readElf(bytes, name);
  const view = viewOf(bytes);
  const table = Number(view.getBigUint64(32, true));
  const end = table + segments.length * PROGRAM_HEADER_BYTES;
  const interpreter = segments.find(({ type }) => type === PT_INTERP);
  const pathAt = end + PROGRAM_HEADER_BYTES;
  const room = firstOther(bytes, end, segments) - end;
  if (PROGRAM_HEADER_BYTES + (interpreter?.fileSize ?? 0) > room) {
    throw new Error(`${name}: Cannot add a segment: there is no room for its program header`);
  }
  const notes = takeNotes(bytes, segments);
  const path = interpreter === undefined
    ? new Uint8Array(0)
    : bytes.slice(interpreter.offset, interpreter.offset + interpreter.fileSize);
  bytes.fill(0, end, end + room);
  bytes.set(path, pathAt);
  view.setUint16(56, segments.length + 1, true);
  segments.forEach((segment, index) => {
    const at = table + index * PROGRAM_HEADER_BYTES;
    if (segment.type === PT_PHDR) writeSegment(view, at, grown(segment));
    if (segment !== interpreter) return;
    const address = segment.address + pathAt - segment.offset;
    writeSegment(view, at, { ...segment, offset: pathAt, address });
    moveSection(bytes, segment.offset, { offset: pathAt, address });
  });
  return { headerOffset: end, notes };
}

/** Writes the headers of the notes, which begin at an offset of the file that has an address. */
export function placeNotes(
  bytes: Uint8Array<ArrayBuffer>,
  notes: MovedNotes,
  place: { readonly offset: number; readonly address: number },
): void {
  const view = viewOf(bytes);
  const table = Number(view.getBigUint64(32, true));
  const { segments } = readElf(bytes, "the new file");
  for (const [index, at] of notes.at) {
    const segment = segments[index];
    if (segment === undefined) continue;
    const moved = { offset: place.offset + at, address: place.address + at };
    for (const section of sectionsIn(bytes, segment)) {
      const distance = section.offset - segment.offset;
      moveSection(bytes, section.offset, {
        offset: moved.offset + distance,
        address: moved.address + distance,
      });
    }
    segments.forEach((other, place) => {
      // Processor properties are a note, which has a header of its own besides.
      const isSame = other.type === PT_NOTE || other.type === PT_GNU_PROPERTY;
      if (!isSame || !isInside(other, segment)) return;
      const distance = other.offset - segment.offset;
      writeSegment(view, table + place * PROGRAM_HEADER_BYTES, {
        ...other,
        offset: moved.offset + distance,
        address: moved.address + distance,
      });
    });
  }
}

function isInside(inner: Segment, outer: Segment): boolean {
  return inner.fileSize > 0 && inner.offset >= outer.offset &&
    inner.offset + inner.fileSize <= outer.offset + outer.fileSize;
}

/**
 * Offset of the first byte behind the program headers that belongs to neither the dynamic linker's
 * path nor a note.
 *
 * @param end Where the headers end.
 */
export function firstOther(bytes: Uint8Array, end: number, segments: readonly Segment[]): number {
  const movable = segments.filter(({ type }) => type === PT_INTERP || type === PT_NOTE);
  const isMovable = (offset: number) =>
    movable.some((one) => offset >= one.offset && offset < one.offset + one.fileSize);
  const others = sections(bytes).filter(({ offset, size }) =>
    size > 0 && offset >= end && !isMovable(offset)
  );
  return Math.min(...others.map(({ offset }) => offset), bytes.length);
}

function takeNotes(bytes: Uint8Array, segments: readonly Segment[]): MovedNotes {
  const at = new Map<number, number>();
  const parts: Uint8Array[] = [];
  let length = 0;
  segments.forEach((segment, index) => {
    if (segment.type !== PT_NOTE) return;
    at.set(index, length);
    const padded = new Uint8Array(roundUp(segment.fileSize, NOTE_ALIGNMENT));
    padded.set(bytes.subarray(segment.offset, segment.offset + segment.fileSize));
    parts.push(padded);
    length += padded.length;
  });
  const all = new Uint8Array(length);
  let end = 0;
  for (const part of parts) {
    all.set(part, end);
    end += part.length;
  }
  return { bytes: all, at };
}

function grown(segment: Segment): Segment {
  return {
    ...segment,
    fileSize: segment.fileSize + PROGRAM_HEADER_BYTES,
    memorySize: segment.memorySize + PROGRAM_HEADER_BYTES,
  };
}

interface Section {
  /** Of its header in the file. */
  readonly header: number;
  readonly type: number;
  readonly offset: number;
  readonly size: number;
}

/** Sections that have a place in the file or memory. */
function sections(bytes: Uint8Array): readonly Section[] {
  const view = viewOf(bytes);
  const table = Number(view.getBigUint64(40, true));
  return Array.from({ length: view.getUint16(60, true) }, (_, index) => {
    const header = table + index * SECTION_HEADER_BYTES;
    return {
      header,
      type: view.getUint32(header + 4, true),
      offset: Number(view.getBigUint64(header + 24, true)),
      size: Number(view.getBigUint64(header + 32, true)),
    };
  }).filter(({ type }) => type !== SHT_NULL);
}

/** The sections of a segment of notes. */
function sectionsIn(bytes: Uint8Array, segment: Segment): readonly Section[] {
  const end = segment.offset + segment.fileSize;
  return sections(bytes).filter(({ type, offset, size }) =>
    type === SHT_NOTE && size > 0 && offset >= segment.offset && offset < end
  );
}

/**
 * Tools that look at sections are to find one, too, that was moved.
 *
 * @param from Its old offset. @param to `size`: as before if not given.
 */
export function moveSection(
  bytes: Uint8Array,
  from: number,
  to: { readonly offset: number; readonly address: number; readonly size?: number },
): void {
  const view = viewOf(bytes);
  const section = sections(bytes).find(({ offset, size }) => offset === from && size > 0);
  if (section === undefined) return;
  view.setBigUint64(section.header + 16, BigInt(to.address), true);
  view.setBigUint64(section.header + 24, BigInt(to.offset), true);
  view.setBigUint64(section.header + 32, BigInt(to.size ?? section.size), true);
}
