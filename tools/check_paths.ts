/**
 * Fails when a page or a comment names a path that is not there, or a design note is not in the
 * index of them: `deno run -A tools/check_paths.ts`. The changelog tells of what was, so it may.
 */
import { missingPaths, NOTES_INDEX, ROOTS, unlistedNotes } from "./named_paths.ts";

const ROOT = new URL("..", import.meta.url).pathname;

function* filesBelow(folder: string): Iterable<string> {
  for (const { name, isDirectory } of Deno.readDirSync(ROOT + folder)) {
    const path = folder === "" ? name : `${folder}/${name}`;
    if (!isDirectory) yield path;
    else if (folder !== "" || ROOTS.some((root) => root === name)) yield* filesBelow(path);
  }
}

if (import.meta.main) {
  const paths = [...filesBelow("")];
  const read = (path: string) => Deno.readTextFileSync(ROOT + path);
  const texts = paths
    .filter((path) => /\.(md|ts)$/.test(path) && path !== "CHANGELOG.md")
    .map((path) => ({ path, text: read(path) }));
  const missing = missingPaths(texts, paths);
  for (const { path, line, name } of missing) {
    console.error(
      `${path}:${line}: There is no "${name}" in the repository: name what took its place`,
    );
  }
  const unlisted = unlistedNotes(read(NOTES_INDEX), paths);
  for (const path of unlisted) console.error(`${path}: Not in ${NOTES_INDEX}: add a line there`);
  if (missing.length + unlisted.length > 0) Deno.exit(1);
}
