/**
 * A small ELF file with the traits of Deno's runtime: position-independent, some segments, notes.
 */

/** What tests vary; the rest is made up. */
export interface SmallElf {
  readonly machine?: number;
  readonly entry?: number;
  /** Path of the dynamic linker. Default: no PT_INTERP. */
  readonly interpreter?: string;
}

/** Address where the highest segment ends. */
export const HIGHEST_ADDRESS = 0x23456;

const TABLE_OFFSET = 64;
const NOTES_OFFSET = 0x400;
const NOTE_BYTES = 20;
const INTERPRETER_OFFSET = 0x600;
const SECTION_HEADERS_OFFSET = 0x800;
/** Length of every file made here: three section headers behind the rest. */
export const SMALL_ELF_BYTES = SECTION_HEADERS_OFFSET + 3 * 64;

export function smallElf(options: SmallElf = {}): Uint8Array<ArrayBuffer> {
  // One PT_NOTE with a build ID.
  const noteTypes = [[3]];
  const bytes = new Uint8Array(SMALL_ELF_BYTES);
  const view = new DataView(bytes.buffer);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  view.setUint16(16, 3, true); // ET_DYN
  view.setUint16(18, options.machine ?? 62, true);
  view.setBigUint64(24, BigInt(options.entry ?? 0x1234), true);
  view.setBigUint64(32, BigInt(TABLE_OFFSET), true);
  view.setBigUint64(40, BigInt(SECTION_HEADERS_OFFSET), true);
  view.setUint16(54, 56, true);
  const { interpreter } = options;
  view.setUint16(56, 3 + noteTypes.length + (interpreter === undefined ? 0 : 1), true);
  view.setUint16(58, 64, true);
  view.setUint16(60, 3, true);

  let header = TABLE_OFFSET;
  const addHeader = (type: number, offset: number, address: number, size: number) => {
    view.setUint32(header, type, true);
    view.setUint32(header + 4, 4, true);
    view.setBigUint64(header + 8, BigInt(offset), true);
    view.setBigUint64(header + 16, BigInt(address), true);
    view.setBigUint64(header + 24, BigInt(address), true);
    view.setBigUint64(header + 32, BigInt(size), true);
    view.setBigUint64(header + 40, BigInt(size), true);
    view.setBigUint64(header + 48, 4n, true);
    header += 56;
  };
  const headerCount = view.getUint16(56, true);
  addHeader(6, TABLE_OFFSET, TABLE_OFFSET, headerCount * 56);
  let offset = NOTES_OFFSET;
  // Notes come first, so that a test sees whether the new segment is put after the loaded ones.
  for (const types of noteTypes) {
    addHeader(4, offset, offset, types.length * NOTE_BYTES);
    for (const type of types) {
      view.setUint32(offset, 4, true);
      view.setUint32(offset + 4, 4, true);
      view.setUint32(offset + 8, type, true);
      bytes.set(new TextEncoder().encode("GNU\0"), offset + 12);
      offset += NOTE_BYTES;
    }
  }
  addHeader(1, 0, 0, 0x700);
  if (interpreter !== undefined) {
    const path = new TextEncoder().encode(`${interpreter}\0`);
    bytes.set(path, INTERPRETER_OFFSET);
    addHeader(3, INTERPRETER_OFFSET, INTERPRETER_OFFSET, path.length);
  }
  addHeader(1, 0x700, HIGHEST_ADDRESS - 0x80, 0x80);
  return bytes;
}
