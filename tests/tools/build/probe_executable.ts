/** Compiles `probe_program.ts` as `npm run build` does, and runs programs. */
import { assertEquals } from "../../assert.ts";

const ROOT = new URL("../../..", import.meta.url).pathname;
const PROBE = new URL("probe_program.ts", import.meta.url).pathname;

const decoder = new TextDecoder();

/** What a program that has ended left. */
export interface Ended {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

/** Runs a program without standard input until it ends. */
export async function run(program: string, ...args: string[]): Promise<Ended> {
  const { code, stdout, stderr } = await new Deno.Command(program, { args, stdin: "null" })
    .output();
  return { code, output: decoder.decode(stdout), errors: decoder.decode(stderr) };
}

/**
 * Compiles the probe into a directory that is removed after the test.
 *
 * @param target Name of a target of the build.
 */
export async function withProbe(
  target: string,
  test: (executable: string, directory: string) => Promise<void>,
): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "dinit-stub-" });
  try {
    const executable = `${directory}/probe`;
    const { code, output, errors } = await run(
      ...[Deno.execPath(), "run", "-A", "--no-check", `${ROOT}/tools/compile.ts`] as const,
      ...["--entry", PROBE, "--output", executable, "--target", target],
    );
    assertEquals(code, 0, output + errors);
    await test(executable, directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}
