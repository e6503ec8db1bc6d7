/**
 * The written form of what a manager hands on to the program that takes its place: plain data as
 * JSON, its bytes behind it.
 *
 * Beside what JSON has, the data may hold bytes, bigints, numbers that are not finite, maps and
 * sets. What it means is the affair of the parts that keep it; here is only how it is written, and
 * whether it arrived whole.
 */
import { KEPT_VERSION, readsVersion } from "./version.ts";

const MAGIC = new TextEncoder().encode("DINITKPT");
/**
 * Magic; then u32 each: version, length of the JSON, length of the bytes, checksum of the JSON. The
 * bytes are left out: those that mean something have a check of their own, and there are many.
 */
const HEADER_BYTES = MAGIC.length + 16;
const FIELD = { version: 8, json: 12, bytes: 16, checksum: 20 } as const;

/** Something that JSON has no form for. No other object has a key of this name. */
type Tagged =
  | { readonly $: "bytes"; readonly at: number; readonly length: number }
  | { readonly $: "bigint"; readonly digits: string }
  | { readonly $: "number"; readonly text: string }
  | { readonly $: "map"; readonly entries: readonly (readonly [unknown, unknown])[] }
  | { readonly $: "set"; readonly values: readonly unknown[] }
  | { readonly $: "undefined" };

/** What was read. */
export type KeptReading =
  | { readonly kind: "kept"; readonly data: unknown }
  /** `why`: the end of a sentence. */
  | { readonly kind: "refused"; readonly why: string };

/** Writes plain data. Properties that are undefined are left out. */
export function encodeKept(data: unknown): Uint8Array {
  const chunks: Uint8Array[] = [];
  let at = 0;
  const json = new TextEncoder().encode(JSON.stringify(data, function (this: unknown, _, value) {
    if (value instanceof Uint8Array) {
      const tagged: Tagged = { $: "bytes", at, length: value.length };
      chunks.push(value);
      at += value.length;
      return tagged;
    }
    return value === undefined && !Array.isArray(this) ? undefined : tagged(value);
  }));
  const file = new Uint8Array(HEADER_BYTES + json.length + at);
  file.set(MAGIC);
  file.set(json, HEADER_BYTES);
  let end = HEADER_BYTES + json.length;
  for (const chunk of chunks) {
    file.set(chunk, end);
    end += chunk.length;
  }
  const view = new DataView(file.buffer);
  view.setUint32(FIELD.version, KEPT_VERSION, true);
  view.setUint32(FIELD.json, json.length, true);
  view.setUint32(FIELD.bytes, at, true);
  view.setUint32(FIELD.checksum, checksum(json), true);
  return file;
}

/** Reads it; what it holds of bytes are copies. Never throws. */
export function decodeKept(file: Uint8Array): KeptReading {
  if (file.length < HEADER_BYTES || MAGIC.some((byte, index) => file[index] !== byte)) {
    return refused("it is no state of a manager");
  }
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const version = view.getUint32(FIELD.version, true);
  if (!readsVersion(version)) {
    return refused(`its version is ${version}, and this program reads ${KEPT_VERSION}`);
  }
  const jsonEnd = HEADER_BYTES + view.getUint32(FIELD.json, true);
  const end = jsonEnd + view.getUint32(FIELD.bytes, true);
  const isWhole = end === file.length &&
    view.getUint32(FIELD.checksum, true) === checksum(file.subarray(HEADER_BYTES, jsonEnd));
  if (!isWhole) return refused("it is not whole");
  const bytes = file.subarray(jsonEnd);
  try {
    const json = new TextDecoder().decode(file.subarray(HEADER_BYTES, jsonEnd));
    return { kind: "kept", data: JSON.parse(json, (_, value) => untagged(value, bytes)) };
  } catch (error) {
    return refused(`it cannot be read: ${error instanceof Error ? error.message : error}`);
  }
}

/** Writes plain data without bytes as JSON. Properties that are undefined are left out. */
export function taggedText(data: unknown): string {
  return JSON.stringify(data, function (this: unknown, _, value) {
    return value === undefined && !Array.isArray(this) ? undefined : tagged(value);
  });
}

/** What {@linkcode taggedText} wrote. @returns undefined when it is no JSON. */
export function readTaggedText(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text, (_, value) => untagged(value, NO_BYTES)) };
  } catch {
    return undefined;
  }
}

const NO_BYTES = new Uint8Array(0);

function refused(why: string): KeptReading {
  return { kind: "refused", why };
}

function tagged(value: unknown): unknown {
  switch (typeof value) {
    case "bigint":
      return { $: "bigint", digits: String(value) } satisfies Tagged;
    case "number":
      return Number.isFinite(value) ? value : { $: "number", text: String(value) } satisfies Tagged;
    case "undefined":
      return { $: "undefined" } satisfies Tagged;
    case "object":
      if (value instanceof Map) return { $: "map", entries: [...value] } satisfies Tagged;
      if (value instanceof Set) return { $: "set", values: [...value] } satisfies Tagged;
      return value;
    default:
      return value;
  }
}

function untagged(value: unknown, bytes: Uint8Array): unknown {
  // An element that was read as undefined has left a hole.
  if (Array.isArray(value)) return value.includes(undefined) ? Array.from(value) : value;
  if (typeof value !== "object" || value === null || !("$" in value)) return value;
  const tag = value as Tagged;
  switch (tag.$) {
    case "bytes":
      return bytes.slice(tag.at, tag.at + tag.length);
    case "bigint":
      return BigInt(tag.digits);
    case "number":
      return Number(tag.text);
    case "map":
      return new Map(tag.entries);
    case "set":
      return new Set(tag.values);
    case "undefined":
      return undefined;
  }
}

const FNV_PRIME = 0x0100_0193;
const FNV_BASIS = 0x811c_9dc5;
const WORD_BYTES = 4;

/**
 * FNV-1a over words of 32 bits, and over the bytes that are left: against a file that was cut or
 * mixed up, not against an attacker.
 */
function checksum(bytes: Uint8Array): number {
  const wordsEnd = bytes.length - bytes.length % WORD_BYTES;
  // Words must lie at a multiple of their size.
  const isAligned = bytes.byteOffset % WORD_BYTES === 0;
  const aligned = isAligned ? bytes : bytes.slice();
  const words = new Uint32Array(aligned.buffer, aligned.byteOffset, wordsEnd / WORD_BYTES);
  let sum = FNV_BASIS;
  for (let at = 0; at < words.length; at++) sum = Math.imul(sum ^ (words[at] as number), FNV_PRIME);
  for (let at = wordsEnd; at < bytes.length; at++) {
    sum = Math.imul(sum ^ (bytes[at] as number), FNV_PRIME);
  }
  return sum >>> 0;
}
