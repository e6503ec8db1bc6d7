/**
 * What `dinit migrate` changes on the disk, and reads besides descriptions. Failures are words that
 * follow a colon.
 */
import { directoryPart } from "../../core/description/mod.ts";
import type { PlannedContent } from "../../core/migrate/mod.ts";
import { makeFolderOf } from "../interface/new_file.ts";

/** All of it, so that tests can count and break it. */
export interface Disk {
  /**
   * What is at a path, links not followed; undefined: nothing. A folder, or what is no regular
   * file, has no content.
   */
  contentOf(path: string): PlannedContent | "other" | undefined;
  /** Makes folders above it, and takes the place of what is there. @returns Why not. */
  write(path: string, content: PlannedContent): string | undefined;
  /** @returns Why not; undefined when it is gone. */
  remove(path: string): string | undefined;
  rename(from: string, to: string): string | undefined;
  /** Removes folders that are empty, from this one up to `top`, which goes, too. */
  removeEmptyFolders(path: string, top: string): void;
  /** All files below a folder, by paths relative to it; links are files. None: no such folder. */
  filesBelow(folder: string): readonly string[];
  isExecutable(path: string): boolean;
}

export const DISK: Disk = {
  contentOf(path) {
    try {
      const { isSymlink, isFile, mode } = Deno.lstatSync(path);
      if (isSymlink) return { kind: "link", target: Deno.readLinkSync(path) };
      if (!isFile) return "other";
      const isRunnable = ((mode ?? 0) & 0o111) !== 0;
      return { kind: "text", text: Deno.readTextFileSync(path), mode: isRunnable ? 0o755 : 0o644 };
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return undefined;
      throw error;
    }
  },
  write: (path, content) =>
    makeFolderOf(path) ?? attempt(() => {
      const made = `${path}.new-${Deno.pid}`;
      if (content.kind === "link") {
        Deno.symlinkSync(content.target, made);
      } else {
        Deno.writeTextFileSync(made, content.text, { createNew: true });
        Deno.chmodSync(made, content.mode);
      }
      try {
        Deno.renameSync(made, path);
      } catch (error) {
        Deno.removeSync(made);
        throw error;
      }
    }),
  remove: (path) => attempt(() => Deno.removeSync(path)),
  rename: (from, to) => attempt(() => Deno.renameSync(from, to)),
  removeEmptyFolders(path, top) {
    for (let folder = path; folder.startsWith(top); folder = directoryPart(folder)) {
      if (attempt(() => Deno.removeSync(folder)) !== undefined) return;
    }
  },
  filesBelow(folder) {
    const below = (within: string): string[] =>
      [...Deno.readDirSync(`${folder}/${within}`)].flatMap(({ name, isDirectory }) =>
        isDirectory ? below(`${within}${name}/`) : [within + name]
      );
    try {
      return below("").sort();
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return [];
      throw error;
    }
  },
  isExecutable(path) {
    try {
      const { isFile, mode } = Deno.statSync(path);
      return isFile && ((mode ?? 0) & 0o111) !== 0;
    } catch {
      return false;
    }
  },
};

function attempt(action: () => void): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    return words.split(" (os error")[0] ?? words;
  }
}

/** Tells contents apart: what kind it is, whether it can be run, every byte. */
export async function digestOf(content: PlannedContent): Promise<string> {
  const text = content.kind === "link"
    ? `link ${content.target}`
    : `${content.mode === 0o755 ? "program" : "file"} ${content.text}`;
  const bytes = new Uint8Array(
    await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)),
  );
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
