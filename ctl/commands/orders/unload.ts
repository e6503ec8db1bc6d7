/** `unload`: have the manager forget stopped services. */
import type { Command } from "../lookup/context.ts";
import { namedServices } from "../lookup/named_services.ts";
import { findService } from "../lookup/service_lookup.ts";

export const unload: Command = function* (context) {
  const { session } = context;
  let { names, exit } = yield* namedServices(context);
  for (const name of names) {
    const service = yield* findService(session, name);
    if (service === undefined) {
      yield { kind: "not-loaded", service: name };
      exit = 1;
      continue;
    }
    const reply = yield* session.expect({ kind: "unload", handle: service.handle }, "ack", "nak");
    if (reply.kind === "ack") yield { kind: "service-done", service: name, done: "unloaded" };
    else {
      const causes = yield* session.causes();
      const lead = `cannot unload service '${name}':`;
      yield causes.length > 0
        ? { kind: "error", lines: [lead], causes }
        : { kind: "error", lines: [`${lead} ${reason(service.state)}`] };
      exit = 1;
    }
  }
  return exit;
};

function reason(state: string): string {
  if (state !== "stopped") return `it is not stopped; stop it first.`;
  return "a loaded service depends on it, or another client is using it.";
}
