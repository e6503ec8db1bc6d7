/**
 * What no program may do that the manager runs for a client: the client would have to do it by
 * itself. Which command lines need any of this is known before (`daemon/clients/served.ts`).
 */
import type { ClientFiles, ClientIo } from "./io.ts";

function refuse(): never {
  throw new Error("This cannot be done inside the manager");
}

const files: Pick<ClientFiles, "makeSymlink" | "makeFile" | "replaceFile" | "remove"> = {
  ...{ makeSymlink: refuse, makeFile: refuse, replaceFile: refuse, remove: refuse },
};

/** Each throws. */
export const unserved = {
  openScreen: refuse,
  homeFromDatabase: refuse,
  sleep: refuse,
  timeOfDay: refuse,
  adopt: refuse,
  run: refuse,
  files,
} satisfies Partial<Record<keyof ClientIo, unknown>>;
