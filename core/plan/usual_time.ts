/**
 * How long a service's own start and stop usually take, for those who reckon with it.
 */
import type { ServiceRecord } from "../service/record/record.ts";

/** Between SIGTERM and SIGKILL of the option kill-all-on-stop, in milliseconds. */
export const KILL_ALL_MS = 1000;

/** Milliseconds; undefined: it was never seen, or there is nothing to wait for. */
export function usualStartMs({ history }: Readonly<ServiceRecord>): number | undefined {
  return history.usualStartMs;
}

/** Likewise. */
export function usualStopMs({ history }: Readonly<ServiceRecord>): number | undefined {
  return history.usualStopMs;
}
