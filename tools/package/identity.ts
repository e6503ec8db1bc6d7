/** What packages are called, and when they were made: the same for the same sources. */
import { run } from "../build/process.ts";

export interface PackageIdentity {
  /** `0.1.0`; with what git adds to it where the commit is not that of a release. */
  readonly version: string;
  /** Debian's word: amd64, arm64. */
  readonly architecture: "amd64" | "arm64";
  /** Seconds since 1970: the time of every file in a package. */
  readonly epoch: number;
}

/** Whom control files name. */
export const MAINTAINER = "dinit-deno maintainers <dinit-deno@lists.dinit.invalid>";

/**
 * SOURCE_DATE_EPOCH, or else the time of the commit. Source: reproducible-builds.org,
 * "SOURCE_DATE_EPOCH".
 *
 * @throws {Error} When there is neither, or the variable holds no number.
 */
export async function sourceEpoch(root: string, variable: string | undefined): Promise<number> {
  if (variable !== undefined && variable !== "") {
    if (!/^\d{1,11}$/.test(variable)) {
      throw new Error(`Cannot use SOURCE_DATE_EPOCH="${variable}": it is no number of seconds`);
    }
    return Number(variable);
  }
  const answer = await run(["git", "-C", root, "log", "-1", "--format=%ct"], { directory: root });
  return Number(new TextDecoder().decode(answer).trim());
}

/** @throws {Error} package.json has no version. */
export async function packageVersion(root: string): Promise<string> {
  const manifest: unknown = JSON.parse(await Deno.readTextFile(`${root}/package.json`));
  if (typeof manifest === "object" && manifest !== null && "version" in manifest) {
    return String(manifest.version);
  }
  throw new Error(`${root}/package.json has no "version"`);
}

/** Debian's word for the machine that a program is for; undefined: packages are made for none. */
export function debianArchitecture(target: string): PackageIdentity["architecture"] | undefined {
  if (target === "x86_64-unknown-linux-gnu") return "amd64";
  if (target === "aarch64-unknown-linux-gnu") return "arm64";
  return undefined;
}
