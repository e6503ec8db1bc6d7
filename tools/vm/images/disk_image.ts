/**
 * Makes a disk with an ext4 file system from the tarball of a system and files on top of it.
 *
 * Nothing is mounted. Whoever is not root builds in a user namespace, so that files belong to whom
 * the tarball says.
 */
import { cpioParts } from "./cpio.ts";
import { type Missing, missingProgram } from "../host_program.ts";
import { cachedFile, fileIngredients } from "./image_cache.ts";
import type { ImageFile } from "./image_file.ts";

/** A disk before it is built. */
export interface DiskImage {
  /** Word for the file's name in the cache, and label of the file system. */
  readonly name: string;
  /** The system: a tar archive, compressed or not. */
  readonly tarball: string;
  /** Come after the tarball and win. Directories of theirs must be none that it has as links. */
  readonly files: readonly ImageFile[];
  /** The file is sparse: free space costs nothing on the host. */
  readonly sizeMiB: number;
}

/**
 * $1: tarball, $2: image, $3: size, $4: label; standard input: an archive of further files. The
 * kernel mounts /dev itself, and device nodes could not be made in a namespace.
 */
const SCRIPT = `set -eu
tree=$(mktemp -d "\${TMPDIR:-/tmp}/dinit-vm-XXXXXX")
trap 'rm -rf "$tree"' EXIT
tar --extract --file "$1" --directory "$tree" --numeric-owner --exclude './dev/*'
cpio --extract --directory="$tree" --make-directories --unconditional --quiet
PATH=$PATH:/usr/sbin:/sbin
mke2fs -q -F -t ext4 -L "$4" -d "$tree" "$2" "$3"
# mke2fs leaves large directories without an index. The first check on the machine would make it, and
# restart the machine, as it must when the root in use was changed. Status 1: something was done.
e2fsck -fyD "$2" >/dev/null 2>&1 || [ $? -eq 1 ]
`;

/** What {@linkcode cachedDisk} needs on the host; undefined when all is there. */
export function missingDiskTool(): Missing | undefined {
  return missingProgram({
    tar: "tar",
    cpio: "cpio",
    mke2fs: "e2fsprogs",
    ...(Deno.uid() === 0 ? {} : { unshare: "util-linux", newuidmap: "uidmap" }),
  });
}

/**
 * Builds the disk, or finds it built.
 *
 * @returns Path of the raw image. It is shared: write to a copy, or let QEMU forget what was
 *   written.
 * @throws {Error} When a program fails; it has said why on standard error.
 */
export async function cachedDisk({ name, tarball, files, sizeMiB }: DiskImage): Promise<string> {
  const { size, mtime } = Deno.statSync(tarball);
  const ingredients = {
    SCRIPT,
    tarball: { path: tarball, size, mtime: mtime?.getTime() },
    files: await fileIngredients(files),
    sizeMiB,
  };
  return await cachedFile({ name, extension: "ext4", ingredients }, async (unfinished) => {
    const shell = ["sh", "-c", SCRIPT, "sh", tarball, unfinished, `${sizeMiB}M`, name];
    const [program, ...args] = [...namespace(), ...shell] as [string, ...string[]];
    const build = new Deno.Command(program, { args, stdin: "piped" }).spawn();
    const archive = ReadableStream.from(cpioParts(files));
    // When the shell ends early, its status tells more than the broken pipe.
    await archive.pipeTo(build.stdin).catch(() => {});
    const { code } = await build.status;
    if (code !== 0) throw new Error(`Cannot build the disk "${name}": see the messages above`);
  });
}

/** Program and arguments that make the caller root of a world in which other users exist too. */
function namespace(): readonly string[] {
  return Deno.uid() === 0 ? [] : ["unshare", "--map-root-user", "--map-auto"];
}
