/**
 * The parts of a scheduler, put together: new ones, or as those of another were.
 */
import { Changes } from "../service/effects/changes.ts";
import { ConsoleQueue } from "../service/effects/console_queue.ts";
import type { SystemFacts } from "../service/effects/work.ts";
import type { SchedulerState } from "../state/writing.ts";
import { Deadlines } from "./deadlines.ts";
import { Pass } from "./pass.ts";
import { Registry } from "./registry.ts";
import { type ShutdownTerms, ShutdownWatch } from "./shutdown/shutdown_watch.ts";

/** What a scheduler has to know, and that is not part of its state. */
export interface SchedulerFacts extends SystemFacts {
  readonly shutdown: ShutdownTerms;
}

export interface SchedulerParts {
  readonly registry: Registry;
  readonly pass: Pass;
  readonly shutdown: ShutdownWatch;
}

/** Of a scheduler without services. */
export function freshParts(facts: SchedulerFacts): SchedulerParts {
  const changes = new Changes();
  const registry = new Registry(changes);
  const pass = new Pass(facts, {
    deadlines: new Deadlines(),
    console: new ConsoleQueue(),
    changes,
    conflictsOf: (service) => registry.conflicts.of(service),
  });
  const shutdown = new ShutdownWatch({ pass, registry, terms: facts.shutdown });
  return { registry, pass, shutdown };
}

/** Of one that goes on where another was; the records become its own. */
export function restoredParts(facts: SchedulerFacts, state: SchedulerState): SchedulerParts {
  const { services, counters } = state;
  const changes = new Changes();
  const registry = Registry.restored({ ...counters, services }, changes);
  const pass = new Pass(facts, {
    deadlines: Deadlines.restored(services, counters.nextTimer),
    console: ConsoleQueue.restored(state.console, finder(services)),
    changes,
    conflictsOf: (service) => registry.conflicts.of(service),
  });
  pass.isShuttingDown = counters.isShuttingDown;
  pass.activeCount = services.filter(({ state }) => state !== "stopped").length;
  const watched = { pass, registry, terms: facts.shutdown };
  return { registry, pass, shutdown: ShutdownWatch.restored(watched, state.shutdown) };
}

/** On its own, since closures of one function keep each other's variables. */
function finder(services: SchedulerState["services"]) {
  const byNumber = new Map<number, SchedulerState["services"][number]>();
  for (const service of services) byNumber.set(service.id, service);
  return (number: number) => byNumber.get(number);
}
