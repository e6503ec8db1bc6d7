/** Runs a command of the build and gives its output back, or an error that shows it. */

/** How to run it. */
export interface RunOptions {
  readonly directory?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * @param command Program and arguments.
 * @returns What it wrote to its standard output.
 * @throws {Error} It could not be started or ended with another status than 0; with its output.
 */
export async function run(
  command: readonly [string, ...string[]],
  options: RunOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const [program, ...args] = command;
  const output = await new Deno.Command(program, {
    args,
    env: { ...options.environment },
    ...(options.directory === undefined ? {} : { cwd: options.directory }),
    stdin: "null",
  }).output().catch((error: unknown) => {
    if (error instanceof Deno.errors.NotFound) {
      throw new Error(`Cannot run "${program}": it is not installed or not in PATH`);
    }
    throw error;
  });
  if (!output.success) {
    const said = new TextDecoder().decode(output.stderr).trim();
    throw new Error(`"${command.join(" ")}" ended with status ${output.code}:\n${said}`);
  }
  return output.stdout;
}
