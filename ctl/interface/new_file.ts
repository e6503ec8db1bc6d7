/** Writes files that must not exist yet. */

/** Creates a file with a text, mode 0644. @returns undefined when done, else why not. */
export function writeNewFile(path: string, text: string): string | undefined {
  try {
    Deno.writeTextFileSync(path, text, { createNew: true, mode: 0o644 });
    return undefined;
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return "it exists already";
    const words = error instanceof Error ? error.message : String(error);
    return words.split(" (os error")[0] ?? words;
  }
}
