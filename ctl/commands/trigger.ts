/** `trigger` and `untrigger`: set and clear the trigger of a triggered service. */
import type { CommandRun } from "../report.ts";
import { ClientError } from "../client_error.ts";
import type { Command, CommandContext } from "./context.ts";
import { loadFailureReport, loadService } from "./service_lookup.ts";

export const trigger: Command = (context) => setTrigger(context, true);
export const untrigger: Command = (context) => setTrigger(context, false);

function* setTrigger({ session, operands, io }: CommandContext, on: boolean): CommandRun {
  if (!session.knows("set-trigger")) {
    throw new ClientError("the manager is too old for triggers (control protocol 1).");
  }
  const name = operands[0] ?? "";
  const service = loadService(session, name);
  if (service.kind === "failed") {
    yield loadFailureReport(name, service.fault, { session }, io);
    return 1;
  }
  const reply = session.expect({ kind: "set-trigger", handle: service.handle, on }, "ack", "nak");
  if (reply.kind === "ack") return 0;
  const verb = on ? "trigger" : "untrigger";
  yield {
    kind: "error",
    lines: [`cannot ${verb} service '${name}': it is not of type 'triggered'.`],
  };
  return 1;
}
