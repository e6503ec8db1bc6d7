/** Has the dynamic linker look for a program's libraries in folders of our choice. */
import { dynamicTable, pathText, readDynamic } from "./dynamic.ts";
import {
  LARGEST_PAGE_BYTES,
  nextPlace,
  PROGRAM_HEADER_BYTES,
  readElf,
  roundUp,
  viewOf,
  writeSegment,
} from "./image.ts";
import { makeHeaderRoom, moveSection, placeNotes } from "./room.ts";

const PT_LOAD = 1;
const PF_W = 2;
const PF_R = 4;
const TABLE_ALIGNMENT = 16;

/**
 * The table of libraries goes into a segment of its own, for which the program headers grow.
 *
 * @param bytes The image and nothing behind it; not changed.
 * @param name How to call the file in errors.
 * @param path Folders, separated by colons. They come before those that the file names.
 * @throws {Error} No ELF file that it can be done to.
 */
export function addLibraryPath(
  bytes: Uint8Array<ArrayBuffer>,
  name: string,
  path: string,
): Uint8Array<ArrayBuffer> {
  const dynamic = readDynamic(bytes, name);
  if (dynamic === undefined) {
    throw new Error(`${name}: Cannot name folders of libraries: it uses none`);
  }
  const copy = bytes.slice();
  const { headerOffset, notes } = makeHeaderRoom(copy, name);
  const { segments } = readElf(bytes, name);
  const { offset, address } = nextPlace(bytes, segments);
  const text = pathText(dynamic, path);
  const textAt = notes.bytes.length;
  const tableAt = roundUp(textAt + text.length, TABLE_ALIGNMENT);
  const table = dynamicTable(dynamic, { address: address + textAt, length: text.length });
  const size = tableAt + table.length;

  const result = new Uint8Array(offset + size);
  result.set(copy);
  result.set(notes.bytes, offset);
  result.set(text, offset + textAt);
  result.set(table, offset + tableAt);
  const view = viewOf(result);
  writeSegment(view, headerOffset, {
    type: PT_LOAD,
    // The linker writes into the table.
    flags: PF_R | PF_W,
    offset,
    address,
    fileSize: size,
    memorySize: size,
    alignment: LARGEST_PAGE_BYTES,
  });
  placeNotes(result, notes, { offset, address });
  const place = { offset: offset + tableAt, address: address + tableAt };
  const index = segments.findIndex(({ type }) => type === dynamic.segment.type);
  const header = Number(view.getBigUint64(32, true)) + index * PROGRAM_HEADER_BYTES;
  const sizes = { fileSize: table.length, memorySize: table.length };
  writeSegment(view, header, { ...dynamic.segment, ...place, ...sizes });
  moveSection(result, dynamic.segment.offset, { ...place, size: table.length });
  return result;
}
