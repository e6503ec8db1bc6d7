/** `is-started` and `is-failed`: an exit status for scripts. */
import type { ReportedStatus } from "../../../core/protocol/mod.ts";
import type { StopReason } from "../../../core/types.ts";
import type { CommandRun } from "../../interface/report.ts";
import type { Command, CommandContext } from "../lookup/context.ts";
import { descriptionDirectory } from "../lookup/description_file.ts";
import { findService, literalName } from "../lookup/service_lookup.ts";

/** Reasons that a failed start leaves; a process that ended after the start does not count. */
const START_FAILURES: readonly StopReason[] = [
  "dependency-failed",
  "failed",
  "exec-failed",
  "timed-out",
];

export const isStarted: Command = (context) =>
  answer(context, (status) => status.state === "started");

export const isFailed: Command = (context) =>
  answer(context, (status) => status.state === "stopped" && START_FAILURES.includes(status.reason));

function* answer(
  { session, operands, options }: CommandContext,
  holds: (status: ReportedStatus) => boolean,
): CommandRun {
  const service = yield* findService(session, yield* literalName(session, operands[0] ?? ""));
  if (service === undefined) return 1;
  // Upstream's client asks this too; it makes sure that the record has a description behind it.
  if (session.knows("query-description-directory")) {
    yield* descriptionDirectory({ session }, service.handle);
  }
  const status = yield* session.status(service.handle);
  if (!options.isQuiet) yield { kind: "state-name", state: status.state };
  return holds(status) ? 0 : 1;
}
