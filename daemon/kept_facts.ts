/**
 * What a manager that died has left of what it knew beside its scheduler: the pieces of the value
 * that another one hands on itself (`kept_manager.ts`), as far as they are facts. The rest was in
 * the heap, and is lost: connections and orders of clients, text that was read or not written yet,
 * records of logins that wait.
 */
import type { Kept } from "../core/state/kept_reading.ts";
import type { Instant, ServiceId } from "../core/types.ts";
import type { KeepingParts, KeptManager } from "./kept_manager.ts";
import { FACT_KIND, type FactSource, type FoundFacts, readFacts } from "./kept/facts.ts";
import { type NotedLaunch, readLaunches } from "./kept/launch_journal.ts";
import type { LeftPipe } from "./output/kept_outputs.ts";
import { type FoundProcessFact, readProcesses } from "./processes/process_fact.ts";

type Pieces = KeptManager["parts"];
type Unwatched = Pieces["processes"]["unwatched"][number];
type Speaker = Pieces["notifications"]["speakers"][number];
type Listener = NonNullable<Pieces["control"]["listener"]>;

/** What was found. */
export interface LeftFacts {
  /** In no order. */
  readonly processes: readonly FoundProcessFact[];
  /** Launches of the turn that was broken off, in their order. */
  readonly launches: readonly NotedLaunch[];
  readonly parts: Pick<Pieces, "notifications" | "readiness" | "demand" | "control" | "timers"> & {
    readonly unwatched: readonly Unwatched[];
    readonly outputs: readonly LeftPipe[];
    readonly sockets: Pieces["sockets"]["open"];
    /** undefined: it was damaged, or never written. */
    readonly environment: Pieces["environment"] | undefined;
  };
  /** How many facts there were that cannot be read any more. */
  readonly damaged: number;
}

/** The parts that have facts. */
export type FactParts = Pick<
  KeepingParts,
  | "control"
  | "demand"
  | "environment"
  | "notifications"
  | "outputs"
  | "processes"
  | "readiness"
  | "sockets"
  | "timers"
>;

/** All that is to be kept beside the scheduler. */
export function factSources(parts: FactParts): readonly FactSource[] {
  const { control, demand, environment, notifications, outputs, processes } = parts;
  const { readiness, sockets, timers } = parts;
  return [
    ...[
      processes.facts,
      processes.unwatchedFacts,
      outputs.facts,
      readiness.facts,
      notifications.facts,
    ],
    ...[notifications.statusFacts, sockets.facts, demand.facts, control.facts, environment.facts],
    timers.facts,
  ];
}

/**
 * Reads them. Whether what they speak of is there still is another question.
 *
 * @param now From when on services have the whole time for their next sign of life.
 */
export function readLeftFacts(kept: Kept, now: Instant): LeftFacts {
  let damaged = 0;
  const intact = <Fact>({ facts, ...found }: FoundFacts<Fact>): ReadonlyMap<number, Fact> => {
    damaged += found.damaged.length;
    return facts;
  };
  const of = <Fact>(kind: keyof typeof FACT_KIND) => intact(readFacts<Fact>(kept, FACT_KIND[kind]));
  const journal = kept.get(FACT_KIND.launches)?.get(0);
  const unwatched = of<Omit<Unwatched, "service">>("unwatchedDaemon");
  return {
    processes: [...intact(readProcesses(kept)).values()],
    launches: journal === undefined ? [] : readLaunches(journal),
    parts: {
      unwatched: Array.from(unwatched, ([service, one]) => ({
        ...{ service: service as ServiceId, ...one },
      })),
      outputs: [...of<LeftPipe>("output").values()],
      readiness: of("readiness") as Pieces["readiness"],
      notifications: {
        speakers: Array.from(of<Speaker>("speaker").values(), (one) => ({
          ...one,
          due: one.due === undefined ? undefined : now + one.watchdogMs as Instant,
        })),
        statusTexts: of("statusText") as Pieces["notifications"]["statusTexts"],
      },
      sockets: of("socket") as Pieces["sockets"]["open"],
      demand: of("demand") as Pieces["demand"],
      timers: of("timer") as Pieces["timers"],
      control: { listener: of<Listener>("listener").get(0), connections: [] },
      environment: of<Pieces["environment"]>("environment").get(0),
    },
    damaged,
  };
}
