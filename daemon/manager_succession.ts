/** What a program needs to take this manager's place: all parts, and that they are at rest. */
import type { SchedulerApi } from "../core/schedule/api.ts";
import type { Platform } from "../platform/mod.ts";
import type { ControlServer } from "./control/server.ts";
import type { EventQueue } from "./event_queue.ts";
import { type KeepingManager, keepManager } from "./recovery/kept_manager.ts";
import type { Refreshes } from "./launch/refreshes.ts";
import type { ServiceLaunches } from "./launch/service_launches.ts";
import type { Log } from "./output/log.ts";
import { environmentTexts } from "./start/environment.ts";
import { Succession } from "./succession/succession.ts";

/** What it looks at. */
export interface SuccessionSources {
  /** What the manager was started with, without the program's name. */
  readonly words: readonly string[];
  readonly environment: ReadonlyMap<string, string>;
  readonly platform: Platform;
  readonly scheduler: Pick<SchedulerApi, "description">;
  readonly log: Log;
  readonly launches: Pick<ServiceLaunches, "underWay" | "queue">;
  readonly refreshes: Pick<Refreshes, "isBusy">;
  readonly control: Pick<ControlServer, "isBusy" | "answerAwaiting">;
  readonly events: Pick<EventQueue, "isEmpty">;
  /** All that is to be handed on. */
  readonly manager: () => KeepingManager;
}

export function managerSuccession(sources: SuccessionSources): Succession {
  const { platform, log, words, environment, launches, control, manager } = sources;
  return new Succession({
    ...{ platform, log, words },
    environment: environmentTexts(environment),
    keep: (keeper, whose) => keepManager(manager(), keeper, whose),
    unrest: () => unrestOf(sources),
    pauseLaunches: (isPaused) => {
      launches.queue.isPaused = isPaused;
    },
    refuse: (why) => control.answerAwaiting({ kind: "nak" }, [why]),
  });
}

function unrestOf(
  { scheduler, launches, refreshes, control, events }: SuccessionSources,
): string | undefined {
  const [service] = launches.underWay;
  if (service !== undefined) {
    const { name } = scheduler.description(service);
    return `the process of "${name}" does not get to its program`;
  }
  if (refreshes.isBusy) return "a reload command is at work";
  if (control.isBusy) return "commands of clients are at work";
  return events.isEmpty ? undefined : "there are events";
}
