/** The empty program of the benchmark, compiled as dist/dinit is when it is first asked for. */
import { run } from "../../build/process.ts";

const ROOT = new URL("../../..", import.meta.url).pathname;
const SOURCE = new URL("empty.ts", import.meta.url).pathname;

let compiled: Promise<string> | undefined;

/**
 * Compiles it into the folder; once, whatever the folder of later calls.
 *
 * @returns Its path.
 * @throws {Error} The build failed; with its output.
 */
export function emptyProgram(folder: string): Promise<string> {
  compiled ??= compile(`${folder}/empty`);
  return compiled;
}

async function compile(path: string): Promise<string> {
  const build = ["tools/compile.ts", "--entry", SOURCE, "--output", path];
  await run([Deno.execPath(), "run", "-A", "--no-check", ...build], { directory: ROOT });
  return path;
}
