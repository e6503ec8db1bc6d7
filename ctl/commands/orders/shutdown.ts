/**
 * `shutdown`: stop all services and end the manager, and with the system manager the machine's run.
 */
import { nearestName } from "../../../core/description/mod.ts";
import type { ShutdownType } from "../../../core/types.ts";
import { ClientError } from "../../interface/client_error.ts";
import type { AfterEnd, Waiting } from "../../interface/waits.ts";
import { eachInTurns } from "../../interface/waits.ts";
import type { Reporting } from "../../interface/report.ts";
import type { Session } from "../../connection/session.ts";
import { WaitProgress } from "./wait_progress.ts";
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
  yield* waitForShutdown(context, { text: options.isQuiet ? "" : `${text}\n`, sleepMs: 0 });
  yield { kind: "progress", text };
  return 0;
};

/**
 * Waits for the manager's end; a person at a terminal sees meanwhile what is waited for.
 *
 * @param after What is to be told if it comes.
 */
export function* waitForShutdown(
  { session, options, io }: Pick<CommandContext, "session" | "io"> & {
    readonly options: Pick<CommandContext["options"], "isQuiet">;
  },
  after: AfterEnd,
): Reporting<void> {
  const progress = new WaitProgress({ session, options, io }, SHUTDOWN_GOES_ON);
  yield* progress.begin();
  for (;;) {
    // Who is only a pipe for this program prints it by itself.
    const text = progress.isDrawn ? `${CLEAR_LINE}${after.text}` : after.text;
    if ((yield* session.waitForEnd({ ...after, text }, progress.pauseMs)) === "end") break;
    try {
      yield* progress.draw(yield* unstopped(session));
    } catch (error) {
      // The manager has ended in the middle of an answer.
      if (!(error instanceof ClientError)) throw error;
    }
  }
  yield* progress.finish();
}

const SHUTDOWN_GOES_ON = "The shutdown goes on; 'dinitctl watch' shows what stops.";

/** A line that was drawn is taken away: ECMA-48, EL. */
const CLEAR_LINE = "\r\x1b[K";

/** Services that a shutdown waits for: those that go down before those that are still up. */
function* unstopped(session: Session): Waiting<readonly string[]> {
  const active: string[] = [];
  const stopping: string[] = [];
  yield* eachInTurns(yield* session.list(), ({ name, status: { state } }) => {
    if (state === "stopping") stopping.push(name);
    else if (state !== "stopped") active.push(name);
  });
  return [...stopping, ...active];
}

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
