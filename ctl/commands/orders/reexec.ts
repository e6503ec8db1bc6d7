/** `reexec`: have the manager go on as another program, or as a newer file of its own. */
import { OWN_PROGRAM, TEXT_LIMIT_BYTES } from "../../../core/protocol/mod.ts";
import { encodeText } from "../../../core/text/byte_text.ts";
import { ClientError } from "../../interface/client_error.ts";
import type { Command } from "../lookup/context.ts";

export const reexec: Command = function* ({ session, operands }) {
  const program = operands[0] ?? OWN_PROGRAM;
  if (program !== OWN_PROGRAM && !program.startsWith("/")) {
    throw new ClientError(`'${program}' is no absolute path.`);
  }
  if (encodeText(program).length > TEXT_LIMIT_BYTES) {
    throw new ClientError(`the path has more than ${TEXT_LIMIT_BYTES} bytes.`);
  }
  if (!(yield* session.isExtended())) {
    throw new ClientError(
      "this manager cannot be upgraded in place: it is another program, or too old.",
    );
  }
  const reply = yield* session.expect({ kind: "reexec", program }, "ack", "nak", "bad-request");
  if (reply.kind === "ack") {
    yield { kind: "progress", text: "Manager upgraded." };
    return 0;
  }
  const lead = "the manager goes on as it was:";
  const causes = reply.kind === "nak" ? yield* session.causes() : ["It is too old to be upgraded"];
  yield { kind: "error", lines: [lead], causes };
  return 1;
};
