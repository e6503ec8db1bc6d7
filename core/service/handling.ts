/**
 * What a service's failure leads to besides itself: another one that is named by `on-failure` is
 * started, and told whose failure it was.
 *
 * A failure is the end of it: the service is at rest, and will not come back by itself. That its
 * start failed counts as well as that its process did; not what only a dependency did to it, nor
 * what somebody ordered.
 *
 * That services start each other for ever is prevented twice: nobody is started for the failure of
 * what was started for its own, and a service that fails again and again is handled only so often.
 */
import type { FailureCause, FailureReason } from "../failure.ts";
import type { ServiceRecord } from "./record/record.ts";
import type { Work } from "./effects/work.ts";

/** A service's failure is handled at most so often within that time. */
const HANDLED_LIMIT = { count: 5, intervalMs: 60_000 };

/** The service has come to rest: if it has failed, it is handled. */
export function handleFailure(work: Work, service: ServiceRecord): void {
  const to = service.description.onFailure;
  if (to === undefined || work.isShuttingDown) return;
  const reason = failureOf(service);
  if (reason === undefined) return;
  if (!isWithinHandledLimit(work, service)) {
    const { count, intervalMs } = HANDLED_LIMIT;
    const often = `${count} times within ${intervalMs / 1000} s`;
    work.log(service, "error", `Has failed ${often}; not starting "${to}" for it again`);
    return;
  }
  const { name, exit, history } = service;
  const path = [...service.cause?.path ?? [], name];
  work.emit({
    kind: "handle-failure",
    from: service.id,
    to,
    cause: { service: name, reason, exit, restarts: history.restarts, path },
  });
}

/** Why it has failed by itself; undefined: it has not. */
function failureOf(service: ServiceRecord): FailureReason | undefined {
  if (!service.hasStartFailed && !service.hasGoneWrong) return undefined;
  switch (service.reason) {
    case "failed":
    case "exec-failed":
    case "timed-out":
      return service.reason;
    case "terminated":
      return service.history.isLimitReached ? "restart-limit" : "terminated";
    case "normal":
    case "dependency-failed":
    case "dependency-restarted":
      return undefined;
  }
}

function isWithinHandledLimit(work: Work, service: ServiceRecord): boolean {
  const { handled } = service;
  work.changes.note(service);
  if (handled === undefined || work.now - handled.since >= HANDLED_LIMIT.intervalMs) {
    service.handled = { since: work.now, count: 1 };
    return true;
  }
  if (handled.count >= HANDLED_LIMIT.count) return false;
  service.handled = { ...handled, count: handled.count + 1 };
  return true;
}

/** What a service is started for the failure of another. */
export function refuseCause(service: ServiceRecord, cause: FailureCause): string | undefined {
  if (cause.path.includes(service.name)) {
    return "it was its own failure that led here";
  }
  return needs(service, cause.service) ? `it depends on "${cause.service}" itself` : undefined;
}

/** Whether its start would start the other one. */
function needs(service: ServiceRecord, name: string): boolean {
  const seen = new Set([service]);
  for (const each of seen) {
    if (each.name === name) return true;
    for (const link of each.links) {
      if (link.kind !== "before" && link.kind !== "after") seen.add(link.to);
    }
  }
  return false;
}
