/** The executable for another machine than the one at hand. */
import type { TargetName } from "../tools/build/target.ts";

/**
 * Builds it.
 *
 * @returns Its path, in the folder.
 * @throws {Error} With the build's words.
 */
export async function foreignExecutable(target: TargetName, folder: string): Promise<string> {
  const executable = `${folder}/dinit`;
  const compile = ["run", "-A", "--no-check", "tools/compile.ts", "--target", target];
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...compile, "--output", executable],
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  if (!success) throw new Error(decoder.decode(stdout) + decoder.decode(stderr));
  return executable;
}
