/** Writes files that must not exist yet, or puts them in the place of others. */
import { directoryPart } from "../../core/description/mod.ts";

/** Creates a file with a text, mode 0644. @returns undefined when done, else why not. */
export function writeNewFile(path: string, text: string): string | undefined {
  try {
    Deno.writeTextFileSync(path, text, { createNew: true, mode: 0o644 });
    return undefined;
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return "it exists already";
    return wordsOf(error);
  }
}

/**
 * Puts a file in the place of another, all at once: who reads it meanwhile sees one of the two.
 *
 * @returns undefined when done, else why not.
 */
export function replaceFile(path: string, text: string): string | undefined {
  const made = `${path}.new-${Deno.pid}`;
  const why = writeNewFile(made, text);
  if (why !== undefined) return why;
  try {
    Deno.renameSync(made, path);
    return undefined;
  } catch (error) {
    Deno.removeSync(made);
    return wordsOf(error);
  }
}

/** Makes the folder of a path, with those above it. @returns undefined when it is there. */
export function makeFolderOf(path: string): string | undefined {
  try {
    Deno.mkdirSync(directoryPart(path), { recursive: true });
    return undefined;
  } catch (error) {
    return wordsOf(error);
  }
}

function wordsOf(error: unknown): string {
  const words = error instanceof Error ? error.message : String(error);
  return words.split(" (os error")[0] ?? words;
}
