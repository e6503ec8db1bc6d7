/** Patterns of paths: `*`, `?` and `[…]` within names, as glob(7) has them without classes. */

/** Asks for what is there. */
interface GlobFiles {
  exists(path: string): boolean;
  names(path: string): readonly string[] | undefined;
}

/** Directories that are looked into for one pattern, and names of each that are looked at. */
const MOST_DIRECTORIES = 256;
const MOST_NAMES = 4096;

/** Whether something is at a path that the pattern fits. */
export function pathsLike(pattern: string, files: GlobFiles): boolean {
  const parts = pattern.split("/").filter((part) => part !== "");
  let folders = [""];
  for (const [index, part] of parts.entries()) {
    const isLast = index === parts.length - 1;
    if (!/[*?[]/.test(part)) {
      folders = folders.map((folder) => `${folder}/${part}`);
      continue;
    }
    const fits = nameLike(part);
    const found = folders.slice(0, MOST_DIRECTORIES).flatMap((folder) =>
      (files.names(folder === "" ? "/" : folder) ?? []).slice(0, MOST_NAMES)
        .filter((name) => fits.test(name)).map((name) => `${folder}/${name}`)
    );
    if (isLast) return found.length > 0;
    folders = found;
  }
  return folders.some((path) => files.exists(path === "" ? "/" : path));
}

/**
 * What a name has to be like. A bracket that nothing closes is a letter like others; so are braces.
 */
export function nameLike(part: string): RegExp {
  const pieces = part.match(/\[[!^]?\]?[^\]]*\]|[\s\S]/g) ?? [];
  const hidden = part.startsWith(".") ? "" : "(?!\\.)";
  return new RegExp(`^${hidden}${pieces.map(pieceLike).join("")}$`, "s");
}

function pieceLike(piece: string): string {
  if (piece === "*") return ".*";
  if (piece === "?") return ".";
  if (piece.length === 1) return piece.replace(/[.+^${}()|[\]\\]/, "\\$&");
  const isNegated = piece[1] === "!" || piece[1] === "^";
  const letters = piece.slice(isNegated ? 2 : 1, -1).replace(/[\]\\^[]/g, "\\$&");
  return `[${isNegated ? "^" : ""}${letters}]`;
}
