/**
 * What is to be reported of a process that another manager had launched: the events that it would
 * have come to know, in the order in which they happened.
 */
import type { Event, ProcessRole } from "../event.ts";
import type { ProcessRecord } from "../service/record/record.ts";
import { NO_EXIT } from "../service/record/record.ts";
import { type ServiceId, unreachable } from "../types.ts";
import type {
  EndedProcess,
  FoundProcess,
  GoneProcess,
  LivingProcess,
  ObservedProcess,
} from "./observation.ts";

/** Whose process it is. */
export interface ProcessOwner {
  readonly service: ServiceId;
  readonly role: ProcessRole;
}

/** What the record of a process says of it. */
type Known = Pick<ProcessRecord, "phase" | "isTracked">;

/** What there is to report of a process that the record knows by its number. */
export function reportsOfKnown(
  owner: ProcessOwner,
  known: Readonly<Known>,
  now: ObservedProcess,
): readonly Event[] {
  switch (known.phase) {
    case "none":
      return [];
    case "launching":
      return now.kind === "gone" ? endedOnTheWay(owner, now) : reportsOfLaunched(owner, now);
    case "running":
      return reportsOfRunning(owner, now);
    case "ended":
      // How it ended was reported; only whether it had executed its program was not.
      return [now.kind === "gone" ? executed(owner) : executionOf(owner, now)];
    case "daemon":
      // Nobody waits for the end of one that is not tracked.
      return known.isTracked && now.kind !== "alive" ? [endOf(owner, now)] : [];
    default:
      return unreachable(known.phase);
  }
}

/** What there is to report of a process that no record knows, once its service has taken it. */
export function reportsOfFound(found: FoundProcess): readonly Event[] {
  const { service, role, pid, now } = found;
  return [{ kind: "spawned", service, role, pid }, ...reportsOfLaunched(found, now)];
}

function reportsOfLaunched(
  owner: ProcessOwner,
  now: LivingProcess | EndedProcess,
): readonly Event[] {
  if (now.execution.kind === "failed") return [executionOf(owner, now)];
  if (now.kind === "ended") return endedOnTheWay(owner, now);
  if (now.execution.kind === "pending") return [];
  return [executed(owner), ...readinessOf(owner, now)];
}

function reportsOfRunning(owner: ProcessOwner, now: ObservedProcess): readonly Event[] {
  return now.kind === "alive" ? readinessOf(owner, now) : [endOf(owner, now)];
}

/**
 * Its end first, so that nobody signals what is not there. It may have run its program, so it is
 * not launched once more for the same start.
 */
function endedOnTheWay(owner: ProcessOwner, now: EndedProcess | GoneProcess): readonly Event[] {
  return [endOf(owner, now), executed(owner)];
}

/** One that has ended and said nothing about its program has executed it. */
function executionOf(owner: ProcessOwner, { execution }: LivingProcess | EndedProcess): Event {
  if (execution.kind !== "failed") return executed(owner);
  const { stage, errno } = execution;
  return { kind: "exec-failed", ...ownerOf(owner), stage, errno };
}

function executed(owner: ProcessOwner): Event {
  return { kind: "exec-succeeded", ...ownerOf(owner) };
}

/** Only a main process has a readiness pipe. */
function readinessOf({ service, role }: ProcessOwner, now: LivingProcess): readonly Event[] {
  if (role === "stop" || now.readiness === "open") return [];
  return [{ kind: now.readiness === "given" ? "ready" : "readiness-closed", service }];
}

/**
 * What a pid file says outweighs a status that nobody knows: a launcher that has left its daemon
 * has done its work.
 */
function endOf(owner: ProcessOwner, now: EndedProcess | GoneProcess): Event {
  const { pidFile } = now;
  const isLost = now.kind === "gone";
  if (isLost && (pidFile === undefined || pidFile.kind === "invalid")) {
    return { kind: "exited", ...ownerOf(owner), status: NO_EXIT };
  }
  const status = isLost ? { kind: "exited", code: 0 } as const : now.status;
  return { kind: "exited", ...ownerOf(owner), status, ...(pidFile && { pidFile }) };
}

function ownerOf({ service, role }: ProcessOwner): ProcessOwner {
  return { service, role };
}
