/**
 * The environment that the manager was started with, in the order in which it was given.
 *
 * Deno keeps variables in a hash table, so that they come in another order at each start, and leaves out
 * those that are not UTF-8. On Linux the kernel still has the block as it was.
 */
import { decodeText } from "../core/protocol/mod.ts";
import type { Platform } from "../platform/mod.ts";

/** Linux proc(5). Not there before /proc is mounted, and not on other systems. */
const INITIAL_ENVIRONMENT = "/proc/self/environ";

/** Linux gives a new program at most 6 MiB of arguments and environment. */
const LIMIT_BYTES = 8 * 1024 * 1024;

/**
 * Names and values in their order. A name given twice counts the first time, as getenv(3) has it;
 * entries without `=` or without a name are left out.
 *
 * @param fallback Taken, in its order, when the system cannot tell the order.
 */
export function inheritedEnvironment(
  platform: Pick<Platform, "readFile">,
  fallback: Readonly<Record<string, string>>,
): Map<string, string> {
  const block = platform.readFile(INITIAL_ENVIRONMENT, LIMIT_BYTES);
  if (block.kind === "failure") return new Map(Object.entries(fallback));
  const variables = new Map<string, string>();
  for (const entry of decodeText(block.bytes).split("\0")) {
    const separator = entry.indexOf("=");
    if (separator <= 0) continue;
    const name = entry.slice(0, separator);
    if (!variables.has(name)) variables.set(name, entry.slice(separator + 1));
  }
  return variables;
}
