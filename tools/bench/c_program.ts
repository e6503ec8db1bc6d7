/** The C program of the benchmark, compiled when the benchmark begins. */

const SOURCE = new URL("fork_exec.c", import.meta.url).pathname;

/**
 * Compiles `fork_exec.c` into the folder.
 *
 * @returns Its path.
 * @throws {Error} There is no C compiler, or it failed.
 */
export async function cProgram(folder: string): Promise<string> {
  const path = `${folder}/fork_exec`;
  const args = ["-O2", "-Wall", "-o", path, SOURCE];
  const compiler = new Deno.Command("cc", { args, stdin: "null", stderr: "piped" });
  const { success, stderr } = await compiler.output().catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Error('Found no C compiler "cc". Run: apt-get install gcc libc6-dev');
  });
  if (!success) throw new Error(`cc failed: ${new TextDecoder().decode(stderr).trim()}`);
  return path;
}
