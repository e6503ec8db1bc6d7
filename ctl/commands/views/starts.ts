/**
 * `blame`, `critical-path` and `boot-chart`: how long services took to start, and what they waited
 * for.
 */
import { lastTarget, startChain } from "../../../core/figures/start_chain.ts";
import type { StartReport } from "../../../core/figures/start_times.ts";
import { ClientError } from "../../interface/client_error.ts";
import type { Session } from "../../connection/session.ts";
import type { Waiting } from "../../interface/waits.ts";
import type { Command } from "../lookup/context.ts";
import { literalName } from "../lookup/service_lookup.ts";

export const blame: Command = function* ({ session }) {
  yield { kind: "blame", starts: yield* askStarts(session) };
  return 0;
};

export const criticalPath: Command = function* ({ session, operands }) {
  const [word] = operands;
  const given = word === undefined ? undefined : yield* literalName(session, word);
  const starts = yield* askStarts(session);
  const service = given ?? lastTarget(starts, starts.targets) ?? starts.targets[0];
  if (service === undefined) {
    throw new ClientError("this manager was started for no service: name the one that is meant.");
  }
  if (!starts.services.some(({ name }) => name === service)) {
    yield { kind: "not-loaded", service };
    return 1;
  }
  if (startChain(starts, service).length === 0) {
    throw new ClientError(`service '${service}' was not started since it was loaded.`);
  }
  yield { kind: "critical-path", starts, service };
  return 0;
};

export const bootChart: Command = function* ({ session }) {
  yield { kind: "boot-chart", starts: yield* askStarts(session) };
  return 0;
};

/** @throws {ClientError} When the manager does not know. */
export function* askStarts(session: Session): Waiting<StartReport> {
  const answer = yield* session.expect({ kind: "query-starts" }, "starts", "service-name", "nak");
  if (answer.kind === "starts") return answer.report;
  throw new ClientError(
    "not known here: this manager does not note how services start, only one of this program does.",
  );
}
