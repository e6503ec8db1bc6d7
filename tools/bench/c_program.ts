/** The C program of the benchmark, compiled when it is first asked for. */

const SOURCE = new URL("fork_exec.c", import.meta.url).pathname;

let compiled: Promise<string> | undefined;

/**
 * Compiles `fork_exec.c` into the folder; once, whatever the folder of later calls.
 *
 * @returns Its path.
 * @throws {Error} There is no C compiler, or it failed.
 */
export function cProgram(folder: string): Promise<string> {
  compiled ??= compile(`${folder}/fork_exec`);
  return compiled;
}

async function compile(path: string): Promise<string> {
  const args = ["-O2", "-Wall", "-o", path, SOURCE];
  const compiler = new Deno.Command("cc", { args, stdin: "null", stderr: "piped" });
  const { success, stderr } = await compiler.output().catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Error('Found no C compiler "cc". Run: apt-get install gcc libc6-dev');
  });
  if (!success) throw new Error(`cc failed: ${new TextDecoder().decode(stderr).trim()}`);
  return path;
}
