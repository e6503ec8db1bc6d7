/**
 * JSON as the contents of a block: alone, or after a word that it is held against.
 */
import { checkOf } from "./check_word.ts";

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

/** A plain value with its check. */
export function checkedJson(plain: unknown): Uint8Array {
  const json = paddedJson(plain, 0);
  const bytes = new Uint8Array(4 + json.length);
  bytes.set(json, 4);
  const words = new Int32Array(bytes.buffer);
  words[0] = checkOf(words, 1, words.length);
  return bytes;
}

/** The object that {@link checkedJson} wrote. @returns Undefined when it is not as it was. */
export function readCheckedJson(
  contents: Uint8Array,
): Readonly<Record<string, unknown>> | undefined {
  if (contents.length < 4 || contents.length % 4 !== 0) return undefined;
  const words = new Int32Array(contents.slice().buffer);
  if (words[0] !== checkOf(words, 1, words.length)) return undefined;
  const value = parseJson(contents.subarray(4))?.value;
  return isObject(value) ? value : undefined;
}

/** Whether a value that was read is an object, and no list. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
