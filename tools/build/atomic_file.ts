/** Files that appear whole or not at all, so that a stopped build leaves nothing half written. */

/**
 * Writes a file under a temporary name beside it and renames it. Whoever has the old file open or
 * runs it keeps the old one. Makes the directory if there is none.
 *
 * @param write Given the temporary path; must leave the complete file there.
 */
export async function replaceFile(
  path: string,
  write: (temporary: string) => Promise<unknown>,
): Promise<void> {
  const directory = path.slice(0, path.lastIndexOf("/"));
  await Deno.mkdir(directory, { recursive: true });
  const temporary = `${directory}/.${path.slice(directory.length + 1)}.${Deno.pid}.new`;
  try {
    await write(temporary);
    await Deno.rename(temporary, path);
  } catch (error) {
    await Deno.remove(temporary).catch(() => {});
    throw error;
  }
}

/** Whether anything is at the path. */
export async function exists(path: string): Promise<boolean> {
  return await Deno.lstat(path).then(() => true, () => false);
}
