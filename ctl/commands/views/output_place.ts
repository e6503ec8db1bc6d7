/**
 * Where the output of a service goes when the manager keeps none of it: what to say instead.
 */
import { splitName } from "../../../core/description/mod.ts";
import { joinPath } from "../../../core/paths.ts";
import type { ClientIo } from "../../interface/io.ts";
import type { Session } from "../../connection/session.ts";
import type { Waiting } from "../../interface/waits.ts";
import { descriptionDirectory } from "../lookup/description_file.ts";
import { readingContext, readService, visibleEnvironment } from "../lookup/read_service.ts";
import type { LoadedService } from "../lookup/service_lookup.ts";

const KEEP = "set 'log-type' to 'buffer' in its description to have the manager keep it.";

/** Lines for a service whose output was asked for in vain. */
export function* noBufferLines(
  session: Session,
  service: LoadedService,
  io: ClientIo,
): Waiting<readonly string[]> {
  const { name } = service;
  const lead = `the manager keeps no output of service '${name}':`;
  if (!session.knows("query-description-directory")) {
    return [`${lead} its log-type is not 'buffer', or it runs no process.`, KEEP];
  }
  const directory = yield* descriptionDirectory({ session }, service.handle);
  const reading = readingContext(yield* visibleEnvironment(session), io);
  const read = yield* readService(name, [directory], reading);
  if (read.kind !== "read") {
    return [`${lead} its log-type is not 'buffer', or it runs no process.`, KEEP];
  }
  const { type, log, workingDirectory } = read.draft.body;
  if (type === "internal" || type === "triggered") {
    return [`${lead} it is of type '${type}' and runs no process.`];
  }
  switch (log.kind) {
    case "file": {
      const path = joinPath(workingDirectory, log.path);
      return [`${lead} it goes to the file ${path}`, `see it with 'tail -F ${path}'.`];
    }
    case "pipe":
      return [
        `${lead} it goes to another service, whose consumer-of is '${splitName(name).base}'.`,
      ];
    case "none":
      return [`${lead} its log-type is 'none', so it is dropped.`, KEEP];
    case "buffer":
      return [
        `${lead} its description was changed since it was loaded.`,
        `use 'dinitctl reload ${name}'.`,
      ];
  }
}
