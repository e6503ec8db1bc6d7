/** gzip without a name and a time in its header: the same bytes for the same text. */
import { run } from "../build/process.ts";

/**
 * Compresses a file as far as gzip can, which Debian's policy asks for (12.1, 12.7).
 *
 * @param to Path of the compressed file.
 */
export async function gzipFile(from: string, to: string): Promise<void> {
  await Deno.writeFile(to, await run(["gzip", "-9", "--no-name", "--stdout", from]));
}

/** Likewise a text. */
export async function gzipText(text: string, to: string): Promise<void> {
  const plain = `${to}.plain`;
  await Deno.writeTextFile(plain, text);
  await gzipFile(plain, to);
}
