/**
 * Tests that need something the machine may not have.
 *
 * Such a test is skipped with its reason, which `npm test` lists at the end. With CI=true a missing
 * tool is a failure instead, because CI installs all tools; what no installation can give
 * (hardware, rights, reference data) stays a reason to skip.
 *
 * ```ts
 * testNeeding("the machine powers off", [tool("qemu-system-x86_64")], async () => { … });
 * testNeeding("mounts /proc", [surroundings("root", Deno.uid() === 0)], () => { … });
 * ```
 */

/** Something that a test needs, and whether it is here. */
export interface Need {
  readonly kind: "tool" | "surroundings";
  readonly what: string;
  readonly isMet: boolean;
}

/**
 * A program or file that a package installs.
 *
 * @param name Name of the program, or any text when `isInstalled` is given.
 * @param isInstalled Default: a file of that name is in a directory of PATH.
 */
export function tool(name: string, isInstalled: boolean = isInPath(name)): Need {
  return { kind: "tool", what: name, isMet: isInstalled };
}

/**
 * What the machine or the place has or has not: rights, hardware, a folder outside the repository.
 */
export function surroundings(what: string, isThere: boolean): Need {
  return { kind: "surroundings", what, isMet: isThere };
}

/** As `Deno.test(name, fn)`, but skipped when a need is not met; see the comment of this file. */
export function testNeeding(
  name: string,
  needs: readonly Need[],
  fn: (t: Deno.TestContext) => void | Promise<void>,
): void {
  const missing = needs.filter((need) => !need.isMet);
  if (missing.length === 0) {
    Deno.test(name, fn);
    return;
  }
  const reason = `needs ${missing.map((need) => need.what).join(", ")}`;
  const mayNotSkip = Deno.env.get("CI") === "true" && missing.some((need) => need.kind === "tool");
  if (mayNotSkip) {
    Deno.test(name, () => {
      throw new Error(`This test ${reason}, and with CI=true a missing tool is a failure`);
    });
    return;
  }
  recordSkip(name, reason);
  Deno.test({ name, ignore: true, fn });
}

/**
 * Tells the runner (tools/test.ts) by the file that it names; alone, `deno test` prints the reason.
 */
function recordSkip(name: string, reason: string): void {
  const path = Deno.env.get("DINIT_TEST_SKIPS");
  if (path === undefined) {
    console.log(`skipped: ${name}: ${reason}`);
    return;
  }
  Deno.writeTextFileSync(path, `${JSON.stringify({ name, reason })}\n`, { append: true });
}

function isInPath(program: string): boolean {
  const directories = (Deno.env.get("PATH") ?? "").split(":");
  return directories.some((directory) => {
    try {
      return Deno.statSync(`${directory}/${program}`).isFile;
    } catch {
      return false;
    }
  });
}
