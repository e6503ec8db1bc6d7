/** `status`: what is known of services that are loaded. */
import type {
  DescriptionFile,
  ExitCode,
  Reporting,
  ServiceDetails,
} from "../../interface/report.ts";
import { askManager, askUsage } from "../../connection/figures.ts";
import type { Waiting } from "../../interface/waits.ts";
import type { Command, CommandContext } from "../lookup/context.ts";
import {
  descriptionDirectory,
  descriptionFile,
  isSameTime,
  type ManagerPaths,
} from "../lookup/description_file.ts";
import { namedServices } from "../lookup/named_services.ts";
import { outputLines } from "../lookup/output_lines.ts";
import { findService } from "../lookup/service_lookup.ts";

/** Lines of output shown on a terminal when no number was given. */
const DEFAULT_LINES = 10;

export const status: Command = function* (context) {
  const lineCount = linesWanted(context);
  const { missing, exit } = context.options.json
    ? yield* statusTogether(context, lineCount)
    : yield* eachDetails(context, lineCount, function* (service, index) {
      const hasEarlier = index === 0 ? {} : { hasEarlier: true } as const;
      yield { kind: "status", services: [service], ...hasEarlier };
    });
  for (const service of missing) yield { kind: "not-loaded", service };
  return missing.length === 0 ? exit : 1;
};

/** In one text, which is JSON's. */
function* statusTogether(context: CommandContext, lineCount: number): Reporting<NamedOutcome> {
  const { found, ...outcome } = yield* namedDetails(context, lineCount);
  yield { kind: "status", services: found };
  return outcome;
}

interface NamedOutcome {
  /** Names of those that are not loaded. */
  readonly missing: readonly string[];
  readonly exit: ExitCode;
}

interface NamedDetails extends NamedOutcome {
  readonly found: readonly ServiceDetails[];
}

/**
 * What is known of all services that the operands name.
 *
 * @param lineCount Last lines of output that are wanted of each.
 */
export function* namedDetails(
  context: CommandContext,
  lineCount: number,
): Reporting<NamedDetails> {
  const found: ServiceDetails[] = [];
  const outcome = yield* eachDetails(context, lineCount, function* (details) {
    found.push(details);
  });
  return { found, ...outcome };
}

/**
 * Tells of each as soon as it is known: of fifty thousand not one has to wait for the others, and
 * the manager, where this may run, never has all of them in its memory.
 */
function* eachDetails(
  context: CommandContext,
  lineCount: number,
  tell: (details: ServiceDetails, index: number) => Reporting<void>,
): Reporting<NamedOutcome> {
  const { session } = context;
  const named = yield* namedServices(context);
  const hasFigures = named.names.size > 0 && (yield* askManager(session)) !== undefined;
  const paths: ManagerPaths = { session };
  const missing: string[] = [];
  let told = 0;
  for (const name of named.names) {
    session.renewPatience();
    const details = yield* serviceDetails(context, { paths, hasFigures, lineCount }, name);
    if (details === undefined) missing.push(name);
    else yield* tell(details, told++);
  }
  return { missing, exit: named.exit };
}

function* serviceDetails(
  context: CommandContext,
  { paths, hasFigures, lineCount }: {
    readonly paths: ManagerPaths;
    readonly hasFigures: boolean;
    readonly lineCount: number;
  },
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
    logLines: yield* outputLines(session, service.handle, lineCount),
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
