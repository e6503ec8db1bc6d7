/**
 * How the end of a process is judged, and said in the log.
 */
import type { ExitStatus } from "../../types.ts";
import type { ServiceRecord } from "../record/record.ts";
import type { Work } from "../work.ts";

/** Says how a process ended, unless that was as it should be. */
export function logEnd(
  work: Work,
  service: ServiceRecord,
  level: "warn" | "error",
  status: ExitStatus,
  what: string,
): void {
  if (status.kind === "exited" && status.code !== 0) {
    work.log(service, level, `${what} exited with status ${status.code}`);
  } else if (status.kind === "signalled") {
    work.log(service, level, `${what} was ended by ${signalText(status.signal)}`);
  } else if (status.kind === "none") {
    work.log(service, level, `${what} has ended; its exit status is unknown`);
  }
}

/** Numbers that all systems share. Source: POSIX, kill utility, "signal numbers 1 to 15". */
const SIGNAL_TEXT: Readonly<Record<number, string>> = {
  1: "SIGHUP",
  2: "SIGINT",
  3: "SIGQUIT",
  6: "SIGABRT",
  9: "SIGKILL",
  14: "SIGALRM",
  15: "SIGTERM",
};

function signalText(signal: number): string {
  const name = SIGNAL_TEXT[signal];
  return name === undefined ? `signal ${signal}` : `${name} (${signal})`;
}

/** Exited with status 0. */
export function isSuccess(status: ExitStatus): boolean {
  return status.kind === "exited" && status.code === 0;
}
