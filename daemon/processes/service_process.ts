/** A process of a service, as the manager knows it. */
import type { ProcessRole } from "../../core/event.ts";
import type { Pid, ServiceId } from "../../core/types.ts";
import type { TreeSearch } from "./left_daemon.ts";
import type { PidFileState } from "./pid_file.ts";

/** By what the daemon is found that a bgprocess leaves. */
export type DaemonClue = PidFileState | TreeSearch;

/** One process that the manager made, or that was named by a PID file or notification. */
export interface ServiceProcess {
  readonly service: ServiceId;
  readonly role: ProcessRole;
  /**
   * First process of a bgprocess: by what the one that stays is found when it has exited well. Or
   * what was found without a pid file, as long as it may be a process between.
   */
  readonly pidFile?: DaemonClue;
  /** No child of ours (yet): the poller watches it. When it was made, where the system has that. */
  readonly watched?: { readonly madeAt: string | undefined };
  /**
   * It does not descend from the manager: it is signalled alone, and what it has made is not the
   * service's.
   */
  readonly isStranger?: boolean;
  /** It named another process as the main one; set until it ends itself. */
  readonly successor?: Pid;
}
