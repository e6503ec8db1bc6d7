/**
 * What the manager knows of how its services were started, for those who ask: what was noted
 * (`time/start_notes.ts`), and what the scheduler has each service wait for.
 */
import type { LinkView, SchedulerApi } from "../../core/schedule/api.ts";
import type {
  ServiceStarts,
  StartedService,
  StartReport,
  StartTimes,
} from "../../core/figures/start_times.ts";
import type { ServiceId } from "../../core/types.ts";
import type { Platform } from "../../platform/mod.ts";
import type { DaemonOptions } from "../start/options.ts";
import type { StartNotes } from "../time/start_notes.ts";

export interface StartReportParts {
  readonly scheduler: Pick<SchedulerApi, "list" | "description" | "links">;
  readonly starts: Pick<StartNotes, "of" | "readyMs">;
  readonly platform: Pick<Platform, "now" | "keepClock" | "processId">;
  readonly options: Pick<DaemonOptions, "services" | "isSystemManager">;
  /** The time of day, in milliseconds since 1970. */
  readonly wallClockMs: number;
}

/**
 * No kernel takes so long to its first process: with more, this is process 1 of a container that
 * was not called one, and the kernel's clock tells the age of the machine below.
 */
const LONGEST_KERNEL_MS = 3_600_000;

/** Puts the report together. */
export function startReport(parts: StartReportParts): StartReport {
  const { scheduler, starts, platform, options } = parts;
  const { instant, kernelMs } = platform.keepClock();
  return {
    nowMs: rounded(instant),
    begunAt: Math.round(parts.wallClockMs - instant),
    isFirstProcess: options.isSystemManager && platform.processId() === 1 &&
      kernelMs - instant < LONGEST_KERNEL_MS,
    kernelMs: rounded(kernelMs - instant),
    readyMs: starts.readyMs === undefined ? undefined : rounded(starts.readyMs),
    targets: options.services,
    services: scheduler.list().map((service) => startedService(service, parts)),
  };
}

function startedService(
  service: ServiceId,
  { scheduler, starts }: StartReportParts,
): StartedService {
  const { name, type } = scheduler.description(service);
  const noted = starts.of(service);
  return {
    name,
    type,
    starts: noted === undefined ? undefined : roundedStarts(noted),
    waitsFor: scheduler.links(service).map(({ to, kind }: LinkView) => ({
      name: scheduler.description(to).name,
      kind,
    })),
  };
}

function roundedStarts({ first, last, count, failures }: ServiceStarts): ServiceStarts {
  const firstRounded = roundedStart(first);
  const lastRounded = first === last ? firstRounded : roundedStart(last);
  return { first: firstRounded, last: lastRounded, count, failures };
}

function roundedStart(start: StartTimes): StartTimes {
  return {
    begunMs: rounded(start.begunMs),
    consoleMs: maybeRounded(start.consoleMs),
    ownMs: maybeRounded(start.ownMs),
    launchedMs: maybeRounded(start.launchedMs),
    executedMs: maybeRounded(start.executedMs),
    endedMs: maybeRounded(start.endedMs),
    outcome: start.outcome,
  };
}

/** To microseconds, which is more than the clock means. */
function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000;
}

function maybeRounded(milliseconds: number | undefined): number | undefined {
  return milliseconds === undefined ? undefined : rounded(milliseconds);
}
