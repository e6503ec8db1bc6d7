/** `report`: what the manager was given last, for whoever is to find out why it did what it did. */
import { ClientError } from "../../interface/client_error.ts";
import type { Command } from "../lookup/context.ts";

export const report: Command = function* ({ session, operands, io }) {
  const answer = yield* session.expect({ kind: "report" }, "report", "service-name", "nak");
  if (answer.kind !== "report") {
    throw new ClientError("this manager keeps no report: only a manager of this program does.");
  }
  const [path] = operands;
  if (path === undefined) {
    yield { kind: "output", bytes: new TextEncoder().encode(answer.text) };
    return 0;
  }
  const why = io.files.makeFile(path, answer.text);
  if (why !== undefined) throw new ClientError(`cannot write ${path}: ${why}`);
  yield { kind: "progress", text: `Wrote ${path}.` };
  return 0;
};
