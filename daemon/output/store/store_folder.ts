/** The folders of a log store: made, and looked at before they are trusted. */
import type { Failure, Platform } from "../../../platform/mod.ts";

/** Of the group's members: it is who may read logs. */
const MODE = 0o750;
/** Of folders above a user's. */
const PARENT_MODE = 0o700;
const WRITABLE_BY_OTHERS = 0o022;

/**
 * Makes the folder if it is not there. What is there has to be one that nobody but the manager's
 * user and root can change.
 */
export function makeStoreFolder(
  platform: Pick<Platform, "makeDirectory" | "fileStatus" | "userId">,
  path: string,
  makesParents: boolean,
): Failure | undefined {
  const present = platform.fileStatus(path, "itself");
  if ("kind" in present) {
    const above = path.slice(0, path.lastIndexOf("/"));
    const isMissing = "kind" in platform.fileStatus(above === "" ? "/" : above, "followed");
    if (makesParents && isMissing) makeParents(platform, above);
    const failure = platform.makeDirectory(path, MODE);
    if (failure !== undefined) return failure;
    return undefined;
  }
  const { type, uid, mode } = present;
  if (type !== "directory") return refused(`"${path}" is no folder`);
  if (uid !== platform.userId() && uid !== 0) return refused(`"${path}" is another user's`);
  if ((mode & WRITABLE_BY_OTHERS) !== 0) return refused(`others can write to "${path}"`);
  return undefined;
}

/** As far as it can; what is missing then is told by the folder itself. */
function makeParents(platform: Pick<Platform, "makeDirectory">, path: string): void {
  for (let at = path.indexOf("/", 1); at !== -1; at = path.indexOf("/", at + 1)) {
    platform.makeDirectory(path.slice(0, at), PARENT_MODE);
  }
  platform.makeDirectory(path, PARENT_MODE);
}

function refused(message: string): Failure {
  return { kind: "failure", call: "mkdir", errno: 0, message };
}
