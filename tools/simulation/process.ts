/**
 * A process of a simulated run.
 */
import type { ProcessRole } from "../../core/event.ts";
import type { Readiness } from "../../core/recovery/observation.ts";
import type { Pid, ServiceId } from "../../core/types.ts";

/** A process, or the wish for one that could not be made. */
export interface SimulatedProcess {
  readonly service: ServiceId;
  readonly role: ProcessRole;
  readonly pid: Pid;
  readonly watchesReadiness: boolean;
  state: "unmade" | "forked" | "ended-unreported" | "running" | "daemon" | "gone";
  /** What came over its readiness pipe. */
  readiness: Readiness;
  signals: string[];
  /** How it takes the last shutdown: ends when told to, by SIGKILL only, or not even by that. */
  readonly nature: "obliging" | "stubborn" | "undying";
}

/** There is a process: it was made and has not ended. */
export function isThere(state: SimulatedProcess["state"]): boolean {
  return state !== "unmade" && state !== "ended-unreported" && state !== "gone";
}
