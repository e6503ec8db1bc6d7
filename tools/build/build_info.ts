/** Finds out what is being built: the version from package.json, the commit from git. */
import type { BuildInfo } from "./bundle.ts";
import { IDENTITY_PLACEHOLDER } from "./identity.ts";
import { run } from "./process.ts";

/**
 * The identity is still a placeholder: `identity.ts`.
 *
 * @param root The repository's directory.
 * @param kind What the build is, besides its version.
 * @throws {Error} package.json has no version.
 */
export async function readBuildInfo(
  root: string,
  kind: Pick<BuildInfo, "target" | "isForTests">,
): Promise<BuildInfo> {
  const manifest: unknown = JSON.parse(await Deno.readTextFile(`${root}/package.json`));
  const version = typeof manifest === "object" && manifest !== null && "version" in manifest
    ? manifest.version
    : undefined;
  if (typeof version !== "string") throw new Error(`${root}/package.json has no "version"`);
  return {
    version,
    commit: await readCommit(root),
    identity: IDENTITY_PLACEHOLDER,
    ...kind,
  };
}

/**
 * Short commit, with "+changes" when the working tree has any; "unknown" outside of a git clone.
 */
async function readCommit(root: string): Promise<string> {
  const git = async (...args: string[]) =>
    new TextDecoder().decode(await run(["git", "-C", root, ...args])).trim();
  try {
    const commit = await git("rev-parse", "--short=12", "HEAD");
    const changes = await git("status", "--porcelain");
    return changes === "" ? commit : `${commit}+changes`;
  } catch {
    return "unknown";
  }
}
