/**
 * A service's history as it is told, and who is to blame for a failure.
 */
import type { FailureCause } from "../../failure.ts";
import type { Instant, ServiceName } from "../../types.ts";
import type { ServiceHistory } from "./history.ts";
import type { ServiceRecord } from "./record.ts";

/** A service as its history tells of it, at one moment. */
export interface HistoryView extends Readonly<ServiceHistory> {
  readonly isPinnedStarted: boolean;
  readonly isPinnedStopped: boolean;
  readonly isSetAside: boolean;
  /** It counts as started, and nothing was run: the condition that did not hold. */
  readonly unmetCondition: string | undefined;
  /** When its process is launched again; undefined: nothing of that kind is waited for. */
  readonly nextLaunchAt: Instant | undefined;
  /** What its liveness probe says. */
  readonly health: ServiceRecord["health"];
  /** Whose failure it is started for. */
  readonly cause: FailureCause | undefined;
}

/** A dependency is told of only while it is the reason. */
export function historyOf(service: ServiceRecord): HistoryView {
  const { history, isPinnedStarted, isPinnedStopped, isSetAside, unmetCondition, cause } = service;
  return {
    ...history,
    failedDependency: blamedDependency(service),
    isPinnedStarted,
    isPinnedStopped,
    isSetAside,
    unmetCondition,
    nextLaunchAt: service.timer === "relaunch" ? service.deadline : undefined,
    health: service.health,
    cause,
  };
}

/** The dependent fails, or goes down for good, because of the service or of what made that fail. */
export function blame(dependent: ServiceRecord, service: ServiceRecord): void {
  dependent.history.failedDependency = blamedDependency(service) ?? service.name;
}

function blamedDependency({ reason, history }: ServiceRecord): ServiceName | undefined {
  return reason === "dependency-failed" ? history.failedDependency : undefined;
}
