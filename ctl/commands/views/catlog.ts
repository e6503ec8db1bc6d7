/** `catlog`: the buffered output of a service, as it is. */
import { ClientError } from "../../interface/client_error.ts";
import type { Command } from "../lookup/context.ts";
import { noBufferLines } from "./output_place.ts";
import { literalName, loadService, tellLoadFailure } from "../lookup/service_lookup.ts";

export const catlog: Command = function* ({ session, operands, options, io }) {
  if (!session.knows("read-log")) {
    throw new ClientError("the manager is too old to show output (control protocol 1).");
  }
  const name = yield* literalName(session, operands[0] ?? "");
  const service = yield* loadService(session, name);
  if (service.kind === "failed") {
    yield* tellLoadFailure(name, service.fault, { session }, io);
    return 1;
  }
  const reply = yield* session.expect(
    { kind: "read-log", handle: service.handle, clear: options.clear },
    "log",
    "nak",
  );
  if (reply.kind === "nak") {
    yield { kind: "error", lines: yield* noBufferLines(session, service, io) };
    return 1;
  }
  yield { kind: "log-buffer", bytes: reply.bytes };
  return 0;
};
