/**
 * The build's identity: a hash of the program, which the program knows.
 *
 * A program cannot hold its own hash, so it is bundled with a placeholder, hashed, and the hash put
 * in the placeholder's place. The entry program in the executable's image has the same placeholder,
 * so that one patched runtime serves all builds.
 */
import type { BundledFile } from "./bundle.ts";
import { sha256 } from "./hash.ts";

/** As long as an identity, and no hash. */
export const IDENTITY_PLACEHOLDER = "(build identity)";

const encoder = new TextEncoder();

/** A program that knows its identity. */
export interface Identified {
  readonly identity: string;
  readonly files: readonly BundledFile[];
}

/** Puts the program's hash in the place of each placeholder in it. */
export async function identify(program: readonly BundledFile[]): Promise<Identified> {
  const parts = program.flatMap(({ name, bytes }) => [
    encoder.encode(`${name} ${bytes.length}\n`),
    bytes,
  ]);
  const identity = (await sha256(...parts)).slice(0, IDENTITY_PLACEHOLDER.length);
  const files = program.map(({ name, bytes }) => {
    const copy = bytes.slice();
    replaceAll(copy, encoder.encode(identity));
    return { name, bytes: copy };
  });
  return { identity, files };
}

/**
 * Tells the identity to the entry program of an executable.
 *
 * @param imageLength Length of the runtime's image, at whose end the entry program is. What lies
 *   behind it is not looked at.
 */
export async function writeIdentity(
  executable: string,
  identity: string,
  imageLength: number,
): Promise<void> {
  using file = await Deno.open(executable, { read: true, write: true });
  const start = Math.max(0, imageLength - ENTRY_LIMIT_BYTES);
  const bytes = new Uint8Array(imageLength - start);
  await file.seek(start, Deno.SeekMode.Start);
  for (let length = 0; length < bytes.length;) {
    const count = await file.read(bytes.subarray(length));
    if (count === null) throw new Error(`${executable}: Cannot find the entry program: cut off`);
    length += count;
  }
  for (const at of replaceAll(bytes, encoder.encode(identity))) {
    await file.seek(start + at, Deno.SeekMode.Start);
    await file.write(encoder.encode(identity));
  }
}

/** More than the entry program will ever have. */
const ENTRY_LIMIT_BYTES = 1024 * 1024;

/** @returns Where the placeholders were. */
function replaceAll(bytes: Uint8Array, by: Uint8Array): readonly number[] {
  const placeholder = encoder.encode(IDENTITY_PLACEHOLDER);
  const first = placeholder[0] as number;
  const found: number[] = [];
  for (let at = bytes.indexOf(first); at >= 0; at = bytes.indexOf(first, at + 1)) {
    if (!placeholder.every((byte, index) => bytes[at + index] === byte)) continue;
    bytes.set(by, at);
    found.push(at);
  }
  return found;
}
