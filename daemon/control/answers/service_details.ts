/**
 * What a client can ask about a service beyond its status: its history, and what was wrong with it
 * last.
 */
import {
  type BrokenService,
  problemLine,
  type TimerDescription,
} from "../../../core/description/mod.ts";
import { durationText } from "../../../core/text/duration.ts";
import type { ReportedDetails } from "../../../core/protocol/mod.ts";
import type { HistoryView } from "../../../core/service/record/history_view.ts";
import type { SchedulerApi } from "../../../core/schedule/api.ts";
import type { Instant, ServiceId } from "../../../core/types.ts";
import type { ServiceFaults } from "./service_faults.ts";

export interface DetailSources {
  readonly scheduler: Pick<
    SchedulerApi,
    "find" | "fault" | "history" | "status" | "description"
  >;
  readonly faults: ServiceFaults;
  /** What it says of itself. */
  readonly statusText: string | undefined;
  /** Of one with a timer that waits for its time, or runs. */
  readonly runTimes?: RunTimes | undefined;
  /** Of one that is asked whether it is well. */
  readonly probe?: ProbeState | undefined;
  readonly now: Instant;
}

/** What it is asked for, and the last answer. */
interface ProbeState {
  readonly purpose: "readiness" | "liveness";
  readonly last: { readonly why: string } | undefined;
}

/** In milliseconds, from now on and from now back. */
interface RunTimes {
  readonly nextInMs: number | undefined;
  readonly lastAgoMs: number | undefined;
}

const NO_FILES: readonly string[] = [];

/** Puts the details of a service together. */
export function serviceDetails(service: ServiceId, sources: DetailSources): ReportedDetails {
  const { scheduler, runTimes, now } = sources;
  const history = scheduler.history(service);
  const { failedDependency, lastEndAt, nextLaunchAt, stateSince } = history;
  const broken = scheduler.fault(service);
  const { name, aliases, summary, documentation, source } = scheduler.description(service);
  return {
    name: aliases.length === 0 ? undefined : name,
    aliases,
    summary,
    documentation,
    dropIns: source.dropIns?.map(({ file }) => file) ?? NO_FILES,
    mask: source.mask,
    // A broken service has no process that could say anything.
    statusText: broken === undefined ? sources.statusText : brokenText(broken),
    inStateMs: stateSince === undefined ? undefined : now - stateSince,
    restarts: history.restarts,
    isLimitReached: history.isLimitReached,
    health: healthOf(history, sources.probe, now),
    nextLaunchInMs: nextLaunchAt === undefined ? undefined : Math.max(0, nextLaunchAt - now),
    startedFor: history.cause?.service,
    lastEnd: lastEndAt === undefined
      ? undefined
      : { agoMs: now - lastEndAt, exit: scheduler.status(service).exit },
    isPinnedStarted: history.isPinnedStarted,
    isPinnedStopped: history.isPinnedStopped,
    isSetAside: history.isSetAside,
    unmetCondition: history.unmetCondition,
    failedDependency,
    timer: timerOf(scheduler.description(service).timer, runTimes),
    fault: faultOf(failedDependency, service, sources),
  };
}

function healthOf(
  { health }: Pick<HistoryView, "health">,
  probe: ProbeState | undefined,
  now: Instant,
): ReportedDetails["health"] {
  const why = probe?.last?.why ?? health?.why ?? "";
  if (health !== undefined) {
    const state = health.isGood ? "healthy" : "unhealthy";
    return { purpose: "liveness", state, agoMs: now - health.since, why: why || health.why };
  }
  return probe && { purpose: probe.purpose, state: "unknown", agoMs: undefined, why };
}

function timerOf(
  timer: TimerDescription | undefined,
  runTimes: RunTimes | undefined,
): ReportedDetails["timer"] {
  if (timer === undefined) return undefined;
  const { nextInMs, lastAgoMs } = runTimes ?? {};
  return { times: timesText(timer), nextInMs, lastAgoMs };
}

function timesText(timer: TimerDescription): string {
  const intervals: readonly (readonly [string, number | undefined])[] = [
    ["after boot", timer.afterBootMs],
    ["after start", timer.afterStartMs],
    ["every", timer.everyMs],
    ["after end", timer.afterEndMs],
  ];
  const texts = intervals.filter(([, ms]) => ms !== undefined)
    .map(([what, ms = 0]) => `${what} ${durationText(ms)}`);
  return [...timer.calendar, ...texts].join("; ");
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
