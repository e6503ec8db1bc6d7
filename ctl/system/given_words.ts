/**
 * The words that this program was given, and its environment, as Linux keeps them. The runtime has
 * them changed: the entry stub hides from it what it could not stand
 * (`core/program/started_words.ts`, `native/programs/start_words.ts`). Bytes that are no UTF-8 are
 * lone surrogates here: `core/text/byte_text.ts`.
 */
import { parseEnvironmentBlock } from "../../core/system/environment_block.ts";
import { decodeText } from "../../core/protocol/mod.ts";
import { readFile } from "../../platform/client.ts";

/** Linux gives a new program at most 6 MiB of arguments and environment: execve(2). */
const LIMIT_BYTES = 8 * 1024 * 1024;

/**
 * All words, the program's own name first; undefined when the kernel does not tell. Source:
 * proc(5).
 */
export function givenWords(): readonly string[] | undefined {
  const file = readFile("/proc/self/cmdline", LIMIT_BYTES);
  // Each word has a NUL behind it.
  return file.kind === "failure" ? undefined : decodeText(file.bytes).split("\0").slice(0, -1);
}

/** `NAME=VALUE` each. */
export function givenEnvironment(): readonly string[] {
  const file = readFile("/proc/self/environ", LIMIT_BYTES);
  const variables = file.kind === "failure"
    ? Object.entries(Deno.env.toObject())
    : [...parseEnvironmentBlock(decodeText(file.bytes))];
  return variables.map(([name, value]) => `${name}=${value}`);
}
