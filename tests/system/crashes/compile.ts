/** Small programs in C that tests need. */
import { assert } from "../../assert.ts";

const PROGRAMS = new URL("../programs", import.meta.url).pathname;

/** Compiles one of `tests/system/programs/`. @returns The path given. */
export async function compile(
  source: string,
  target: string,
  options: readonly string[],
): Promise<string> {
  const { success, stderr } = await new Deno.Command("cc", {
    args: ["-O1", ...options, "-o", target, `${PROGRAMS}/${source}`, "-lpthread"],
  }).output();
  assert(success, new TextDecoder().decode(stderr));
  return target;
}
