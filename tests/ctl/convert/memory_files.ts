/** A tree of files in memory, for conversions. */
import type { ConvertFiles } from "../../../core/convert/mod.ts";
import { directoryPart } from "../../../core/description/mod.ts";

/** Contents by path; `-> TARGET` makes a symlink. */
export function memoryFiles(texts: Readonly<Record<string, string | Uint8Array>>): ConvertFiles {
  const resolved = (path: string, depth = 0): string | undefined => {
    const target = linkIn(texts[path]);
    if (target === undefined || depth > 8) return path;
    return resolved(
      target.startsWith("/") ? target : `${directoryPart(path)}/${target}`,
      depth + 1,
    );
  };
  return {
    read(path) {
      const text = texts[resolved(path) ?? ""];
      if (text === undefined) {
        return resolved(path) === "/dev/null"
          ? { kind: "unreadable", why: "it is no regular file" }
          : { kind: "missing" };
      }
      const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
      return { kind: "contents", bytes, modifiedSeconds: 0, modifiedNanoseconds: 0 };
    },
    list(path) {
      const lead = path === "/" ? "/" : `${path}/`;
      const names = Object.keys(texts).filter((file) => file.startsWith(lead))
        .map((file) => file.slice(lead.length).split("/")[0] ?? "");
      return names.length === 0
        ? { kind: "unreadable", why: "there is no such directory" }
        : { kind: "names", names: [...new Set(names)] };
    },
    exists: (path) => texts[resolved(path) ?? ""] !== undefined,
    realDirectory: (path) => directoryPart(resolved(path) ?? path),
    linkTarget: (path) => linkIn(texts[path]),
  };
}

function linkIn(text: string | Uint8Array | undefined): string | undefined {
  return typeof text === "string" ? /^-> (.*)\n?$/.exec(text)?.[1] : undefined;
}
