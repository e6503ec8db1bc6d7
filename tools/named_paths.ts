/**
 * Paths of the repository that pages and comments name, and whether they are there: a page that
 * leads nowhere is worse than none. Pure: texts and paths are given.
 */

/** A text of the repository. */
export interface SourceText {
  /** From the repository's root. */
  readonly path: string;
  readonly text: string;
}

/** A path that is named and not there. */
export interface MissingPath {
  /** Where it is named. */
  readonly path: string;
  readonly line: number;
  readonly name: string;
}

/** Top-level folders whose paths are looked at. */
export const ROOTS = [
  ...["core", "ctl", "daemon", "docs", "native", "platform", "services", "tests", "tools"],
] as const;

const NAMED = new RegExp(`\`((?:${ROOTS.join("|")})/[\\w./-]*)\``, "g");
const LINKED = /\]\(([^)#\s]+)/g;

/** The folder of design notes, and the page that lists all of them. */
const NOTES = "docs/design/";
export const NOTES_INDEX = `${NOTES}README.md`;

/**
 * What is named in a text, in backticks or (of a page) as a link, and is not there. A design note
 * may be named by its number.
 *
 * @param paths All files, from the repository's root.
 */
export function missingPaths(
  texts: Iterable<SourceText>,
  paths: readonly string[],
): readonly MissingPath[] {
  const there = new Set(paths.flatMap((path) => [path, ...foldersOf(path)]));
  const numbers = new Set(paths.flatMap((path) => path.match(/^docs\/design\/\d{4}/) ?? []));
  const isThere = (path: string) => there.has(path) || numbers.has(path);
  const missing: MissingPath[] = [];
  for (const { path, text } of texts) {
    text.split("\n").forEach((line, index) => {
      for (const name of namesIn(path, line)) {
        if (!isThere(name)) missing.push({ path, line: index + 1, name });
      }
    });
  }
  return missing;
}

/** Design notes that their index does not lead to. @param index Its text. */
export function unlistedNotes(index: string, paths: readonly string[]): readonly string[] {
  const listed = new Set(linksIn(NOTES_INDEX, index));
  return paths.filter((path) =>
    path.startsWith(NOTES) && path !== NOTES_INDEX && !listed.has(path)
  );
}

function namesIn(path: string, line: string): readonly string[] {
  const named = Array.from(line.matchAll(NAMED), ([, name = ""]) => name.replace(/\/$/, ""));
  return path.endsWith(".md") ? [...named, ...linksIn(path, line)] : named;
}

/** Links to files of the repository, from its root. */
function linksIn(path: string, text: string): readonly string[] {
  return Array.from(text.matchAll(LINKED), ([, target = ""]) => target)
    .filter((target) => !target.includes(":"))
    .map((target) => new URL(target, `file:///${path}`).pathname.slice(1).replace(/\/$/, ""));
}

function foldersOf(path: string): readonly string[] {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}
