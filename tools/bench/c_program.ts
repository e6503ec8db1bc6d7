/** The C program of the benchmark, compiled when the benchmark begins. */
import { run } from "../build/process.ts";

const SOURCE = new URL("fork_exec.c", import.meta.url).pathname;

/**
 * Compiles `fork_exec.c` into the folder.
 *
 * @returns Its path.
 * @throws {Error} There is no C compiler, or it failed; with its output.
 */
export async function cProgram(folder: string): Promise<string> {
  const path = `${folder}/fork_exec`;
  await run(["cc", "-O2", "-Wall", "-o", path, SOURCE]);
  return path;
}
