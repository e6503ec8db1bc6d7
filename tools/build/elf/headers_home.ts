/**
 * Puts program headers back to the beginning of a file, where FreeBSD's kernel wants them.
 *
 * `deno compile` of Deno 2.9 moves them into a segment at the end, because it adds two: of that segment, and of the note in
 * it that holds the program. They come home over what linkers put behind the headers, the path of the dynamic linker and
 * the notes; these go where the headers have been, and so does a path of libraries. The old notes become one segment with
 * the new one, which saves a header.
 *
 * Source of all numbers and offsets: elf(5), /usr/include/elf.h; sys/kern/imgact_elf.c of FreeBSD 14 (path and notes may be
 * anywhere in the file).
 */
import { dynamicTable, pathText, readDynamic } from "./dynamic.ts";
import {
  PROGRAM_HEADER_BYTES,
  readElf,
  roundUp,
  type Segment,
  viewOf,
  writeSegment,
} from "./image.ts";
import { firstOther } from "./room.ts";

const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const PT_INTERP = 3;
const PT_NOTE = 4;
const PT_PHDR = 6;
const PF_W = 2;
/** Behind the ELF header. */
const HOME = 64;
const NOTE_ALIGNMENT = 4;
const TABLE_ALIGNMENT = 8;

/**
 * @param bytes An executable with its headers in a segment of its own; not changed.
 * @param name How to call the file in errors.
 * @param libraryPath As for `addLibraryPath`.
 * @throws {Error} It is another kind of file, or there is not enough room.
 */
export function bringHeadersHome(
  bytes: Uint8Array<ArrayBuffer>,
  name: string,
  libraryPath: string,
): Uint8Array<ArrayBuffer> {
  const refuse = (why: string): never => {
    throw new Error(
      `${name}: Cannot move the program headers to the beginning of the file: ${why}`,
    );
  };
  const { segments } = readElf(bytes, name);
  const result = bytes.slice();
  const table = segments.find(({ type }) => type === PT_PHDR) ?? refuse("they have no header");
  const home = segments.find(({ type, offset }) => type === PT_LOAD && offset === 0) ??
    refuse("the beginning is not mapped");
  const end = table.offset + segments.length * PROGRAM_HEADER_BYTES;
  const added = segments.find(({ type, offset }) => type === PT_NOTE && offset >= end) ??
    refuse("no note follows them");
  const oldNotes = segments.filter((one) => one.type === PT_NOTE && one !== added);
  if (oldNotes.some(({ alignment }) => alignment > NOTE_ALIGNMENT)) {
    refuse("it has notes of another alignment");
  }

  /** What has been freed is filled from both ends: the notes must end where the added one begins. */
  const free = { begin: table.offset, end: added.offset };
  const place = (content: Uint8Array, alignment: number): { offset: number; address: number } => {
    const offset = roundUp(free.begin, alignment);
    if (offset + content.length > free.end) refuse("there is not enough room where they were");
    free.begin = offset + content.length;
    return { offset, address: offset - table.offset + table.address };
  };
  const notesLength = oldNotes.reduce((sum, { fileSize }) => sum + fileSize, 0);
  free.end -= notesLength;
  const moved = new Map<Segment, Segment>();
  const interpreter = segments.find(({ type }) => type === PT_INTERP);
  const contents: { readonly at: number; readonly bytes: Uint8Array }[] = [];
  const move = (segment: Segment, content: Uint8Array, alignment: number) => {
    const { offset, address } = place(content, alignment);
    contents.push({ at: offset, bytes: content });
    const size = content.length;
    moved.set(segment, { ...segment, offset, address, fileSize: size, memorySize: size });
  };
  if (interpreter !== undefined) move(interpreter, contentOf(bytes, interpreter), 1);
  const dynamic = readDynamic(bytes, name);
  const dynamicSegment = segments.find(({ type }) => type === PT_DYNAMIC);
  if (dynamic !== undefined && dynamicSegment !== undefined) {
    const text = pathText(dynamic, libraryPath);
    const at = place(text, 1);
    contents.push({ at: at.offset, bytes: text });
    const path = { address: at.address, length: text.length };
    move(dynamicSegment, dynamicTable(dynamic, path), TABLE_ALIGNMENT);
  }
  let noteAt = free.end;
  for (const note of oldNotes) {
    contents.push({ at: noteAt, bytes: contentOf(bytes, note) });
    noteAt += note.fileSize;
  }
  moved.set(added, {
    ...added,
    offset: added.offset - notesLength,
    address: added.address - notesLength,
    fileSize: added.fileSize + notesLength,
    memorySize: added.memorySize + notesLength,
  });

  const headers = segments.filter((one) => !oldNotes.includes(one));
  const size = headers.length * PROGRAM_HEADER_BYTES;
  const room = firstOther(bytes, HOME, segments) - HOME;
  if (size > room) {
    refuse(
      `there is room for ${
        Math.floor(room / PROGRAM_HEADER_BYTES)
      } of them, they are ${headers.length}`,
    );
  }
  moved.set(table, {
    ...table,
    offset: HOME,
    address: home.address + HOME,
    fileSize: size,
    memorySize: size,
  });
  result.fill(0, HOME, HOME + room);
  result.fill(0, table.offset, added.offset);
  for (const content of contents) result.set(content.bytes, content.at);
  const view = viewOf(result);
  headers.forEach((header, index) => {
    const holdsTable = header.type === PT_LOAD && header.offset <= table.offset &&
      table.offset < header.offset + header.fileSize;
    // The dynamic linker writes into the table that is there now.
    const present = holdsTable ? { ...header, flags: header.flags | PF_W } : header;
    writeSegment(view, HOME + index * PROGRAM_HEADER_BYTES, moved.get(header) ?? present);
  });
  view.setBigUint64(32, BigInt(HOME), true);
  view.setUint16(56, headers.length, true);
  // Sections tell of what was moved, and nothing that runs looks at them.
  view.setBigUint64(40, 0n, true);
  view.setUint16(60, 0, true);
  view.setUint16(62, 0, true);
  return result;
}

function contentOf(bytes: Uint8Array, { offset, fileSize }: Segment): Uint8Array {
  return bytes.slice(offset, offset + fileSize);
}
