/** Writes a package's files into a folder, so that an archive of it is always the same. */
import { type ImageFile, withParents } from "../vm/images/image_file.ts";

/**
 * Writes all, with one time for all. Owners are the archive's business.
 *
 * @param folder Is made; nothing is in it.
 * @param epoch Seconds since 1970.
 */
export async function stage(
  files: readonly ImageFile[],
  folder: string,
  epoch: number,
): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  const all = withParents(files);
  for (const file of all) await write(file, `${folder}${file.path}`);
  // What is in a folder changes its time: the deepest first.
  for (const { kind, path } of all.toReversed()) {
    if (kind !== "link") await Deno.utime(`${folder}${path}`, epoch, epoch);
  }
  await Deno.chmod(folder, 0o755);
  await Deno.utime(folder, epoch, epoch);
}

async function write(file: ImageFile, path: string): Promise<void> {
  switch (file.kind) {
    case "directory":
      await Deno.mkdir(path, { recursive: true });
      break;
    case "text":
      await Deno.writeTextFile(path, file.text);
      break;
    case "copy":
      await Deno.copyFile(file.source, path);
      break;
    case "link":
      return await Deno.symlink(file.target, path);
  }
  // Not by the call that makes it: the process's umask would have a say.
  await Deno.chmod(path, file.mode);
}

/** Bytes of all files together, for what asks for an installed size. */
export function stagedBytes(folder: string): number {
  let bytes = 0;
  for (const entry of Deno.readDirSync(folder)) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) bytes += stagedBytes(path);
    else if (entry.isFile) bytes += Deno.statSync(path).size;
  }
  return bytes;
}
