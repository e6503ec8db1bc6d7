/**
 * Puts program headers back to the beginning of a file, where FreeBSD's kernel wants them.
 *
 * `deno compile` of Deno 2.9 moves them into a segment at the end, because it adds two: of that
 * segment, and of the note in it that holds the program. They come home over what linkers put
 * behind the headers, the path of the dynamic linker and the notes; these go where the headers have
 * been, and so does a path of libraries. The old notes become one segment with the new one, which
 * saves a header.
 *
 * Source of all numbers and offsets: elf(5), /usr/include/elf.h; sys/kern/imgact_elf.c of FreeBSD
 * 14 (path and notes may be anywhere in the file).
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
  const move = new HeaderMove(bytes, name);
  move.takeInterpreter();
  move.takeDynamic(libraryPath);
  move.takeNotes();
  return move.finish();
}

/**
 * One file on its way from the old order to the new one: first all is taken elsewhere, then the
 * headers come.
 */
class HeaderMove {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #name: string;
  readonly #segments: readonly Segment[];
  /** The headers as they are now. */
  readonly #table: Segment;
  /** The segment at the beginning of the file. */
  readonly #home: Segment;
  /** The note that Deno has added, and those before it. */
  readonly #addedNote: Segment;
  readonly #oldNotes: readonly Segment[];
  /**
   * What the headers leave is filled from both ends: the notes must end where the added one begins.
   */
  readonly #free: { begin: number; end: number };
  readonly #moved = new Map<Segment, Segment>();
  readonly #contents: { readonly at: number; readonly bytes: Uint8Array }[] = [];

  constructor(bytes: Uint8Array<ArrayBuffer>, name: string) {
    this.#bytes = bytes;
    this.#name = name;
    const { segments } = readElf(bytes, name);
    this.#segments = segments;
    this.#table = segments.find(({ type }) => type === PT_PHDR) ??
      this.#refuse("they have no header");
    this.#home = segments.find(({ type, offset }) => type === PT_LOAD && offset === 0) ??
      this.#refuse("the beginning is not mapped");
    const end = this.#table.offset + segments.length * PROGRAM_HEADER_BYTES;
    this.#addedNote = segments.find(({ type, offset }) => type === PT_NOTE && offset >= end) ??
      this.#refuse("no note follows them");
    this.#oldNotes = segments.filter((one) => one.type === PT_NOTE && one !== this.#addedNote);
    if (this.#oldNotes.some(({ alignment }) => alignment > NOTE_ALIGNMENT)) {
      this.#refuse("it has notes of another alignment");
    }
    this.#free = {
      begin: this.#table.offset,
      end: this.#addedNote.offset - this.#oldNotesLength,
    };
  }

  /** The path of the dynamic linker. */
  takeInterpreter(): void {
    const interpreter = this.#segments.find(({ type }) => type === PT_INTERP);
    if (interpreter !== undefined) this.#move(interpreter, contentOf(this.#bytes, interpreter), 1);
  }

  /** The dynamic table, which gets a path of libraries. */
  takeDynamic(libraryPath: string): void {
    const dynamic = readDynamic(this.#bytes, this.#name);
    const segment = this.#segments.find(({ type }) => type === PT_DYNAMIC);
    if (dynamic === undefined || segment === undefined) return;
    const text = pathText(dynamic, libraryPath);
    const { offset, address } = this.#place(text, 1);
    this.#contents.push({ at: offset, bytes: text });
    const path = { address, length: text.length };
    this.#move(segment, dynamicTable(dynamic, path), TABLE_ALIGNMENT);
  }

  /** The old notes become one segment with the added one. */
  takeNotes(): void {
    let at = this.#free.end;
    for (const note of this.#oldNotes) {
      this.#contents.push({ at, bytes: contentOf(this.#bytes, note) });
      at += note.fileSize;
    }
    const added = this.#addedNote;
    const length = this.#oldNotesLength;
    this.#moved.set(added, {
      ...added,
      offset: added.offset - length,
      address: added.address - length,
      fileSize: added.fileSize + length,
      memorySize: added.memorySize + length,
    });
  }

  finish(): Uint8Array<ArrayBuffer> {
    const headers = this.#segments.filter((one) => !this.#oldNotes.includes(one));
    const room = this.#roomFor(headers);
    const table = this.#table;
    const size = headers.length * PROGRAM_HEADER_BYTES;
    const address = this.#home.address + HOME;
    this.#moved.set(table, { ...table, offset: HOME, address, fileSize: size, memorySize: size });
    const result = this.#bytes.slice();
    result.fill(0, HOME, HOME + room);
    result.fill(0, table.offset, this.#addedNote.offset);
    for (const { at, bytes } of this.#contents) result.set(bytes, at);
    const view = viewOf(result);
    headers.forEach((header, index) => {
      writeSegment(view, HOME + index * PROGRAM_HEADER_BYTES, this.#placed(header));
    });
    writeElfHeader(view, headers.length);
    return result;
  }

  get #oldNotesLength(): number {
    return this.#oldNotes.reduce((sum, { fileSize }) => sum + fileSize, 0);
  }

  #place(content: Uint8Array, alignment: number): { offset: number; address: number } {
    const offset = roundUp(this.#free.begin, alignment);
    if (offset + content.length > this.#free.end) {
      this.#refuse("there is not enough room where they were");
    }
    this.#free.begin = offset + content.length;
    return { offset, address: offset - this.#table.offset + this.#table.address };
  }

  #move(segment: Segment, content: Uint8Array, alignment: number): void {
    const place = this.#place(content, alignment);
    this.#contents.push({ at: place.offset, bytes: content });
    const size = content.length;
    this.#moved.set(segment, { ...segment, ...place, fileSize: size, memorySize: size });
  }

  #placed(header: Segment): Segment {
    const moved = this.#moved.get(header);
    if (moved !== undefined) return moved;
    const { type, offset, fileSize } = header;
    const holdsTable = type === PT_LOAD && offset <= this.#table.offset &&
      this.#table.offset < offset + fileSize;
    // The dynamic linker writes into the table that is there now.
    return holdsTable ? { ...header, flags: header.flags | PF_W } : header;
  }

  /** @returns Bytes. */
  #roomFor(headers: readonly Segment[]): number {
    const room = firstOther(this.#bytes, HOME, this.#segments) - HOME;
    const most = Math.floor(room / PROGRAM_HEADER_BYTES);
    if (headers.length <= most) return room;
    return this.#refuse(`there is room for ${most} of them, they are ${headers.length}`);
  }

  #refuse(why: string): never {
    throw new Error(
      `${this.#name}: Cannot move the program headers to the beginning of the file: ${why}`,
    );
  }
}

function writeElfHeader(view: DataView, headerCount: number): void {
  view.setBigUint64(32, BigInt(HOME), true);
  view.setUint16(56, headerCount, true);
  // Sections tell of what was moved, and nothing that runs looks at them.
  view.setBigUint64(40, 0n, true);
  view.setUint16(60, 0, true);
  view.setUint16(62, 0, true);
}

function contentOf(bytes: Uint8Array, { offset, fileSize }: Segment): Uint8Array {
  return bytes.slice(offset, offset + fileSize);
}
