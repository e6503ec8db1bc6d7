/** `status`: what is known of services that are loaded. */
import { decodeText, type Handle } from "../../../core/protocol/mod.ts";
import type { DescriptionFile, ServiceDetails } from "../../interface/report.ts";
import { askManager, askUsage } from "../../connection/figures.ts";
import type { Session } from "../../connection/session.ts";
import type { Waiting } from "../../interface/waits.ts";
import type { Command, CommandContext } from "../lookup/context.ts";
import {
  descriptionDirectory,
  descriptionFile,
  isSameTime,
  type ManagerPaths,
} from "../lookup/description_file.ts";
import { lastLines } from "./last_lines.ts";
import { namedServices } from "../lookup/named_services.ts";
import { findService } from "../lookup/service_lookup.ts";

/** Lines of output shown on a terminal when no number was given. */
const DEFAULT_LINES = 10;

export const status: Command = function* (context) {
  const { session } = context;
  const named = yield* namedServices(context);
  const hasFigures = named.names.size > 0 && (yield* askManager(session)) !== undefined;
  const paths: ManagerPaths = { session };
  const found: ServiceDetails[] = [];
  const missing: string[] = [];
  for (const name of named.names) {
    session.renewPatience();
    const details = yield* serviceDetails(context, { paths, hasFigures }, name);
    if (details === undefined) missing.push(name);
    else found.push(details);
  }
  if (found.length > 0 || context.options.json) yield { kind: "status", services: found };
  for (const service of missing) yield { kind: "not-loaded", service };
  return missing.length === 0 ? named.exit : 1;
};

function* serviceDetails(
  context: CommandContext,
  { paths, hasFigures }: { readonly paths: ManagerPaths; readonly hasFigures: boolean },
  name: string,
): Waiting<ServiceDetails | undefined> {
  const { session } = context;
  const service = yield* findService(session, name);
  if (service === undefined) return undefined;
  const directory = session.knows("query-description-directory")
    ? yield* descriptionDirectory(paths, service.handle)
    : undefined;
  const current = yield* session.status(service.handle);
  const details = yield* session.details(service.handle);
  // It may have been asked for by another of its names.
  const own = details?.name ?? name;
  return {
    name: own,
    status: current,
    file: directory === undefined ? undefined : describedFile(directory, own, current, context),
    details,
    usage: hasFigures ? yield* askUsage(session, own) : undefined,
    logLines: yield* outputLines(session, service.handle, linesWanted(context)),
  };
}

function describedFile(
  directory: string,
  name: string,
  { descriptionTime }: ServiceDetails["status"],
  { io }: CommandContext,
): DescriptionFile {
  const { path, modified, isMissing } = descriptionFile(directory, name, io.files);
  const canTell = modified !== undefined && descriptionTime !== undefined;
  const isModified = canTell ? !isSameTime(modified, descriptionTime) : undefined;
  return { path, isModified, isMissing };
}

/** Scripts get no output of the service, unless they ask for it. */
function linesWanted({ options, io }: CommandContext): number {
  return options.lines ?? (io.isOutTerminal ? DEFAULT_LINES : 0);
}

/** undefined: none wanted, or the manager keeps none for this service. */
function* outputLines(
  session: Session,
  handle: Handle,
  count: number,
): Waiting<readonly string[] | undefined> {
  if (count === 0 || !session.knows("read-log")) return undefined;
  const reply = yield* session.expect({ kind: "read-log", handle, clear: false }, "log", "nak");
  if (reply.kind === "nak") return undefined;
  const text = decodeText(lastLines(reply.bytes, count)).replace(/\n$/, "");
  return text === "" ? [] : text.split("\n");
}
