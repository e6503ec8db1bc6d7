/**
 * `enable --offline` and `disable --offline`: the files only, for a system that does not run.
 */
import { meantServiceInTurns, parseEnvironmentFile } from "../../../core/description/mod.ts";
import type { CtlOptions } from "../../words/options.ts";
import { isSystemTarget } from "../../connection/connect.ts";
import type { ClientIo } from "../../interface/io.ts";
import type { CommandRun, Report } from "../../interface/report.ts";
import { inTurns, type Waiting } from "../../interface/waits.ts";
import { enableVia, unreadableLines } from "./enable.ts";
import { makeEnablingSymlink, planEnablement } from "./enablement.ts";
import { offlineDirectories } from "./offline_directories.ts";
import { readingContext, type ReadService, readService, textOf } from "../lookup/read_service.ts";
import { literalName } from "../lookup/service_lookup.ts";

/** Environment file of the system manager. */
const SYSTEM_ENVIRONMENT = "/etc/dinit/environment";

/** Changes the link of a service. Needs no manager. */
export function* changeOffline(
  change: "enable" | "disable",
  toWord: string,
  options: CtlOptions,
  io: ClientIo,
): CommandRun {
  const toName = yield* literalName(undefined, toWord);
  const isSystem = isSystemTarget(options, io);
  const directories = offlineDirectories(options, io);
  const reading = readingContext(isSystem ? systemEnvironment(io) : new Map(), io);

  const to = yield* readService(toName, directories, reading);
  if (to.kind !== "read") {
    yield yield* missingReport(toName, to, directories, io);
    return 1;
  }
  const fromName = options.from ?? enableVia(to);
  if (fromName.includes("@")) {
    const lines = [`cannot ${change} from '${fromName}': it must be a service without argument.`];
    yield { kind: "error", lines };
    return 1;
  }
  const from = yield* readService(fromName, directories, reading);
  if (from.kind !== "read") {
    yield yield* missingReport(fromName, from, directories, io);
    return 1;
  }
  const plan = planEnablement(toName, { name: fromName, read: from }, io.files);
  if (plan.kind === "refused") {
    yield { kind: "error", lines: plan.lines };
    return 1;
  }

  if (change === "disable") {
    const fault = plan.existing === undefined
      ? "service not currently enabled"
      : removalFault(plan.existing, io);
    if (fault === undefined) yield { kind: "service-done", service: toName, done: "disabled" };
    else yield { kind: "error", lines: [fault] };
    return fault === undefined ? 0 : 1;
  }
  if (plan.existing !== undefined) {
    yield { kind: "error", lines: ["service already enabled."] };
    return 1;
  }
  const target = { name: toName, file: to.source.file };
  const fault = makeEnablingSymlink(target, plan.directory, io.files);
  if (fault !== undefined) {
    yield { kind: "error", lines: [fault] };
    return 1;
  }
  yield { kind: "service-done", service: toName, done: "enabled" };
  return 0;
}

function systemEnvironment(io: ClientIo): ReadonlyMap<string, string> {
  const text = textOf(SYSTEM_ENVIRONMENT, io);
  return parseEnvironmentFile(SYSTEM_ENVIRONMENT, text, new Map()).changes.set;
}

function* missingReport(
  name: string,
  read: Exclude<ReadService, { kind: "read" }>,
  searched: readonly string[],
  io: ClientIo,
): Waiting<Report> {
  if (read.kind === "faulty") return { kind: "error", lines: unreadableLines(name, read) };
  const meant = yield* inTurns(meantServiceInTurns(name, searched, io.files));
  const fault = "no-description";
  return { kind: "load-failed", service: name, fault, causes: [], searched, meant };
}

function removalFault(path: string, io: ClientIo): string | undefined {
  const why = io.files.remove(path);
  return why === undefined ? undefined : `cannot remove link ${path}: ${why}.`;
}
