/** The C program of the benchmark, compiled twice when the benchmark begins. */
import { run } from "../../build/process.ts";

const SOURCE = new URL("fork_exec.c", import.meta.url).pathname;

/**
 * Compiles `fork_exec.c` into the folder.
 *
 * @returns Its path.
 * @throws {Error} There is no C compiler, or it failed; with its output.
 */
export async function cProgram(folder: string): Promise<string> {
  return await compile(`${folder}/fork_exec`);
}

/**
 * The same without shared libraries: a program that maps one waits for whoever else is just mapping
 * it, and that may be one of five thousand that have no processor.
 */
export async function staticProgram(folder: string): Promise<string> {
  return await compile(`${folder}/fork_exec_static`, "-static");
}

async function compile(path: string, ...options: readonly string[]): Promise<string> {
  await run(["cc", "-O2", "-Wall", ...options, "-o", path, SOURCE]);
  return path;
}
