/**
 * The numbers of states, events, reasons and kinds: the order of each list below is its numbering.
 *
 * Source of all of them: upstream's control protocol, versions 1 to 7, as seen on the wire. The
 * codes of the packets stand in their rows: `requests.ts`, `replies.ts`, `information.ts`.
 */
import { PLANNED_VERBS } from "../planned.ts";
import type {
  HealthState,
  RuntimeDependencyKind,
  ServiceEvent,
  ServiceState,
  ShutdownType,
  StopReason,
} from "../types.ts";

export const STATE_NUMBERS: readonly ServiceState[] = [
  "stopped",
  "starting",
  "started",
  "stopping",
];

/** A service is never meant to be on its way; the numbers are those of the states. */
export const TARGET_NUMBERS: readonly ("stopped" | "started" | undefined)[] = [
  "stopped",
  undefined,
  "started",
];

/** What happened to a service, as told in packets 100 and 101. */
export const EVENT_NUMBERS: readonly ServiceEvent[] = [
  "started",
  "stopped",
  "failed",
  "start-cancelled",
  "stop-cancelled",
];

export const REASON_NUMBERS: readonly StopReason[] = [
  "normal",
  "dependency-restarted",
  "dependency-failed",
  "failed",
  "exec-failed",
  "timed-out",
  "terminated",
];

/** Number 0 (none) is not accepted in a request. */
export const SHUTDOWN_NUMBERS: readonly (ShutdownType | undefined)[] = [
  undefined,
  "remain",
  "halt",
  "poweroff",
  "reboot",
  "soft-reboot",
  "kexec",
];

/** Numbers 1, 4, 5 and 6 exist, but not in requests. */
export const DEPENDENCY_NUMBERS: readonly (RuntimeDependencyKind | undefined)[] = [
  "need",
  undefined,
  "waits-for",
  "milestone",
];

/** Those of our own. */
export const HEALTH_NUMBERS: readonly HealthState[] = ["unknown", "healthy", "unhealthy"];

/** Those of our own. */
export const PLANNED_VERB_NUMBERS = PLANNED_VERBS;
