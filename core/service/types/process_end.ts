/**
 * How the end of a process is judged, and said in the log.
 */
import { isAmong } from "../../system/end_statuses.ts";
import type { ExitStatus } from "../../types.ts";
import type { ServiceRecord } from "../record/record.ts";
import type { Work } from "../effects/work.ts";

/** Says how the main process ended, unless that was as it should be. */
export function logMainEnd(
  work: Work,
  service: ServiceRecord,
  status: ExitStatus,
  what: string,
): void {
  if (!isGoodEnd(work, service, status)) logEnd(work, service, "error", status, what);
  else if (!isSuccess(status)) work.log(service, "info", `${endText(what, status)}: a success`);
}

/** Says how a process ended, unless that was as it should be. */
export function logEnd(
  work: Work,
  service: ServiceRecord,
  level: "warn" | "error",
  status: ExitStatus,
  what: string,
): void {
  if (!isSuccess(status)) work.log(service, level, endText(what, status));
}

function endText(what: string, status: ExitStatus): string {
  switch (status.kind) {
    case "exited":
      return `${what} exited with status ${status.code}`;
    case "signalled":
      return `${what} was ended by ${signalText(status.signal)}`;
    case "none":
      return `${what} has ended; its exit status is unknown`;
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

/** An end of the main process that is as it should be: by its status 0, or `success-status`. */
export function isGoodEnd(
  { system }: Pick<Work, "system">,
  { description }: ServiceRecord,
  status: ExitStatus,
): boolean {
  return isSuccess(status) || isAmong(description.successStatus, status, system.signals);
}
