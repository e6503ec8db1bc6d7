/**
 * Holds the sources against the rules that a program can check: `npm run check`.
 *
 * All checks run, so that one run shows all there is to mend; the status is 1 if any of them
 * failed.
 */

const CHECKS: readonly { readonly name: string; readonly args: readonly string[] }[] = [
  { name: "format", args: ["fmt", "--check"] },
  { name: "lint", args: ["lint"] },
  { name: "types", args: ["check"] },
  { name: "imports", args: ["run", "-A", "tools/check_imports.ts"] },
  { name: "paths", args: ["run", "-A", "tools/check_paths.ts"] },
];

const ROOT = new URL("..", import.meta.url).pathname;

/** @returns Names of the checks that failed, after printing what they said. */
async function runChecks(): Promise<readonly string[]> {
  const failed: string[] = [];
  for (const { name, args } of CHECKS) {
    const { success } = await new Deno.Command(Deno.execPath(), {
      args: [...args],
      cwd: ROOT,
      stdin: "null",
      stdout: "inherit",
      stderr: "inherit",
    }).spawn().status;
    if (!success) failed.push(name);
  }
  return failed;
}

if (import.meta.main) {
  const failed = await runChecks();
  if (failed.length > 0) {
    console.error(`check: failed: ${failed.join(", ")}`);
    Deno.exit(1);
  }
  console.log("check: all is well");
}
