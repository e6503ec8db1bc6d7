/**
 * `enable` and `disable` through a manager: the link in the file system and the dependency in the
 * manager, so that the change holds now and at the next boot.
 */
import type { Handle, ReportedStatus } from "../../../core/protocol/mod.ts";
import { ClientError } from "../../interface/client_error.ts";
import type { CommandRun, ExitCode, Reporting } from "../../interface/report.ts";
import type { Waiting } from "../../interface/waits.ts";
import type { Session } from "../../connection/session.ts";
import type { Command, CommandContext } from "../lookup/context.ts";
import { descriptionDirectory, type ManagerPaths } from "../lookup/description_file.ts";
import { DEFAULT_FROM, makeEnablingSymlink, planEnablement } from "./enablement.ts";
import { waitForStart } from "../orders/order.ts";
import {
  managerEnvironment,
  readingContext,
  type ReadService,
  readService,
} from "../lookup/read_service.ts";
import {
  literalName,
  type LoadedService,
  loadService,
  presentService,
  tellLoadFailure,
} from "../lookup/service_lookup.ts";

type Change = "enable" | "disable";

export const enable: Command = (context) => changeEnabling(context, "enable");
export const disable: Command = (context) => changeEnabling(context, "disable");

/** A service and what its file says now. */
interface KnownService {
  readonly service: LoadedService;
  readonly directory: string;
}

function* changeEnabling(context: CommandContext, change: Change): CommandRun {
  const { session, operands, options, io } = context;
  const toName = yield* literalName(session, operands[0] ?? "");
  checkSources(session, options.from, change);
  const reading = readingContext(yield* managerEnvironment(session), io);
  const paths: ManagerPaths = { session };

  const to = yield* known(context, paths, { name: toName, change });
  if (to === undefined) return 1;
  const toRead = yield* readService(toName, [to.directory], reading);
  const fromName = options.from ?? enableVia(toRead);
  checkSources(session, fromName, change);
  if (fromName === toName) {
    yield { kind: "error", lines: [`cannot ${change} service '${toName}' from itself.`] };
    return 1;
  }
  const from = yield* known(context, paths, { name: fromName, change });
  if (from === undefined) return 1;
  const fromRead = yield* readService(fromName, [from.directory], reading);
  if (fromRead.kind !== "read") {
    yield { kind: "error", lines: unreadableLines(fromName, fromRead) };
    return 1;
  }
  const plan = planEnablement(toName, { name: fromName, read: fromRead }, io.files);
  if (plan.kind === "refused") {
    yield { kind: "error", lines: plan.lines };
    return 1;
  }
  if (change === "disable") {
    return yield* disableNow(context, { from: from.service, to: to.service, ...plan });
  }
  if (plan.existing !== undefined) {
    yield { kind: "error", lines: ["service already enabled."] };
    return 1;
  }
  if (toRead.kind !== "read") {
    yield { kind: "error", lines: unreadableLines(toName, toRead) };
    return 1;
  }
  if (from.service.state !== "started") {
    yield { kind: "remark", text: "warning: enabling dependency for non-started service" };
  }
  return yield* enableNow(context, {
    from: from.service,
    to: to.service,
    directory: plan.directory,
    file: toRead.source.file,
  });
}

/** What FROM and the manager must be, whatever is enabled. */
function checkSources(session: Session, from: string | undefined, change: Change): void {
  if (from?.includes("@")) {
    throw new ClientError(
      `cannot ${change} from '${from}': it must be a service without argument.`,
    );
  }
  if (!session.knows("query-description-directory")) {
    throw new ClientError(
      "the manager is too old for this (control protocol 3 is needed); use --offline.",
    );
  }
}

function* known(
  { session, io }: CommandContext,
  paths: ManagerPaths,
  { name, change }: { readonly name: string; readonly change: Change },
): Reporting<KnownService | undefined> {
  const find = change === "enable" ? loadService : presentService;
  const service = yield* find(session, name);
  if (service.kind === "failed") {
    yield* tellLoadFailure(name, service.fault, paths, io);
    return undefined;
  }
  return { service, directory: yield* descriptionDirectory(paths, service.handle) };
}

/** The setting of the service, or the default. */
export function enableVia(read: ReadService): string {
  return (read.kind === "read" ? read.draft.body.enableVia : undefined) ?? DEFAULT_FROM;
}

/** What to say of a description that could be loaded once and cannot be read now. */
export function unreadableLines(
  name: string,
  read: Exclude<ReadService, { kind: "read" }>,
): readonly string[] {
  if (read.kind === "missing") return [`cannot find the description of service '${name}'.`];
  return [`cannot read the description of service '${name}':`, ...read.lines];
}

interface Enabling {
  readonly from: LoadedService;
  readonly to: LoadedService;
  readonly directory: string;
}

function* enableNow(
  context: CommandContext,
  work: Enabling & { readonly file: string },
): CommandRun {
  const { session, io } = context;
  const { from, to } = work;
  session.forgetEvents(to.handle);
  const status = yield* addDependency(session, from.handle, to.handle);
  if (status === "refused") {
    yield {
      kind: "error",
      lines: [
        `cannot enable service '${to.name}': '${from.name}' would depend on itself through it.`,
      ],
    };
    return 1;
  }
  const target = { name: to.name, file: work.file };
  const fault = makeEnablingSymlink(target, work.directory, io.files);
  if (fault !== undefined) {
    yield {
      kind: "error",
      lines: [fault, `it is enabled until the manager ends, not for longer.`],
    };
    return 1;
  }
  yield { kind: "service-done", service: to.name, done: "enabled" };
  const current = status ?? (yield* session.status(to.handle, 5));
  if (current.state === "started") return 0;
  const isToStart = current.target === "started" || session.hasEvent(to.handle, "failed");
  return isToStart ? yield* waitForStart(context, to) : 0;
}

/** @returns undefined: added, and its state is to be asked for. */
function* addDependency(
  session: Session,
  from: Handle,
  to: Handle,
): Waiting<ReportedStatus | "refused" | undefined> {
  const ends = { dependency: "waits-for", from, to } as const;
  if (!session.knows("enable-7")) {
    const reply = yield* session.expect({ kind: "enable", ...ends }, "ack", "nak");
    return reply.kind === "nak" ? "refused" : undefined;
  }
  const reply = yield* session.expect({ kind: "enable-7", ...ends }, "status", "nak");
  return reply.kind === "nak" ? "refused" : reply.status;
}

function* disableNow(
  { session, io }: CommandContext,
  { from, to, existing }: Enabling & { readonly existing: string | undefined },
): CommandRun {
  const ends = { dependency: "waits-for", from: from.handle, to: to.handle } as const;
  const reply = yield* session.expect({ kind: "remove-dependency", ...ends }, "ack", "nak");
  if (reply.kind === "nak") {
    yield { kind: "error", lines: ["service not currently enabled"] };
    return 1;
  }
  const fault = existing === undefined
    ? `there is no entry for '${to.name}' in the directory`
    : io.files.remove(existing);
  if (fault !== undefined) {
    yield {
      kind: "error",
      lines: [
        `cannot remove link ${existing ?? ""}`.trimEnd() + `: ${fault}.`,
        "it is disabled until the manager ends, not for longer.",
      ],
    };
    return 1;
  }
  const status = yield* session.status(to.handle, 5);
  yield { kind: "service-done", service: to.name, done: "disabled" };
  if (status.target === "started") {
    yield { kind: "remark", text: "note: disabled service may have other dependents" };
  }
  return 0 satisfies ExitCode;
}
