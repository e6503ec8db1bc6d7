/** Processes that were made for probes, as a manager that comes later knows them. */
import type { Pid, ServiceId } from "../../core/types.ts";

export interface ProbeChildFact {
  readonly service: ServiceId;
  /** When it had this number, by the clock that processes are dated by. */
  readonly seenMs: number;
  /** It tells somebody of a fault, and is not to be broken off. */
  readonly isTelling: boolean;
}

export type KeptProbes = ReadonlyMap<Pid, ProbeChildFact>;
