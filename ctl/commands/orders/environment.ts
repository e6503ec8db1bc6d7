/** `setenv` and `unsetenv`: the environment that services started from now on get. */
import { encodeText, TEXT_LIMIT_BYTES } from "../../../core/protocol/mod.ts";
import { ClientError } from "../../interface/client_error.ts";
import type { Session } from "../../connection/session.ts";
import type { Waiting } from "../../interface/waits.ts";
import type { Command } from "../lookup/context.ts";

export const setVariables: Command = function* ({ session, operands, io }) {
  for (const operand of operands) {
    const name = operand.split("=", 1)[0] ?? "";
    if (name === "") {
      yield { kind: "error", lines: [`cannot set '${operand}': the name is empty.`] };
      return 1;
    }
    const text = operand.includes("=") ? operand : `${operand}=${io.env(operand) ?? ""}`;
    if (encodeText(text).length > TEXT_LIMIT_BYTES) {
      const limit = `name and value together have at most ${TEXT_LIMIT_BYTES} bytes`;
      yield { kind: "error", lines: [`cannot set variable '${name}': ${limit}.`] };
      return 1;
    }
    yield* send(session, text, `cannot set variable '${name}'`);
  }
  return 0;
};

export const unsetVariables: Command = function* ({ session, operands }) {
  for (const name of operands) {
    if (name.includes("=")) {
      yield { kind: "error", lines: [`cannot unset '${name}': a name has no '='.`] };
      return 1;
    }
    if (encodeText(name).length > TEXT_LIMIT_BYTES) {
      yield {
        kind: "error",
        lines: [`cannot unset a variable of more than ${TEXT_LIMIT_BYTES} bytes.`],
      };
      return 1;
    }
    yield* send(session, name, `cannot unset variable '${name}'`);
  }
  return 0;
};

function* send(session: Session, text: string, failure: string): Waiting<void> {
  const reply = yield* session.expect({ kind: "set-environment", text }, "ack", "bad-request");
  if (reply.kind === "bad-request") throw new ClientError(`${failure}: the manager refused it.`);
}
