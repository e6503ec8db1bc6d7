/**
 * Writes a cpio archive in the "newc" form, the only one that Linux unpacks as an initramfs.
 *
 * Our own writer, so that no tool is needed and every file belongs to root without being root.
 * Source: Documentation/driver-api/early-userspace/buffer-format.rst of Linux.
 */
import type { ImageFile } from "./image_file.ts";

const TYPE_BITS = { directory: 0o040000, text: 0o100000, copy: 0o100000, link: 0o120000 } as const;
const END_NAME = "TRAILER!!!";
const encoder = new TextEncoder();

/** One archive member: name without leading slash, mode with type bits, and its bytes. */
interface Member {
  readonly name: string;
  readonly inode: number;
  readonly mode: number;
  readonly data: Uint8Array;
}

/** The fixed header, the name, and zero bytes up to a multiple of four. */
function header(member: Member): Uint8Array {
  const name = encoder.encode(member.name + "\0");
  const fields = [
    member.inode,
    member.mode,
    0, // uid
    0, // gid
    1, // links
    0, // modification time: fixed, so that equal inputs give equal archives
    member.data.length,
    0, // device, major and minor
    0,
    0, // device that a node stands for, major and minor
    0,
    name.length,
    0, // checksum, unused by newc
  ];
  const magic = "070701";
  const text = magic + fields.map((field) => field.toString(16).padStart(8, "0")).join("");
  const fixed = encoder.encode(text);
  const bytes = new Uint8Array(roundUpToFour(fixed.length + name.length));
  bytes.set(fixed);
  bytes.set(name, fixed.length);
  return bytes;
}

function roundUpToFour(length: number): number {
  return (length + 3) & ~3;
}

function contents(file: ImageFile): Uint8Array {
  switch (file.kind) {
    case "directory":
      return new Uint8Array();
    case "text":
      return encoder.encode(file.text);
    case "link":
      return encoder.encode(file.target);
    case "copy":
      return Deno.readFileSync(file.source);
  }
}

/**
 * Parts of the archive, in order; they are made one at a time, so only one file is in memory.
 *
 * @param files Parents before children: the kernel makes no missing directory.
 * @throws {Deno.errors.NotFound} When a file to be copied is missing.
 */
export function* cpioParts(files: readonly ImageFile[]): Generator<Uint8Array> {
  let inode = 1;
  for (const file of files) {
    const permissions = file.kind === "link" ? 0o777 : file.mode;
    const data = contents(file);
    const mode = TYPE_BITS[file.kind] | permissions;
    yield header({ name: file.path.replace(/^\/+/, ""), inode: inode++, mode, data });
    yield data;
    yield new Uint8Array(roundUpToFour(data.length) - data.length);
  }
  yield header({ name: END_NAME, inode: 0, mode: 0, data: new Uint8Array() });
}

/** Writes the archive to a path. */
export function writeCpio(path: string, files: readonly ImageFile[]): void {
  using output = Deno.openSync(path, { write: true, create: true, truncate: true });
  for (const part of cpioParts(files)) {
    for (let done = 0; done < part.length;) done += output.writeSync(part.subarray(done));
  }
}
