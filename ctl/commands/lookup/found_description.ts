/** The description of a service as it lies on the disk, for those who show or change it. */
import {
  type DescriptionSource,
  type DropIn,
  DropInIndex,
  findDescription,
  problemLine,
} from "../../../core/description/mod.ts";
import type { Handle } from "../../../core/protocol/mod.ts";
import type { Session } from "../../connection/session.ts";
import type { Reporting } from "../../interface/report.ts";
import type { Waiting } from "../../interface/waits.ts";
import type { CommandContext } from "./context.ts";
import {
  descriptionDirectory,
  isSameTime,
  type ManagerPaths,
  serviceDirectories,
} from "./description_file.ts";
import { findService, tellLoadFailure } from "./service_lookup.ts";

/** What was found. */
export interface FoundDescription {
  readonly source: DescriptionSource;
  readonly bytes: Uint8Array;
  readonly dropIns: readonly DropIn[];
  readonly isLoaded: boolean;
  /** The manager has read another one. */
  readonly isModified: boolean;
}

/**
 * Finds the file of a service: that which the manager has read, if it is loaded. Tells why there is
 * none.
 */
export function* descriptionOf(
  { session, io }: CommandContext,
  paths: ManagerPaths,
  name: string,
): Reporting<FoundDescription | undefined> {
  const service = yield* findService(session, name);
  const knowsFile = session.knows("query-description-directory");
  const all = yield* serviceDirectories(paths);
  const directories = service === undefined || !knowsFile
    ? all
    : [yield* descriptionDirectory(paths, service.handle)];
  const index = new DropInIndex(all, io.files);
  const found = findDescription(name, directories, io.files, index);
  if (found.kind === "missing") {
    yield* tellLoadFailure(name, "no-description", paths, io);
    return undefined;
  }
  if (found.kind !== "found") {
    yield { kind: "error", lines: [problemLine(found.problem)] };
    return undefined;
  }
  const { source, bytes, dropIns } = found;
  const isModified = service !== undefined && (yield* isOther(session, service.handle, source));
  return { source, bytes, dropIns, isLoaded: service !== undefined, isModified };
}

/** Only managers from version 6 on tell the time of the file that they have read. */
function* isOther(
  session: Session,
  handle: Handle,
  { modifiedSeconds, modifiedNanoseconds }: DescriptionSource,
): Waiting<boolean> {
  const { descriptionTime } = yield* session.status(handle);
  const modified = { seconds: modifiedSeconds, nanoseconds: modifiedNanoseconds };
  return descriptionTime !== undefined && !isSameTime(descriptionTime, modified);
}
