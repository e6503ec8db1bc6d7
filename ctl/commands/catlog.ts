/** `catlog`: the buffered output of a service, as it is. */
import { ClientError } from "../client_error.ts";
import type { Command } from "./context.ts";
import { loadFailureReport, loadService } from "./service_lookup.ts";

export const catlog: Command = function* ({ session, operands, options, io }) {
  if (!session.knows("read-log")) {
    throw new ClientError("the manager is too old to show output (control protocol 1).");
  }
  const name = operands[0] ?? "";
  const service = loadService(session, name);
  if (service.kind === "failed") {
    yield loadFailureReport(name, service.fault, { session }, io);
    return 1;
  }
  const reply = session.expect(
    { kind: "read-log", handle: service.handle, clear: options.clear },
    "log",
    "nak",
  );
  if (reply.kind === "nak") {
    yield { kind: "error", lines: noBufferLines(name) };
    return 1;
  }
  yield { kind: "log-buffer", bytes: reply.bytes };
  return 0;
};

/** What to say when the manager keeps no output for a service. */
export function noBufferLines(name: string): readonly string[] {
  return [
    `the manager keeps no output of service '${name}': its log-type is not 'buffer', or it runs no process.`,
    "set 'log-type = buffer' in its description; or look where its log-type sends the output.",
  ];
}
