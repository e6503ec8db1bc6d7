/** `unpin`: remove the pins of a service. */
import type { Command } from "./context.ts";
import { loadFailureReport, loadService } from "./service_lookup.ts";

export const unpin: Command = function* ({ session, operands, io }) {
  const name = operands[0] ?? "";
  const service = loadService(session, name);
  if (service.kind === "failed") {
    yield loadFailureReport(name, service.fault, { session }, io);
    return 1;
  }
  session.expect({ kind: "unpin", handle: service.handle }, "ack");
  yield { kind: "service-done", service: name, done: "unpinned" };
  return 0;
};
