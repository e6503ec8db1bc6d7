/**
 * `reload`: read descriptions again. A service that is not loaded is loaded. Several are reloaded
 * in one step, where the manager can do that.
 */
import { goesWrong } from "../../../core/planned.ts";
import { ClientError } from "../../interface/client_error.ts";
import { takesOrdersTogether } from "../../connection/extensions.ts";
import type { Session } from "../../connection/session.ts";
import type { CommandRun, Report } from "../../interface/report.ts";
import type { Command, CommandContext } from "../lookup/context.ts";
import type { ManagerPaths } from "../lookup/description_file.ts";
import { namedServices } from "../lookup/named_services.ts";
import { findService, loadService, tellLoadFailure } from "../lookup/service_lookup.ts";

export const reload: Command = function* (context) {
  if (context.options.changed) return yield* reloadChanged(context);
  const paths: ManagerPaths = { session: context.session };
  let { names, exit } = yield* namedServices(context);
  if (names.size > 1 && (yield* takesOrdersTogether(context.session))) {
    return (yield* reloadTogether(context, names)) === 1 ? 1 : exit;
  }
  for (const name of names) {
    context.session.renewPatience();
    if ((yield* reloadOne(context, paths, name)) === 1) exit = 1;
  }
  return exit;
};

/** All whose files are others now: the plan first, then in one step. */
function* reloadChanged(context: CommandContext): CommandRun {
  const { session } = context;
  if (!(yield* takesOrdersTogether(session))) {
    const lead = "this manager cannot tell which descriptions have changed:";
    throw new ClientError(`${lead} name the services that are to be reloaded.`);
  }
  yield* session.expect({ kind: "plan-reload" }, "ack");
  session.renewPatience();
  const { plan } = yield* session.expect({ kind: "plan" }, "plan");
  if (goesWrong(plan)) {
    yield { kind: "plan", plan };
    yield { kind: "error", lines: ["nothing was reloaded."] };
    return 1;
  }
  const names = new Set(plan.reloads.map(({ service }) => service));
  if (names.size === 0) {
    yield { kind: "progress", text: "No description has changed." };
    return 0;
  }
  yield { kind: "plan", plan };
  return yield* reloadTogether(context, names);
}

function* reloadTogether({ session }: CommandContext, names: ReadonlySet<string>): CommandRun {
  for (const name of names) {
    session.renewPatience();
    const order = { kind: "plan-order", verb: "reload", name, pin: false, force: false } as const;
    const { kind } = yield* session.expect(order, "ack", "nak");
    if (kind === "nak") return yield* refuseAll(session);
  }
  session.renewPatience();
  const { kind } = yield* session.expect({ kind: "reload-together" }, "ack", "nak");
  if (kind === "nak") return yield* refuseAll(session);
  for (const service of names) yield { kind: "service-done", service, done: "reloaded" };
  return 0;
}

function* refuseAll(session: Session): CommandRun {
  const lines = ["cannot reload the services, so all stay as they are:"];
  yield { kind: "error", lines, causes: yield* session.causes() };
  return 1;
}

/** Reloads one, or loads it; tells what comes of it. */
export function* reloadOne(
  { session, io }: Pick<CommandContext, "session" | "io">,
  paths: ManagerPaths,
  name: string,
): CommandRun {
  const found = yield* findService(session, name);
  if (found === undefined) {
    const loaded = yield* loadService(session, name);
    if (loaded.kind === "failed") {
      yield* tellLoadFailure(name, loaded.fault, paths, io);
      return 1;
    }
  } else {
    const reply = yield* session.expect({ kind: "reload", handle: found.handle }, "ack", "nak");
    if (reply.kind === "nak") {
      yield refusal(name, yield* session.causes());
      return 1;
    }
  }
  yield { kind: "service-done", service: name, done: "reloaded" };
  return 0;
}

function refusal(name: string, causes: readonly string[]): Report {
  const lead = `cannot reload service '${name}':`;
  if (causes.length > 0) return { kind: "error", lines: [lead], causes };
  return {
    kind: "error",
    lines: [
      `${lead} its description has an error, it changes what a started service cannot change, or another client is using the service.`,
      `check it with 'dinit-check ${name}'; the manager's log says more.`,
    ],
  };
}
