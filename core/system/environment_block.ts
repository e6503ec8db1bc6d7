/**
 * Reads an environment as the kernel keeps it: `NAME=VALUE`, each with a NUL behind it. Linux:
 * /proc/PID/environ, proc(5).
 */

/**
 * Names and values in their order. A name given twice counts the first time, as getenv(3) has it;
 * what has no `=` or no name is left out.
 */
export function parseEnvironmentBlock(block: string): Map<string, string> {
  const variables = new Map<string, string>();
  for (const entry of block.split("\0")) {
    const separator = entry.indexOf("=");
    if (separator <= 0) continue;
    const name = entry.slice(0, separator);
    if (!variables.has(name)) variables.set(name, entry.slice(separator + 1));
  }
  return variables;
}
