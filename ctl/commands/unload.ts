/** `unload`: have the manager forget a stopped service. */
import type { Command } from "./context.ts";
import { findService } from "./service_lookup.ts";

export const unload: Command = function* ({ session, operands }) {
  const name = operands[0] ?? "";
  const service = findService(session, name);
  if (service === undefined) {
    yield { kind: "not-loaded", service: name };
    return 1;
  }
  const reply = session.expect({ kind: "unload", handle: service.handle }, "ack", "nak");
  if (reply.kind === "nak") {
    const lines = [`cannot unload service '${name}': ${reason(service.state)}`];
    yield { kind: "error", lines };
    return 1;
  }
  yield { kind: "service-done", service: name, done: "unloaded" };
  return 0;
};

function reason(state: string): string {
  if (state !== "stopped") return `it is not stopped; stop it first.`;
  return "a loaded service depends on it, or another client is using it.";
}
