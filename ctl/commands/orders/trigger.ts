/** `trigger` and `untrigger`: set and clear the triggers of triggered services. */
import type { CommandRun } from "../../interface/report.ts";
import { ClientError } from "../../interface/client_error.ts";
import type { Command, CommandContext } from "../lookup/context.ts";
import { namedServices } from "../lookup/named_services.ts";
import { loadService, tellLoadFailure } from "../lookup/service_lookup.ts";

export const trigger: Command = (context) => setTriggers(context, true);
export const untrigger: Command = (context) => setTriggers(context, false);

function* setTriggers(context: CommandContext, on: boolean): CommandRun {
  const { session, io } = context;
  if (!session.knows("set-trigger")) {
    throw new ClientError("the manager is too old for triggers (control protocol 1).");
  }
  let { names, exit } = yield* namedServices(context);
  for (const name of names) {
    const service = yield* loadService(session, name);
    if (service.kind === "failed") {
      yield* tellLoadFailure(name, service.fault, { session }, io);
      exit = 1;
      continue;
    }
    const reply = yield* session.expect(
      { kind: "set-trigger", handle: service.handle, on },
      "ack",
      "nak",
    );
    if (reply.kind === "ack") continue;
    const verb = on ? "trigger" : "untrigger";
    yield {
      kind: "error",
      lines: [
        `cannot ${verb} service '${name}': it is not of type 'triggered'` +
        `${on ? ", nor a started one with a timer" : ""}.`,
      ],
    };
    exit = 1;
  }
  return exit;
}
