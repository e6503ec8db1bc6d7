/** `refresh`: have running services read their own configuration again. */
import { ClientError } from "../../interface/client_error.ts";
import type { CommandRun } from "../../interface/report.ts";
import type { Command, CommandContext } from "../lookup/context.ts";
import { namedServices } from "../lookup/named_services.ts";
import { findService } from "../lookup/service_lookup.ts";

export const refresh: Command = function* (context) {
  let { names, exit } = yield* namedServices(context);
  for (const name of names) {
    context.session.renewPatience();
    if ((yield* refreshOne(context, name)) === 1) exit = 1;
  }
  return exit;
};

/** One that is not loaded does not run. */
function* refreshOne({ session }: CommandContext, name: string): CommandRun {
  const service = yield* findService(session, name);
  if (service === undefined) {
    yield { kind: "not-loaded", service: name };
    return 1;
  }
  const request = { kind: "refresh", handle: service.handle } as const;
  const reply = yield* session.expectDone(request, "ack", "nak", "service-name");
  switch (reply.kind) {
    case "ack":
      yield { kind: "service-done", service: name, done: "refreshed" };
      return 0;
    case "nak": {
      const lines = [`cannot refresh service '${name}':`];
      yield { kind: "error", lines, causes: yield* session.causes() };
      return 1;
    }
    case "service-name":
      throw new ClientError(
        "this manager refreshes no services: it is another program, or too old.",
        "'dinitctl signal HUP SERVICE' may do the same.",
      );
  }
}
