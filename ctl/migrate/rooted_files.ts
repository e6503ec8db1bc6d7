/**
 * The files of a machine whose root is a folder of this one: links that lead to `/…` stay within
 * it,
 * as they would if that were the root.
 */
import type { ConvertFiles } from "../../core/convert/mod.ts";
import { directoryPart } from "../../core/description/mod.ts";
import { normalPath } from "../../core/migrate/mod.ts";
import { joinPath } from "../../core/paths.ts";

const MOST_LINKS = 40;

/** @param root Without a slash at its end; empty: this machine's own root. */
export function rootedFiles(root: string, files: ConvertFiles): ConvertFiles {
  if (root === "") return files;
  /** Where a path of that machine is on this one, its folders' links followed. */
  const place = (path: string, follows: boolean): string | undefined => {
    let rest = normalPath(path).split("/").filter((part) => part !== "");
    let done = "";
    for (let links = 0; rest.length > 0;) {
      const [part = "", ...others] = rest;
      const target = follows || others.length > 0
        ? files.linkTarget(`${root}${done}/${part}`)
        : undefined;
      if (target === undefined) {
        done = `${done}/${part}`;
        rest = others;
        continue;
      }
      if (++links > MOST_LINKS) return undefined;
      const led = target.startsWith("/") ? target : `${done}/${target}`;
      rest = [...normalPath(led).split("/").filter((each) => each !== ""), ...others];
      done = "";
    }
    return `${root}${done}`;
  };
  /** Its devices are not this machine's: the one that masks a unit is none of its files. */
  const isDevice = (path: string): boolean => path.startsWith(`${root}/dev/`);
  return {
    read(path) {
      const found = place(path, true);
      if (found === undefined) return { kind: "unreadable", why: "too many links" };
      return isDevice(found)
        ? { kind: "unreadable", why: "it is no regular file" }
        : files.read(found);
    },
    list(path) {
      const found = place(path, true);
      return found === undefined
        ? { kind: "unreadable", why: "too many links" }
        : files.list(found);
    },
    exists: (path) => {
      const found = place(path, true);
      return found !== undefined && (isDevice(found) || files.exists(found));
    },
    realDirectory: (path) => {
      const found = place(path, true);
      return found === undefined ? undefined : directoryPart(found.slice(root.length) || "/");
    },
    linkTarget: (path) => {
      const found = place(path, false);
      return found === undefined ? undefined : files.linkTarget(found);
    },
  };
}

/** A path of a machine's, on this one. */
export function inRoot(root: string, path: string): string {
  return joinPath(root === "" ? "/" : root, path.replace(/^\/+/, ""));
}
