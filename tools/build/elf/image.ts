/**
 * Reading and changing ELF executables of the kind that Deno's runtime is: 64 bits, little-endian,
 * position-independent. Knows nothing of what the added code does.
 *
 * Code is added without moving a byte of the image: the program header that names the loader to the
 * kernel is given up for a PT_LOAD that maps the code from the end of the file.
 * Source of all numbers and offsets: elf(5), /usr/include/elf.h.
 */

const PT_LOAD = 1;
const PT_INTERP = 3;
const PT_PHDR = 6;
const PF_X = 1;
const PF_R = 4;
const ET_DYN = 3;

const HEADER_BYTES = 64;
/** Size of a program header. */
export const PROGRAM_HEADER_BYTES = 56;

/**
 * Largest page of the kernels we may meet (arm64 can have 64 KiB pages); the added segment keeps to
 * it.
 */
export const LARGEST_PAGE_BYTES = 0x10000;

/** A program header; offsets and sizes in bytes. */
export interface Segment {
  readonly type: number;
  readonly flags: number;
  readonly offset: number;
  readonly address: number;
  readonly fileSize: number;
  readonly memorySize: number;
  readonly alignment: number;
}

/** What we use of an ELF file's headers. */
export interface ElfImage {
  /** e_machine: 62 is x86-64, 183 is aarch64. */
  readonly machine: number;
  readonly entry: number;
  readonly segments: readonly Segment[];
  /**
   * Where the image ends, in bytes: after its last part and its section headers. What follows is
   * data.
   */
  readonly length: number;
}

/**
 * Reads the headers.
 *
 * @param name How to call the file in errors.
 * @throws {Error} Not an ELF file of the kind above, or one that is cut off.
 */
export function readElf(bytes: Uint8Array, name: string): ElfImage {
  const refuse = (why: string): never => {
    throw new Error(`${name}: Cannot use this as a runtime: ${why}`);
  };
  const isElf = bytes[0] === 0x7f && bytes[1] === 0x45 && bytes[2] === 0x4c && bytes[3] === 0x46;
  if (!isElf || bytes.length < HEADER_BYTES) refuse("it is not an ELF file");
  if (bytes[4] !== 2 || bytes[5] !== 1) refuse("it is not a 64-bit little-endian ELF file");
  const view = viewOf(bytes);
  if (view.getUint16(16, true) !== ET_DYN) refuse("it is not a position-independent executable");
  if (view.getUint16(54, true) !== PROGRAM_HEADER_BYTES) {
    refuse("its program headers have another size than 56 bytes");
  }

  const tableOffset = Number(view.getBigUint64(32, true));
  const count = view.getUint16(56, true);
  if (tableOffset + count * PROGRAM_HEADER_BYTES > bytes.length) refuse("it is cut off");
  const segments = Array.from(
    { length: count },
    (_, i) => readSegment(view, tableOffset + i * PROGRAM_HEADER_BYTES),
  );
  const sectionHeadersEnd = Number(view.getBigUint64(40, true)) +
    view.getUint16(60, true) * view.getUint16(58, true);
  const segmentEnds = segments.map((segment) => segment.offset + segment.fileSize);
  const length = Math.max(sectionHeadersEnd, ...segmentEnds);
  if (length > bytes.length) refuse("it is cut off");
  return {
    machine: view.getUint16(18, true),
    entry: Number(view.getBigUint64(24, true)),
    segments,
    length,
  };
}

/** Makes the code to add, when its place is known. */
export type CodeMaker = (place: {
  /** Address of the code's first byte. */
  readonly address: number;
  /** Address of the entry point that the file had so far. */
  readonly originalEntry: number;
  /** Path of the loader that the kernel entered so far. */
  readonly interpreter: string;
  /** The program headers that the loader is to see: they must be in the code. */
  readonly headers: Uint8Array;
}) => {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Address of the headers in the code; the same whatever the headers hold. */
  readonly headersAt: number;
};

/** Where another segment can be placed behind an image, on pages of its own. */
export function nextPlace(
  bytes: Uint8Array,
  segments: readonly Segment[],
): { readonly offset: number; readonly address: number } {
  const ends = segments.filter(({ type }) => type === PT_LOAD)
    .map((segment) => segment.address + segment.memorySize);
  return {
    offset: roundUp(bytes.length, LARGEST_PAGE_BYTES),
    address: roundUp(Math.max(...ends), LARGEST_PAGE_BYTES),
  };
}

/**
 * Adds code to an image and makes it what the kernel enters, before any loader.
 *
 * The image gets no interpreter that the kernel sees; PT_INTERP's header maps the code. The code
 * loads the loader itself and shows it the headers as they were, in a copy whose PT_PHDR names its
 * own place.
 *
 * @param bytes The image and nothing behind it; not changed.
 * @param name How to call the file in errors.
 * @returns The new image: the old one, padding, the code.
 * @throws {Error} As {@linkcode readElf}; and when it has no PT_INTERP.
 */
export function addEntryCode(
  bytes: Uint8Array,
  name: string,
  makeCode: CodeMaker,
): Uint8Array<ArrayBuffer> {
  const image = readElf(bytes, name);
  const interpreter = interpreterOf(bytes, image);
  if (interpreter === undefined) {
    throw new Error(`${name}: Cannot add the entry code: the file names no loader (PT_INTERP)`);
  }
  const { offset, address } = nextPlace(bytes, image.segments);
  const place = { address, originalEntry: image.entry, interpreter };
  const { headersAt } = makeCode({ ...place, headers: headersFor(image, address) });
  const { bytes: code } = makeCode({ ...place, headers: headersFor(image, headersAt) });

  const result = new Uint8Array(offset + code.length);
  result.set(bytes);
  result.set(code, offset);
  // The kernel wants PT_LOAD headers in ascending order of address: the new one goes last.
  const headers = [...image.segments.filter((segment) => segment.type !== PT_INTERP), {
    type: PT_LOAD,
    flags: PF_R | PF_X,
    offset,
    address,
    fileSize: code.length,
    memorySize: code.length,
    alignment: LARGEST_PAGE_BYTES,
  }];
  const view = viewOf(result);
  result.set(encodeHeaders(headers), Number(view.getBigUint64(32, true)));
  view.setBigUint64(24, BigInt(address), true);
  return result;
}

/** The image's headers as the loader wants them at an address. */
function headersFor({ segments }: ElfImage, address: number): Uint8Array {
  return encodeHeaders(
    segments.map((segment) => segment.type === PT_PHDR ? { ...segment, address } : segment),
  );
}

/** Path in PT_INTERP; undefined when there is none. */
export function interpreterOf(bytes: Uint8Array, { segments }: ElfImage): string | undefined {
  const segment = segments.find(({ type }) => type === PT_INTERP);
  if (segment === undefined) return undefined;
  const { offset, fileSize } = segment;
  return new TextDecoder().decode(bytes.subarray(offset, offset + fileSize)).replace(/\0.*$/s, "");
}

function encodeHeaders(segments: readonly Segment[]): Uint8Array {
  const bytes = new Uint8Array(segments.length * PROGRAM_HEADER_BYTES);
  segments.forEach((segment, i) => writeSegment(viewOf(bytes), i * PROGRAM_HEADER_BYTES, segment));
  return bytes;
}

function readSegment(view: DataView, at: number): Segment {
  const wide = (offset: number) => Number(view.getBigUint64(at + offset, true));
  return {
    type: view.getUint32(at, true),
    flags: view.getUint32(at + 4, true),
    offset: wide(8),
    address: wide(16),
    fileSize: wide(32),
    memorySize: wide(40),
    alignment: wide(48),
  };
}

/** Writes a program header. @param at Its offset in the file. */
export function writeSegment(view: DataView, at: number, segment: Segment): void {
  const wide = (offset: number, value: number) =>
    view.setBigUint64(at + offset, BigInt(value), true);
  view.setUint32(at, segment.type, true);
  view.setUint32(at + 4, segment.flags, true);
  wide(8, segment.offset);
  wide(16, segment.address);
  wide(24, segment.address);
  wide(32, segment.fileSize);
  wide(40, segment.memorySize);
  wide(48, segment.alignment);
}

/** To the next multiple of a step. */
export function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}

/** The bytes as numbers. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
