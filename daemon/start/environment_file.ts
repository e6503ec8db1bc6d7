/**
 * The environment file: read once at the start, on top of what the manager inherited.
 */
import { decodeText } from "../../core/text/byte_text.ts";
import { parseEnvironmentFile, problemLine } from "../../core/description/mod.ts";
import type { Platform } from "../../platform/mod.ts";
import type { ManagerEnvironment } from "./environment.ts";
import type { Log } from "../output/log.ts";
import type { DaemonOptions } from "./options.ts";

/** Of a system manager; others have one only if it is named. */
const DEFAULT_FILE = "/etc/dinit/environment";
const LIMIT_BYTES = 1024 * 1024;

/**
 * Reads the file and applies it; faulty lines are logged and left out.
 *
 * @returns false when a file that was asked for, or is there, cannot be read; the reason is logged.
 */
export function readEnvironmentFile(
  platform: Pick<Platform, "readFile" | "errnoText">,
  environment: ManagerEnvironment,
  { environmentFile, isSystemManager }: Pick<DaemonOptions, "environmentFile" | "isSystemManager">,
  log: Pick<Log, "error">,
): boolean {
  const path = environmentFile ?? (isSystemManager ? DEFAULT_FILE : undefined);
  if (path === undefined) return true;
  const file = platform.readFile(path, LIMIT_BYTES);
  if (file.kind === "failure") {
    const isMissing = platform.errnoText(file.errno).name === "ENOENT";
    if (environmentFile === undefined && isMissing) return true;
    log.error(`Cannot read the environment file "${path}": ${file.message}`);
    return false;
  }
  const { changes, problems } = parseEnvironmentFile(
    path,
    decodeText(file.bytes).replace(/^\uFEFF/, ""),
    environment.variables,
  );
  for (const problem of problems) log.error(problemLine(problem));
  environment.apply(changes);
  return true;
}
