/** A net below the converter: whether our own loader takes what it has written. */
import { directoryPart, type Problem, readDescription, serviceName } from "../description/mod.ts";
import { EVERYBODY } from "./accepted.ts";
import type { ConvertedFile } from "./outcome.ts";

/** Errors of a description that has been written; users, groups and files of variables exist. */
export function loadFaults({ service, source, text }: ConvertedFile): readonly Problem[] {
  const file = `${service}.toml`;
  const read = readDescription(text, {
    // With an argument, so that templates load.
    name: serviceName(`${service}@argument`),
    source: {
      file,
      directory: directoryPart(source),
      format: "toml",
      modifiedSeconds: 0,
      modifiedNanoseconds: 0,
    },
    environment: new Map(),
    users: EVERYBODY,
    managerUid: 0,
    files: NOTHING_IN_FILES,
  });
  if (read.kind === "draft") return [];
  return read.problems.filter(({ severity }) => severity === "error");
}

const NOTHING_IN_FILES = {
  read: () => ({
    kind: "contents",
    bytes: new Uint8Array(0),
    modifiedSeconds: 0,
    modifiedNanoseconds: 0,
  } as const),
  list: () => ({ kind: "names", names: [] } as const),
  exists: () => true,
  realDirectory: (path: string) => directoryPart(path),
};
