/**
 * One entry of a machine's file system before it is written: plain data, so that an image can be
 * listed, compared and hashed without being built. Everything belongs to root.
 */
export type ImageFile =
  | { readonly kind: "directory"; readonly path: string; readonly mode: number }
  | { readonly kind: "text"; readonly path: string; readonly mode: number; readonly text: string }
  /** A file of the host, followed if it is a link. */
  | { readonly kind: "copy"; readonly path: string; readonly mode: number; readonly source: string }
  /** A symbolic link. */
  | { readonly kind: "link"; readonly path: string; readonly target: string };

/** A directory; permission bits 0755 unless told otherwise. */
export function directory(path: string, mode = 0o755): ImageFile {
  return { kind: "directory", path, mode };
}

/** A file with the given text; permission bits 0644 unless told otherwise. */
export function text(path: string, content: string, mode = 0o644): ImageFile {
  return { kind: "text", path, mode, text: content };
}

/** A file copied from the host; permission bits 0755 unless told otherwise. */
export function copy(path: string, source: string, mode = 0o755): ImageFile {
  return { kind: "copy", path, mode, source };
}

/** A symbolic link at `path` that leads to `target`. */
export function link(path: string, target: string): ImageFile {
  return { kind: "link", path, target };
}

/**
 * Adds each missing parent directory before its first child, and sorts nothing else: later entries
 * with the same path win in the archive, as they do when the kernel unpacks it.
 *
 * @param files Paths are absolute (`/etc/passwd`).
 */
export function withParents(files: readonly ImageFile[]): ImageFile[] {
  const known = new Set(files.filter((file) => file.kind === "directory").map((file) => file.path));
  const parents = new Set<string>();
  for (const { path } of files) {
    const parts = path.split("/").slice(1, -1);
    for (let count = 1; count <= parts.length; count++) {
      const parent = "/" + parts.slice(0, count).join("/");
      if (!known.has(parent)) parents.add(parent);
    }
  }
  // Sorting puts a parent before its children: it is their prefix.
  const directories = [
    ...[...parents].map((path) => directory(path)),
    ...files.filter((file) => file.kind === "directory"),
  ].sort((a, b) => a.path < b.path ? -1 : 1);
  return [...directories, ...files.filter((file) => file.kind !== "directory")];
}
