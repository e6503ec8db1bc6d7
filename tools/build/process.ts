/** Runs a command of the build and gives its output back, or an error that shows it. */

/** How to run it. */
export interface RunOptions {
  readonly directory?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** It is killed when it has not ended after so long. */
  readonly limitMs?: number;
}

/**
 * @param command Program and arguments.
 * @returns What it wrote to its standard output.
 * @throws {Error} It could not be started, took too long, or ended with another status than 0; with
 *   its output.
 */
export async function run(
  command: readonly [string, ...string[]],
  options: RunOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const [program, ...args] = command;
  const child = start(program, args, options);
  const { limitMs } = options;
  const timer = limitMs === undefined
    ? undefined
    : setTimeout(() => child.kill("SIGKILL"), limitMs);
  const output = await child.output();
  clearTimeout(timer);
  if (!output.success) {
    const said = new TextDecoder().decode(output.stderr).trim();
    const how = limitMs !== undefined && output.signal === "SIGKILL"
      ? `was killed after ${limitMs} ms`
      : `ended with status ${output.code}`;
    throw new Error(`"${command.join(" ")}" ${how}:\n${said}`);
  }
  return output.stdout;
}

function start(program: string, args: string[], options: RunOptions): Deno.ChildProcess {
  try {
    return new Deno.Command(program, {
      args,
      env: { ...options.environment },
      ...(options.directory === undefined ? {} : { cwd: options.directory }),
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Error(`Cannot run "${program}": it is not installed or not in PATH`);
  }
}
