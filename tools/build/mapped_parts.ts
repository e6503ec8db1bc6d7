/**
 * Puts the program's parts behind the runtime's image, and tells the entry program where, which
 * maps them: `native/programs/parts_place.ts` has why, and their form.
 *
 * `deno compile` takes image and parts for the runtime, and puts its own data behind both.
 */
import { littleEndian } from "../../native/forms.ts";
import { PARTS_PLACE } from "../../native/programs/parts_place.ts";
import type { BundledFile } from "./bundle.ts";
import { LARGEST_PAGE_BYTES, roundUp } from "./elf/image.ts";

/** V8 copies a cache that does not lie at a multiple of eight; the rest is so for the pages. */
const PART_ALIGNMENT = 4096;
/** More than the entry program will ever have. */
const ENTRY_LIMIT_BYTES = 1024 * 1024;

const encoder = new TextEncoder();

/**
 * @param runtime With the entry program at its end; not changed.
 * @throws {Error} It has no entry program.
 */
export function addMappedParts(
  runtime: Uint8Array<ArrayBuffer>,
  parts: readonly BundledFile[],
): Uint8Array<ArrayBuffer> {
  if (parts.length === 0) return runtime;
  const mapped = mappedParts(parts);
  const begin = roundUp(runtime.length, LARGEST_PAGE_BYTES);
  const result = new Uint8Array(begin + mapped.length);
  result.set(runtime);
  result.set(littleEndian(begin, 8), placeIn(runtime));
  result.set(littleEndian(mapped.length, 8), placeIn(runtime) + 8);
  result.set(mapped, begin);
  return result;
}

/** The list, and what it names. */
function mappedParts(parts: readonly BundledFile[]): Uint8Array<ArrayBuffer> {
  // The list's own length moves what it lists: what is behind it begins where any list would end.
  const listLimit = roundUp(4 + parts.length * 128, PART_ALIGNMENT);
  let end = listLimit;
  const places = parts.map(({ name, bytes }) => {
    const begin = end;
    end = roundUp(begin + bytes.length, PART_ALIGNMENT);
    return [name, [begin, bytes.length]] as const;
  });
  const list = encoder.encode(JSON.stringify(Object.fromEntries(places)));
  if (4 + list.length > listLimit) throw new Error("The names of the program's parts are too long");
  const result = new Uint8Array(end);
  result.set(littleEndian(list.length, 4));
  result.set(list, 4);
  parts.forEach(({ bytes }, index) => result.set(bytes, places[index]?.[1][0]));
  return result;
}

/** Offset of the two words. */
function placeIn(runtime: Uint8Array): number {
  const mark = encoder.encode(PARTS_PLACE.mark);
  const first = mark[0] as number;
  for (let at = runtime.length; at > runtime.length - ENTRY_LIMIT_BYTES;) {
    at = runtime.lastIndexOf(first, at - 1);
    if (at < 0) break;
    if (mark.every((byte, index) => runtime[at + index] === byte)) return at + mark.length;
  }
  throw new Error("Cannot add the program's parts: the runtime has no entry program to map them");
}
