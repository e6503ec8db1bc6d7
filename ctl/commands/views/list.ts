/** `list`: the loaded services; with `--all` those too that only have a file. */
import { DropInIndex, splitName } from "../../../core/description/mod.ts";
import type { Session } from "../../connection/session.ts";
import type { ListedService } from "../../interface/report.ts";
import { eachInTurns, filterInTurns, PAUSE, type Waiting } from "../../interface/waits.ts";
import { stoppedBadly } from "../../render/text/state_text.ts";
import type { Command, CommandContext } from "../lookup/context.ts";
import { serviceDirectories } from "../lookup/description_file.ts";
import { installedServices } from "../lookup/installed_services.ts";
import { nameMatcher } from "../lookup/name_pattern.ts";

export const list: Command = function* (context) {
  const { session, operands, options } = context;
  let services = yield* withRemarks(session, yield* session.list());
  if (options.all) services = [...services, ...yield* unloadedServices(context, services)];
  const { names, missed } = yield* meantNames(operands, services);
  if (options.failedOnly) {
    services = yield* filterInTurns(
      services,
      ({ status }) => status !== undefined && stoppedBadly(status),
    );
  }
  if (operands.length > 0) services = yield* filterInTurns(services, ({ name }) => names.has(name));
  if (options.json) services = yield* withSummaries(session, services);
  yield { kind: "list", services };
  for (const pattern of missed) yield { kind: "no-match", pattern };
  return missed.length === 0 ? 0 : 1;
};

function* withRemarks(
  session: Session,
  services: readonly ListedService[],
): Waiting<readonly ListedService[]> {
  const remarks = yield* session.remarks();
  if (remarks.size === 0) return services;
  const told: ListedService[] = [];
  yield* eachInTurns(services, (service) => {
    told.push({ ...service, remark: remarks.get(service.name) });
  });
  return told;
}

/** Only programs are told what services are: the lines for people are upstream's. */
function* withSummaries(
  session: Session,
  services: readonly ListedService[],
): Waiting<readonly ListedService[]> {
  const summaries = yield* session.summaries();
  if (summaries.size === 0) return services;
  const described: ListedService[] = [];
  yield* eachInTurns(services, (service) => {
    described.push({ ...service, summary: summaries.get(service.name) });
  });
  return described;
}

interface MeantNames {
  readonly names: ReadonlySet<string>;
  /** Words that mean none. */
  readonly missed: readonly string[];
}

function* meantNames(
  words: readonly string[],
  services: readonly ListedService[],
): Waiting<MeantNames> {
  const names = new Set<string>();
  const missed: string[] = [];
  for (const word of words) {
    const isMeant = nameMatcher([word]);
    const meant = yield* filterInTurns(services, ({ name }) => isMeant(name));
    if (meant.length === 0) missed.push(word);
    yield* eachInTurns(meant, ({ name }) => names.add(name));
    yield PAUSE;
  }
  return { names, missed };
}

/** A file of which only instances (`NAME@ARGUMENT`) are loaded counts as loaded. */
function* unloadedServices(
  { session, io }: CommandContext,
  loaded: readonly ListedService[],
): Waiting<ListedService[]> {
  const known = new Set(loaded.map(({ name }) => splitName(name).base));
  const directories = yield* serviceDirectories({ session });
  const dropIns = new DropInIndex(directories, io.files);
  return installedServices(directories, io.files)
    .filter((name) => !known.has(name))
    .map((name) => {
      const { mask } = dropIns.beside(name);
      const remark = mask === undefined ? undefined : { health: undefined, mask };
      return { name, status: undefined, remark };
    });
}
