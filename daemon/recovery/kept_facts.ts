/**
 * What a manager that died has left of what it knew beside its scheduler: the pieces of the value
 * that another one hands on itself (`kept_manager.ts`), as far as they are facts. The rest was in
 * the heap, and is lost: connections and orders of clients, text that was read or not written yet,
 * records of logins that wait.
 */
import type { Kept } from "../../core/state/kept_reading.ts";
import type { ExitStatus, Instant, Pid, ServiceId } from "../../core/types.ts";
import { type LeftPassed, readPassed } from "../control/passed/passed_fact.ts";
import type { KeepingParts, KeptManager } from "./kept_manager.ts";
import { readEnds } from "../kept/end_journal.ts";
import { FACT_KIND, type FactSource, type FoundFacts, readFacts } from "../kept/facts.ts";
import { type LeftInbox, readInbox } from "../kept/inbox.ts";
import type { ManagerFact } from "../kept/manager_fact.ts";
import type { KeptProbes, ProbeChildFact } from "../health/probe_child.ts";
import type { LeftoverFact, Leftovers } from "../launch/leftovers.ts";
import { type LeftLaunch, readLaunchFacts } from "../launch/launch_fact.ts";
import { type NotedLaunch, readErrands, readLaunches } from "../kept/launch_journal.ts";
import { readBuffers } from "../output/kept_buffers.ts";
import type { LeftOutput, LeftPipe } from "../output/kept_outputs.ts";
import type { StoreRun } from "../output/output_copies.ts";
import { type LeftHistory, readHistory } from "../reports/left_history.ts";
import { type FoundProcessFact, readProcesses } from "../processes/process_fact.ts";
import { readStarts } from "../time/start_fact.ts";
import type { KeptStarts } from "../time/start_notes.ts";

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
  /** Processes of errands of that turn: they are nobody's. */
  readonly errands: ReadonlySet<Pid>;
  /** Children that were collected in that turn, and how they have ended. */
  readonly ends: ReadonlyMap<Pid, ExitStatus>;
  /** undefined: it was damaged. */
  readonly manager: ManagerFact | undefined;
  /** Output that was read and perhaps not written. */
  readonly inbox: LeftInbox | undefined;
  /** Of earlier turns; still on their way to their programs. */
  readonly underWay: readonly LeftLaunch[];
  /** Processes that were being ended because nobody had asked for them. */
  readonly leftovers: ReadonlyMap<Pid, LeftoverFact>;
  /** Processes that were made for probes. */
  readonly probeChildren: KeptProbes;
  readonly parts: Pick<Pieces, "notifications" | "readiness" | "demand" | "control" | "timers"> & {
    readonly trees: Pieces["trees"];
    readonly faults: Pieces["faults"];
    readonly logins: Pieces["logins"] | undefined;
    readonly ending: Pick<Pieces["ending"], "decisive" | "recoveredAt"> | undefined;
    readonly cgroupRoot: string | undefined;
    readonly readyDescriptor: Pieces["readyDescriptor"];
    readonly unwatched: readonly Unwatched[];
    readonly outputs: readonly LeftOutput[];
    /** undefined: nothing was put into a log store yet. */
    readonly logStore: StoreRun | undefined;
    /** Control connections of services. */
    readonly passed: readonly LeftPassed[];
    readonly sockets: Pieces["sockets"]["open"];
    /** Files of sockets that are closed here; nobody writes them down. */
    readonly leftSockets?: Pieces["sockets"]["left"];
    /** undefined: it was damaged, or never written. */
    readonly environment: Pieces["environment"] | undefined;
    /** Those that were over. */
    readonly starts: KeptStarts["services"];
  };
  /** What it did last; undefined: it is not there. */
  readonly history?: LeftHistory | undefined;
  /** How many facts there were that cannot be read any more. */
  readonly damaged: number;
}

/** The parts that have facts. */
export type FactParts =
  & Pick<
    KeepingParts,
    | ("cgroups" | "control" | "demand" | "ending" | "environment" | "faults" | "launches")
    | ("logins" | "notifications" | "outputs" | "processes" | "readiness" | "socket")
    | ("sockets" | "starts" | "timers" | "trees" | "copies" | "probes")
  >
  & { readonly leftovers: Leftovers };

/** All that is to be kept beside the scheduler. @param manager Of the manager itself. */
export function factSources(parts: FactParts, manager: FactSource): readonly FactSource[] {
  const { cgroups, control, demand, ending, environment, faults, launches, leftovers } = parts;
  const {
    logins,
    notifications,
    outputs,
    processes,
    readiness,
    socket,
    sockets,
    starts,
    timers,
    trees,
  } = parts;
  return [
    ...[manager, processes.facts, processes.unwatchedFacts, launches.facts, leftovers.facts],
    ...[
      outputs.facts,
      outputs.bufferFacts,
      readiness.facts,
      notifications.facts,
      notifications.statusFacts,
    ],
    ...[sockets.facts, demand.facts, control.facts, socket.facts, environment.facts],
    ...[trees.facts, trees.endingFacts, cgroups.facts, logins.facts, faults.facts, ending.facts],
    timers.facts,
    parts.probes.facts,
    starts.facts,
    parts.copies.facts,
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
  const ends = kept.get(FACT_KIND.ends)?.get(0);
  const inbox = kept.get(FACT_KIND.inbox)?.get(0);
  const buffers = readBuffers(kept);
  const unwatched = of<Omit<Unwatched, "service">>("unwatchedDaemon");
  return {
    processes: [...intact(readProcesses(kept)).values()],
    launches: journal === undefined ? [] : readLaunches(journal),
    errands: journal === undefined ? new Set() : readErrands(journal),
    ends: ends === undefined ? new Map() : readEnds(ends),
    inbox: inbox === undefined ? undefined : readInbox(inbox),
    manager: of<ManagerFact>("manager").get(0),
    underWay: [...intact(readLaunchFacts(kept)).values()],
    leftovers: of<LeftoverFact>("leftover") as LeftFacts["leftovers"],
    probeChildren: of<ProbeChildFact>("probeChild") as KeptProbes,
    parts: {
      trees: {
        trees: of("tree") as Pieces["trees"]["trees"],
        endings: of("treeEnding") as Pieces["trees"]["endings"],
      },
      faults: of("fault") as Pieces["faults"],
      logins: of<Pieces["logins"]>("logins").get(0),
      ending: of<NonNullable<LeftFacts["parts"]["ending"]>>("ending").get(0),
      cgroupRoot: of<string>("cgroupRoot").get(0),
      readyDescriptor: of<NonNullable<Pieces["readyDescriptor"]>>("readyDescriptor").get(0),
      unwatched: Array.from(unwatched, ([service, one]) => ({
        ...{ service: service as ServiceId, ...one },
      })),
      outputs: Array.from(of<LeftPipe>("output").values(), (pipe) => ({
        ...pipe,
        buffer: buffers.get(pipe.readEnd),
      })),
      logStore: of<StoreRun>("logStore").get(0),
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
      passed: [...intact(readPassed(kept)).values()],
      control: { listener: of<Listener>("listener").get(0), connections: [] },
      environment: of<Pieces["environment"]>("environment").get(0),
      starts: intact(readStarts(kept)) as KeptStarts["services"],
    },
    history: readHistory(kept),
    damaged,
  };
}
