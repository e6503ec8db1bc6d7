/**
 * What applying a plan changes: only what is different from the last time, and never what a person
 * has touched. The manifest tells the one from the other: what was written, by its digest.
 */
import type { PlannedContent } from "./plan.ts";

/** Digest of each file that was written, by its path. */
export type Manifest = ReadonlyMap<string, string>;

/** A file that is to be, with its digest. */
export interface DesiredFile {
  readonly path: string;
  readonly content: PlannedContent;
  readonly digest: string;
}

export type Change =
  /** Nothing is there. */
  | { readonly kind: "write"; readonly path: string; readonly content: PlannedContent }
  /** What was written before is there, unchanged. */
  | { readonly kind: "replace"; readonly path: string; readonly content: PlannedContent }
  | { readonly kind: "remove"; readonly path: string }
  | { readonly kind: "unchanged"; readonly path: string }
  /** A person changed it, removed it, or had it before: it stays as it is. */
  | {
    readonly kind: "keep";
    readonly path: string;
    readonly why: "edited" | "removed" | "foreign";
  };

/**
 * @param digestOf Digest of what is at a path; undefined: nothing.
 * @returns Sorted by path.
 */
export function changesTo(
  desired: readonly DesiredFile[],
  manifest: Manifest,
  digestOf: (path: string) => string | undefined,
): readonly Change[] {
  const wanted = desired.map(({ path, content, digest }): Change => {
    const [there, written] = [digestOf(path), manifest.get(path)];
    if (there === digest) return { kind: "unchanged", path };
    if (there === undefined) {
      return written === undefined
        ? { kind: "write", path, content }
        : { kind: "keep", path, why: "removed" };
    }
    if (written === undefined) return { kind: "keep", path, why: "foreign" };
    return there === written
      ? { kind: "replace", path, content }
      : { kind: "keep", path, why: "edited" };
  });
  const paths = new Set(desired.map(({ path }) => path));
  return [
    ...wanted,
    ...removals([...manifest.keys()].filter((path) => !paths.has(path)), manifest, digestOf),
  ]
    .sort((a, b) => a.path < b.path ? -1 : 1);
}

/** What undoing all of it changes. */
export function changesToNothing(
  manifest: Manifest,
  digestOf: (path: string) => string | undefined,
): readonly Change[] {
  return removals([...manifest.keys()], manifest, digestOf)
    .toSorted((a, b) => a.path < b.path ? -1 : 1);
}

function removals(
  paths: readonly string[],
  manifest: Manifest,
  digestOf: (path: string) => string | undefined,
): readonly Change[] {
  return paths.flatMap((path): readonly Change[] => {
    const there = digestOf(path);
    if (there === undefined) return [];
    return [
      there === manifest.get(path)
        ? { kind: "remove", path }
        : { kind: "keep", path, why: "edited" },
    ];
  });
}

/**
 * The manifest after the changes. What is kept although it was written once stays in it, so that
 * the
 * next time knows that a person had a hand in it; what was there before never comes into it.
 */
export function manifestAfter(
  desired: readonly DesiredFile[],
  manifest: Manifest,
  changes: readonly Change[],
): Manifest {
  const digests = new Map(desired.map(({ path, digest }) => [path, digest]));
  const after = new Map<string, string>();
  for (const change of changes) {
    const { path, kind } = change;
    const [written, digest] = [manifest.get(path), digests.get(path)];
    switch (kind) {
      case "write":
      case "replace":
        if (digest !== undefined) after.set(path, digest);
        break;
      case "unchanged":
        if (written !== undefined && digest !== undefined) after.set(path, digest);
        break;
      case "keep":
        if (written !== undefined && digest !== undefined) after.set(path, written);
        break;
      case "remove":
        break;
    }
  }
  return after;
}
