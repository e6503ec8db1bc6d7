/**
 * JSON as the contents of a block: alone, or after a word that it is held against.
 */
import { checkOf, isCheck, wordsIn } from "./check_word.ts";
import type { KeptBlocks } from "./kept_blocks.ts";
import type { BlockKind } from "./kept_form.ts";

const ENCODER = new TextEncoder();
const DECODER = new TextDecoder();
const SPACE = 32;

/** A plain value as bytes. */
export function jsonBytes(plain: unknown): Uint8Array {
  return ENCODER.encode(JSON.stringify(plain));
}

/** @returns Undefined when the bytes are not JSON. */
export function parseJson(bytes: Uint8Array): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(DECODER.decode(bytes)) };
  } catch {
    return undefined;
  }
}

/**
 * JSON, with spaces up to whole words.
 *
 * @param before Bytes that come before it, which count for that.
 */
export function paddedJson(plain: unknown, before: number): Uint8Array {
  const json = jsonBytes(plain);
  const end = before + json.length;
  const bytes = new Uint8Array(((end + 3) & ~3) - before).fill(SPACE);
  bytes.set(json);
  return bytes;
}

/** Where texts become bytes: to make an array for each takes as long as that. */
const SCRATCH = new Uint8Array(16_384);
const SCRATCH_WORDS = new Int32Array(SCRATCH.buffer);
/** A character of JSON has at most three bytes. */
const LONGEST_SCRATCH_TEXT = (SCRATCH.length - 8) / 3;

/** Puts a plain value with its check. @returns False when there is no room left. */
export function putCheckedJson(
  blocks: KeptBlocks,
  kind: BlockKind,
  number: number,
  plain: unknown,
): boolean {
  return putCheckedText(blocks, kind, number, JSON.stringify(plain));
}

/** The same of JSON that was written already. */
export function putCheckedText(
  blocks: KeptBlocks,
  kind: BlockKind,
  number: number,
  text: string,
): boolean {
  if (text.length > LONGEST_SCRATCH_TEXT) return blocks.put(kind, number, checkedLong(text));
  const end = 4 + ENCODER.encodeInto(text, SCRATCH.subarray(4)).written;
  const length = (end + 3) & ~3;
  SCRATCH.fill(SPACE, end, length);
  SCRATCH_WORDS[0] = checkOf(SCRATCH_WORDS, 1, length >> 2);
  return blocks.put(kind, number, SCRATCH.subarray(0, length));
}

function checkedLong(text: string): Uint8Array {
  const json = ENCODER.encode(text);
  const bytes = new Uint8Array((4 + json.length + 3) & ~3).fill(SPACE);
  bytes.set(json, 4);
  const words = new Int32Array(bytes.buffer);
  words[0] = checkOf(words, 1, words.length);
  return bytes;
}

/** The object that {@link putCheckedJson} wrote. @returns Undefined when it is not as it was. */
export function readCheckedJson(
  contents: Uint8Array,
): Readonly<Record<string, unknown>> | undefined {
  const value = readCheckedValue(contents);
  return isObject(value) ? value : undefined;
}

/** The same of any value. */
export function readCheckedValue(contents: Uint8Array): unknown {
  const json = checkedBytes(contents);
  return json === undefined ? undefined : parseJson(json)?.value;
}

/** What {@link putCheckedText} wrote. @returns Undefined when it is not as it was. */
export function readCheckedText(contents: Uint8Array): string | undefined {
  const json = checkedBytes(contents);
  return json === undefined ? undefined : DECODER.decode(json);
}

function checkedBytes(contents: Uint8Array): Uint8Array | undefined {
  if (contents.length < 4 || contents.length % 4 !== 0) return undefined;
  const words = wordsIn(contents);
  return isCheck(words[0], words, 1) ? contents.subarray(4) : undefined;
}

/** Whether a value that was read is an object, and no list. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
