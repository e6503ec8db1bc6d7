/**
 * What a client can ask about a service beyond its status: its history, and what was wrong with it
 * last.
 */
import { type BrokenService, problemLine } from "../../core/description/mod.ts";
import type { ReportedDetails } from "../../core/protocol/mod.ts";
import type { SchedulerApi } from "../../core/schedule/api.ts";
import type { Instant, ServiceId } from "../../core/types.ts";
import type { ServiceFaults } from "./service_faults.ts";

export interface DetailSources {
  readonly scheduler: Pick<SchedulerApi, "find" | "fault" | "history" | "status">;
  readonly faults: ServiceFaults;
  /** What it says of itself. */
  readonly statusText: string | undefined;
  readonly now: Instant;
}

/** Puts the details of a service together. */
export function serviceDetails(service: ServiceId, sources: DetailSources): ReportedDetails {
  const { scheduler, now } = sources;
  const history = scheduler.history(service);
  const { failedDependency, lastEndAt, stateSince } = history;
  const broken = scheduler.fault(service);
  return {
    // A broken service has no process that could say anything.
    statusText: broken === undefined ? sources.statusText : brokenText(broken),
    inStateMs: stateSince === undefined ? undefined : now - stateSince,
    restarts: history.restarts,
    isLimitReached: history.isLimitReached,
    lastEnd: lastEndAt === undefined
      ? undefined
      : { agoMs: now - lastEndAt, exit: scheduler.status(service).exit },
    isPinnedStarted: history.isPinnedStarted,
    isPinnedStopped: history.isPinnedStopped,
    isSetAside: history.isSetAside,
    failedDependency,
    fault: faultOf(failedDependency, service, sources),
  };
}

/** That of the dependency which is to blame, if there is one. */
function faultOf(
  dependency: string | undefined,
  service: ServiceId,
  { scheduler, faults, now }: DetailSources,
): ReportedDetails["fault"] {
  const blamed = dependency === undefined ? service : scheduler.find(dependency);
  const fault = blamed === undefined ? undefined : faults.of(blamed);
  return fault === undefined ? undefined : { text: fault.text, agoMs: now - fault.at };
}

/** The first fault that keeps it from being loaded. */
function brokenText({ problems }: BrokenService): string {
  const first = problems.find(({ severity }) => severity === "error");
  return first === undefined ? "cannot be loaded" : `cannot be loaded: ${problemLine(first)}`;
}
