/** `reload`: read descriptions again. A service that is not loaded is loaded. */
import type { CommandRun, Report } from "../../interface/report.ts";
import type { Command, CommandContext } from "../lookup/context.ts";
import type { ManagerPaths } from "../lookup/description_file.ts";
import { namedServices } from "../lookup/named_services.ts";
import { findService, loadService, tellLoadFailure } from "../lookup/service_lookup.ts";

export const reload: Command = function* (context) {
  const paths: ManagerPaths = { session: context.session };
  let { names, exit } = yield* namedServices(context);
  for (const name of names) {
    context.session.renewPatience();
    if ((yield* reloadOne(context, paths, name)) === 1) exit = 1;
  }
  return exit;
};

function* reloadOne(
  { session, io }: CommandContext,
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
