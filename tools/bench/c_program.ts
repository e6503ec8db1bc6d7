/** The C program of the benchmark, compiled when it is first asked for. */

const SOURCE = new URL("fork_exec.c", import.meta.url).pathname;

let compiled: Promise<CProgram> | undefined;

export type CProgram =
  | { readonly kind: "program"; readonly path: string }
  | { readonly kind: "missing"; readonly why: string };

/** Compiles `fork_exec.c` into the folder; once, whatever the folder of later calls. */
export function cProgram(folder: string): Promise<CProgram> {
  compiled ??= compile(`${folder}/fork_exec`);
  return compiled;
}

async function compile(path: string): Promise<CProgram> {
  try {
    const { success, stderr } = await new Deno.Command("cc", {
      args: ["-O2", "-Wall", "-o", path, SOURCE],
      stdin: "null",
      stderr: "piped",
    }).output();
    if (success) return { kind: "program", path };
    return { kind: "missing", why: `cc failed: ${new TextDecoder().decode(stderr).trim()}` };
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return { kind: "missing", why: 'no C compiler: "cc" is not in PATH' };
  }
}
