/**
 * What no program may do that the manager runs for a client: the client would have to do it by
 * itself. Which command lines need any of this is known before (`daemon/clients/served.ts`).
 */
import { LongWay } from "./long_way.ts";
import type { ClientFiles, ClientIo } from "./io.ts";

/** It is seen only when the work is under way whether this is needed. */
function leaveToClient(): never {
  throw new LongWay("This is left to the client");
}

function refuse(): never {
  throw new Error("This cannot be done inside the manager");
}

type UnservedFile =
  | ("makeSymlink" | "makeFile" | "replaceFile" | "makeScratchFile" | "remove")
  | ("realPath" | "readEnd" | "makeFolder" | "removeFolder");

const files: Pick<ClientFiles, UnservedFile> = {
  ...{ makeSymlink: refuse, makeFile: refuse, replaceFile: refuse, remove: refuse },
  ...{ makeScratchFile: refuse, realPath: refuse, readEnd: leaveToClient },
  ...{ makeFolder: refuse, removeFolder: refuse },
};

/** Each throws. */
export const unserved = {
  openScreen: refuse,
  atInterrupt: refuse,
  homeFromDatabase: refuse,
  sleep: refuse,
  timeOfDay: refuse,
  adopt: refuse,
  run: refuse,
  readLine: refuse,
  checksum: leaveToClient,
  files,
} satisfies Partial<Record<keyof ClientIo, unknown>>;
