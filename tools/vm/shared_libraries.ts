/**
 * The files of the C library that a dynamically linked program needs, found with `ldd`.
 */

/**
 * Absolute paths as the program's loader will look for them, the loader itself included. Empty for
 * a static program.
 *
 * @throws {Error} When a library is missing on this host, or `ldd` cannot be run.
 */
export function sharedLibraries(program: string): string[] {
  const { code, stdout, stderr } = new Deno.Command("ldd", { args: [program] }).outputSync();
  const output = new TextDecoder().decode(stdout);
  if (code !== 0) {
    const complaint = output + new TextDecoder().decode(stderr);
    if (complaint.includes("not a dynamic executable")) return [];
    throw new Error(`Cannot list the libraries of "${program}": ldd says: ${complaint.trim()}`);
  }
  return parseLdd(output, program);
}

/**
 * Reads the output of `ldd`: lines such as `libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x7f…)`
 * and `/lib64/ld-linux-x86-64.so.2 (0x7f…)`; the vDSO has no file.
 *
 * @throws {Error} When a line says "not found".
 */
export function parseLdd(output: string, program: string): string[] {
  const paths: string[] = [];
  for (const line of output.split("\n")) {
    if (line.includes("not found")) {
      throw new Error(`"${program}" needs a library that this host lacks: ${line.trim()}`);
    }
    const path = /(?:=> |^\s*)(\/\S+) \(0x/.exec(line)?.[1];
    if (path !== undefined) paths.push(path);
  }
  return paths;
}
