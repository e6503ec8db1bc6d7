/**
 * Whether a service that starts on demand may be started once more for what its last process left
 * behind.
 *
 * A program that never takes what comes in would be started without end. So launches are counted
 * for which something waited already when the process before them had ended; one that had to be
 * waited for is no such launch, and begins the count anew, however many of them there are.
 */
import type { ServiceRecord } from "../record/record.ts";
import type { Work } from "../effects/work.ts";

/** A start by order: nothing was left behind yet. */
export function forgetActivations(service: ServiceRecord): void {
  service.activationCount = 0;
}

/** Counts a launch on demand and says whether the limit allows it. */
export function allowsActivation(
  work: Work,
  service: ServiceRecord,
  wasWaiting: boolean,
): boolean {
  const { activationLimitCount, activationLimitIntervalMs } = service.description;
  if (!wasWaiting) {
    service.activationCount = 0;
    return true;
  }
  if (activationLimitCount === 0) return true;
  const hasPassed = work.now - service.activationWindowStart >= activationLimitIntervalMs;
  if (service.activationCount === 0 || hasPassed) {
    service.activationWindowStart = work.now;
    service.activationCount = 0;
  }
  service.activationCount++;
  return service.activationCount <= activationLimitCount;
}

/** Why it is not started again, and what to do. @param where Address of the socket. */
export function activationLimitText(
  { description }: ServiceRecord,
  where: string,
): string {
  const seconds = description.activationLimitIntervalMs / 1000;
  const times = description.activationLimitCount;
  return `Started ${times} times within ${seconds} s for what waits on ${where}, and each time the process ended ` +
    "without taking all of it; not starting again. If that is how it works, raise activation-limit-count";
}
