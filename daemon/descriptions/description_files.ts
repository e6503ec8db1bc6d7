/** The file system as the reader of descriptions sees it, by way of the platform. */
import {
  type DescriptionFiles,
  directoryPart,
  type FileResult,
  MAX_FILE_BYTES,
} from "../../core/description/mod.ts";
import type { Platform } from "../../platform/mod.ts";

/** ENOENT: the same number on Linux, FreeBSD and Darwin. */
const NO_SUCH_FILE = 2;

/** What reading descriptions asks of the platform. */
export type FilePlatform = Pick<Platform, "readFile" | "readDirectory" | "exists" | "realPath">;

/** Reads through the platform, which refuses whatever is no regular file, so nothing can block. */
export function platformFiles(platform: FilePlatform): DescriptionFiles {
  return {
    read(path): FileResult {
      const result = platform.readFile(path, MAX_FILE_BYTES);
      if (result.kind === "contents") return result;
      if (result.errno === NO_SUCH_FILE) return { kind: "missing" };
      return { kind: "unreadable", why: result.message };
    },
    list(path) {
      const result = platform.readDirectory(path);
      if (result.kind === "names") return result;
      return { kind: "unreadable", why: result.message };
    },
    exists: (path) => platform.exists(path),
    realDirectory(path) {
      const result = platform.realPath(path);
      return result.kind === "path" ? directoryPart(result.path) : undefined;
    },
  };
}
