/** The manager as control connections and the start-up see it, made of its parts. */
import type { Command } from "../core/command.ts";
import type { EarlierHistory } from "../core/report/earlier.ts";
import type { ServiceName } from "../core/types.ts";
import { managerAbilities } from "./descriptions/abilities.ts";
import { Loader } from "./descriptions/loader.ts";
import type { Foundations } from "./foundations.ts";
import type { Ending } from "./machine/ending.ts";
import { Host } from "./orders/host.ts";
import { planFor } from "./orders/planning.ts";
import { reportOf } from "./reports/reporting.ts";
import { startReport } from "./reports/start_report.ts";
import { managerUsage, serviceUsage } from "./reports/usage_report.ts";
import type { Succession } from "./succession/succession.ts";
import type { Supervision } from "./supervision/supervision.ts";

/** What it works with. Those that are made after it are asked for when they are needed. */
export interface HostSources {
  readonly foundations: Foundations;
  readonly supervision: Supervision;
  readonly execute: (commands: readonly Command[]) => void;
  readonly ending: () => Pick<Ending, "startsOver">;
  readonly succession: () => Pick<Succession, "begin">;
  /** What the manager before this one did, which has died. */
  readonly earlier: () => EarlierHistory | undefined;
}

export function managerHost(sources: HostSources): Host {
  const { foundations, supervision, execute, ending, succession } = sources;
  const { platform, options, scheduler, recorder, starts, cgroups, places, copies } = foundations;
  const { environment, outputs, output: { log }, work, faults } = foundations;
  const { hold, launches, signals, notifications, timers, probes, refreshes } = supervision;
  const loader = managerLoader(foundations);
  return new Host({
    ...{ platform, scheduler, loader, environment, outputs, log, work, execute },
    ...{ signals, notifications, timers, probes, faults, refreshes },
    report: () => reportOf(scheduler, recorder, sources.earlier()),
    plan: (orders) => planFor(orders, { platform, loader, scheduler }),
    starts: () => startReport({ scheduler, starts, platform, options, wallClockMs: Date.now() }),
    usage: (service) => serviceUsage(service, { scheduler, platform, cgroups, starts }),
    managerUsage: () => managerUsage({ platform, logStore: copies.place }),
    searchPath: places,
    launches: launches.queue,
    beforeShutdown: () => {
      hold.resume();
      copies.beginEnd();
      ending().startsOver = false;
      launches.queue.preference.preferLaunchesOnly();
    },
    reexec: (program) => succession().begin(program),
  });
}

function managerLoader(
  { platform, options, scheduler, environment, places, users }: Foundations,
): Loader {
  return new Loader({
    ...{ platform, users, directories: places.directories },
    environment: () => environment.variables,
    abilities: managerAbilities(platform, options),
    isLoaded: (name) => {
      const service = scheduler.find(name);
      // A broken one is read anew: it may have been mended.
      return service !== undefined && scheduler.fault(service) === undefined;
    },
    nameOf: (name) => {
      const service = scheduler.find(name);
      return service === undefined ? name as ServiceName : scheduler.description(service).name;
    },
  });
}
