/**
 * A service as clients see it: the snapshot that goes with a notification or answers a question.
 */
import type { ServiceStatus } from "../../command.ts";
import type { ConsoleQueue } from "../effects/console_queue.ts";
import type { ServiceRecord } from "./record.ts";
import { isSupervised } from "./terms.ts";

/** @param console Where it is known who has the console. */
export function statusOf(
  service: ServiceRecord,
  console: Pick<ConsoleQueue, "owner">,
): ServiceStatus {
  return {
    state: service.state,
    target: service.target,
    waitsForConsole: service.phase === "waiting-for-console",
    hasConsole: console.owner === service,
    startSkipped: service.isStartSkipped,
    marked: service.isMarked,
    pid: pidOf(service),
    reason: reasonOf(service),
    execFailure: service.execFailure,
    exit: service.exit,
  };
}

/** An end that `success-status` names is none that clients should take for a failure. */
function reasonOf(service: ServiceRecord): ServiceStatus["reason"] {
  const { presence, reason, hasGoneWrong, description } = service;
  if (presence.kind === "broken") return "failed";
  const isGood = !hasGoneWrong && description.successStatus.length > 0;
  return reason === "terminated" && isGood ? "normal" : reason;
}

/** The main process; while a stop script runs, that. */
function pidOf(service: ServiceRecord): ServiceStatus["pid"] {
  if (service.main.phase === "ended") return 0;
  if (service.main.pid !== 0 || isSupervised(service)) return service.main.pid;
  return service.stopper.pid;
}
