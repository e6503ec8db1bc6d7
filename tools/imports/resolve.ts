/** Paths of imported files. */

/** `core/a/b.ts` and `../c.ts` → `core/c.ts`; what leaves the repository keeps its `../`. */
export function resolve(from: string, specifier: string): string {
  const parts = from.split("/").slice(0, -1);
  for (const part of specifier.split("/")) {
    if (part === ".." && parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else if (part !== ".") parts.push(part);
  }
  return parts.join("/");
}
