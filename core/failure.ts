/** The failure of a service as the service is told that is started because of it (`on-failure`). */
import type { ExitStatus, ServiceName } from "./types.ts";

/** `restart-limit`: it ended again, and was not to be restarted any more. */
export type FailureReason =
  | "failed"
  | "exec-failed"
  | "timed-out"
  | "terminated"
  | "restart-limit";

export interface FailureCause {
  /** Which one has failed. */
  readonly service: ServiceName;
  readonly reason: FailureReason;
  /** How its process ended last. */
  readonly exit: ExitStatus;
  /** Automatic restarts since it was last started otherwise. */
  readonly restarts: number;
  /** Services whose failures led here, each started for that of the one before; it is the last. */
  readonly path: readonly ServiceName[];
}

/** What a process is told: `NAME=VALUE` each. */
export function causeVariables({ service, reason, exit, restarts }: FailureCause): string[] {
  const variables = [
    `DINIT_FAILED_SERVICE=${service}`,
    `DINIT_FAILED_REASON=${reason}`,
    `DINIT_FAILED_RESTARTS=${restarts}`,
  ];
  if (exit.kind === "exited") variables.push(`DINIT_FAILED_EXIT_CODE=${exit.code}`);
  if (exit.kind === "signalled") variables.push(`DINIT_FAILED_SIGNAL=${exit.signal}`);
  return variables;
}
