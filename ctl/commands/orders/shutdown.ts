/**
 * `shutdown`: stop all services and end the manager, and with the system manager the machine's run.
 */
import { nearestName } from "../../../core/description/mod.ts";
import type { ShutdownType } from "../../../core/types.ts";
import { ClientError } from "../../interface/client_error.ts";
import { usesSystemSocket } from "../../connection/connect.ts";
import type { Command, CommandContext } from "../lookup/context.ts";

type WantedType = Exclude<ShutdownType, "remain">;

/** What may be asked for, as completions and faults list it. */
export const SHUTDOWN_TYPES: readonly WantedType[] = [
  "poweroff",
  "halt",
  "reboot",
  "soft-reboot",
  "kexec",
];

export const shutdown: Command = function* (context) {
  const { session, options } = context;
  yield* session.expect({ kind: "shutdown", type: wantedType(context) }, "ack");
  yield { kind: "progress", text: "Shutting down dinit..." };
  const text = "Connection closed.";
  yield* session.waitForEnd({ text: options.isQuiet ? "" : `${text}\n`, sleepMs: 0 });
  yield { kind: "progress", text };
  return 0;
};

/** Upstream always asks to halt; a person who shuts the machine down wants it off. */
export function wantedType({ operands, options, io }: CommandContext): WantedType {
  const [word] = operands;
  if (word === undefined) return usesSystemSocket(options, io) ? "poweroff" : "halt";
  const type = SHUTDOWN_TYPES.find((candidate) => candidate === word);
  if (type !== undefined) return type;
  const near = nearestName(word, SHUTDOWN_TYPES);
  throw new ClientError(
    `'${word}' is not a type of shutdown: allowed are ${SHUTDOWN_TYPES.join(", ")}.`,
    ...near === undefined ? [] : [`did you mean '${near}'?`],
  );
}
