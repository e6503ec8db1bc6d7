/**
 * What services and the manager take of the machine, as the manager finds it when it is asked, and
 * tells it. What the system does not tell is undefined.
 */
import type { ServiceState } from "../types.ts";

/** Figures of some processes. */
export interface Usage {
  /** Processor time, in milliseconds, of all that ever ran and of what children have left. */
  readonly cpuMs: number | undefined;
  readonly memoryBytes: number | undefined;
  /** Threads count, as they do for the kernel's limit. */
  readonly tasks: number | undefined;
  /** From and to disks, since the beginning. */
  readonly readBytes: number | undefined;
  readonly writtenBytes: number | undefined;
}

/** Where the figures of a service come from. */
export type UsageSource =
  /** Its control group: nothing is missed. */
  | "cgroup"
  /** Its process and the descendants of that, as they are now. */
  | "processes"
  /** It has no process. */
  | "none";

/** A service at one moment. */
export interface ServiceUsage extends Usage {
  readonly source: UsageSource;
  /** It has too many processes: memory, tasks and the like are of some of them. */
  readonly isPartial: boolean;
  /** When it was looked at, in milliseconds since the manager began. */
  readonly atMs: number;
  /** How long it has been in its state, in milliseconds; undefined: since it was loaded. */
  readonly inStateMs: number | undefined;
  /** Automatic restarts since it was last started by an order, or for another service. */
  readonly restarts: number;
  /** Starts that were begun, and those of them that came to nothing, since it was loaded. */
  readonly starts: number;
  readonly startFailures: number;
  readonly state: ServiceState;
  /** What its liveness probe has found; absent: it has none, or has found nothing yet. */
  readonly isHealthy?: boolean | undefined;
  /** Those on their way that its start or stop waits for now; some of them, if there are many. */
  readonly waitsFor: readonly string[];
  /** How long its last starts and stops took, in milliseconds: a mean; undefined: none. */
  readonly usualStartMs: number | undefined;
  readonly usualStopMs: number | undefined;
}

/** The manager itself. */
export interface ManagerUsage extends Usage {
  readonly version: string;
  readonly pid: number;
  readonly descriptors: number | undefined;
  /** Milliseconds since it began; of the first one, if it was replaced by `reexec`. */
  readonly atMs: number;
  /** Where output is kept over boots, and what this run is called there; absent: it is not. */
  readonly logStore?: { readonly directory: string; readonly runId: string } | undefined;
}

/** Of what has no processes. */
export const NO_USAGE: Usage = {
  cpuMs: undefined,
  memoryBytes: undefined,
  tasks: undefined,
  readBytes: undefined,
  writtenBytes: undefined,
};

/** By what a table of services can be sorted. */
export const USAGE_ORDERS = ["cpu", "memory", "tasks", "io", "name"] as const;

export type UsageOrder = (typeof USAGE_ORDERS)[number];

/** Texts for monitoring systems that can be made of figures. */
export const METRICS_FORMATS = ["openmetrics", "prometheus"] as const;

export type MetricsFormat = (typeof METRICS_FORMATS)[number];
