/** The folders of a log store: made, and looked at before they are trusted. */
import type { Failure, Platform } from "../../../platform/mod.ts";

/** Of the group's members: it is who may read logs. */
const MODE = 0o750;
/** Of folders above a user's. */
const PARENT_MODE = 0o700;
const WRITABLE_BY_OTHERS = 0o022;

type FolderPlatform = Pick<
  Platform,
  "makeDirectory" | "fileStatus" | "userId" | "changeOwner"
>;

/**
 * Makes the folder if it is not there. What is there has to be one that nobody but the manager's
 * user and root can change.
 */
export function makeStoreFolder(
  platform: FolderPlatform,
  path: string,
  { makesParents, gid }: { readonly makesParents: boolean; readonly gid: number | undefined },
): Failure | undefined {
  const present = platform.fileStatus(path, "itself");
  if ("kind" in present) {
    const above = path.slice(0, path.lastIndexOf("/"));
    const isMissing = "kind" in platform.fileStatus(above === "" ? "/" : above, "followed");
    if (makesParents && isMissing) makeParents(platform, above);
    const failure = platform.makeDirectory(path, MODE);
    if (failure === undefined) giveToGroup(platform, path, "directory", gid);
    return failure;
  }
  const { type, uid, mode } = present;
  if (type !== "directory") return refused(`"${path}" is no folder`);
  if (uid !== platform.userId() && uid !== 0) return refused(`"${path}" is another user's`);
  if ((mode & WRITABLE_BY_OTHERS) !== 0) return refused(`others can write to "${path}"`);
  giveToGroup(platform, path, "directory", gid);
  return undefined;
}

/**
 * Lets a group's members read what is there: it may have been made before there was such a group.
 * What cannot be given stays as it is.
 */
export function giveToGroup(
  platform: FolderPlatform,
  path: string,
  type: "directory" | "regular",
  gid: number | undefined,
): void {
  if (gid === undefined) return;
  const status = platform.fileStatus(path, "itself");
  if ("kind" in status || status.type !== type || status.uid !== platform.userId()) return;
  platform.changeOwner(path, { uid: status.uid, gid });
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
