/**
 * What is measured: a service manager, or the C program that stands for "as fast as the kernel
 * goes".
 *
 * Loads describe services in these terms; each kind of subject writes them in its own form.
 */
import type { Workspace } from "../workspace.ts";

export type SubjectKind = "ours" | "upstream" | "runit" | "s6" | "c";

/** Kinds that have dependencies, types of service and a control socket. */
export const DINIT_FAMILY: readonly SubjectKind[] = ["ours", "upstream"];

/** A service of a load; every supervisor can have one of type "process" without dependencies. */
export interface BenchService {
  readonly name: string;
  readonly type: "process" | "scripted" | "internal";
  readonly command?: readonly string[];
  readonly dependsOn?: readonly string[];
  /** Restarts after every end, without limit, so long after its last start. */
  readonly restartDelaySeconds?: number;
  readonly logFile?: string;
  /** As of nice(2); below 0 for root only. */
  readonly nice?: number;
  /** Profile of its sandbox; only for kind "ours". */
  readonly sandbox?: string;
  /** Folder of its own below the state directory; only for kind "ours". */
  readonly stateDirectory?: string;
}

export interface LaunchOptions {
  readonly workspace: Workspace;
  readonly services: readonly BenchService[];
  /** Names of the services to start first; supervisors without dependencies start all. */
  readonly start: readonly string[];
}

/** A manager that was started. */
export interface RunningManager {
  readonly pid: number;
  /** By `performance.now()`, just before the manager was made. */
  readonly launchedAt: number;
  /**
   * When it said that it is ready to be ordered about. Kinds without such a signal: never resolved.
   */
  readonly ready: Promise<number>;
  /** Path of the control socket, if it has one that speaks dinit's protocol. */
  readonly socket: string | undefined;
  /** PIDs of all processes that supervise, and of none that is supervised. */
  supervisors(): readonly number[];
  /** Asks it to stop all services and to end. @returns Milliseconds until it had ended. */
  stop(): Promise<number>;
}

export interface Subject {
  /** As in the table: `dinit (this)`, `dinit 0.22.1`, `runit`. */
  readonly name: string;
  readonly kind: SubjectKind;
  /** Programs by role; which roles there are is up to the kind. */
  readonly programs: Readonly<Record<string, string>>;
  launch(options: LaunchOptions): RunningManager;
}
