/** Makes a file that is executed at once. */

/**
 * The file is a new one, whatever was at the path, and of mode 0755.
 *
 * Written by a process of its own: a child that another test makes at the same time would have our
 * descriptor of the file until it executes its program, and "Text file busy" would be the answer to
 * whoever runs this one. Source: execve(2), ETXTBSY.
 *
 * @throws {Error} With install(1)'s words, when it cannot be made.
 */
export function placeExecutableFile(path: string, contents: Uint8Array | string): void {
  const written = `${path}.bytes`;
  const bytes = typeof contents === "string" ? new TextEncoder().encode(contents) : contents;
  Deno.writeFileSync(written, bytes);
  const args = ["-m", "755", written, path];
  const { success, stderr } = new Deno.Command("install", { args }).outputSync();
  Deno.removeSync(written);
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}
