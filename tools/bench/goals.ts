/**
 * What the figures are to be, as ratios within one run: to upstream's program, to the C program
 * that does what the kernel asks for at least, or to an empty program of the runtime.
 */
import { GROWTH_ACTIONS } from "./growth/actions.ts";
import { growthOf } from "./reports/growth_report.ts";

/** Medians by the figures' ids, of whom there are. */
export interface Measured {
  readonly ours: ReadonlyMap<string, number>;
  readonly upstream: ReadonlyMap<string, number> | undefined;
  readonly c: ReadonlyMap<string, number> | undefined;
}

/** A goal and what has become of it. */
export interface GoalOutcome {
  readonly name: string;
  /** What it is measured by. */
  readonly against: string;
  readonly unit: "×" | "ms" | "kB" | "B";
  readonly limit: number;
  /** At most the limit is wanted; undefined: something of it was not measured in this run. */
  readonly value: number | undefined;
}

interface Goal extends Omit<GoalOutcome, "value"> {
  value(measured: Measured): number | undefined;
}

const FLOOR = "C program";
const UPSTREAM = "upstream";
/** Of a manager's memory, in kB. */
const ONE_SERVICE_KB = 20 * 1024;

/** Ours to another's, of a figure of which less is better. */
function times(name: string, id: string, against: typeof FLOOR | typeof UPSTREAM, limit: number) {
  const of = against === FLOOR ? "c" : "upstream";
  const value = ({ ours, [of]: other }: Measured) => ratio(ours.get(id), other?.get(id));
  return { name, against, unit: "×", limit, value } as const;
}

/** The other's to ours, of a figure of which more is better. */
function rates(name: string, id: string, against: typeof FLOOR | typeof UPSTREAM, limit: number) {
  const of = against === FLOOR ? "c" : "upstream";
  const value = ({ ours, [of]: other }: Measured) => ratio(other?.get(id), ours.get(id));
  return { name, against, unit: "×", limit, value } as const;
}

const GOALS: readonly Goal[] = [
  times("Start of 1,000 processes", "start-1000", UPSTREAM, 0.35),
  times("Start of 100 processes", "start-100", FLOOR, 1.1),
  times("Start of 1,000 processes", "start-1000", FLOOR, 1.1),
  times("Start of 5,000 processes", "start-5000", FLOOR, 1.1),
  rates("Time of a restart without delay", "restarts", UPSTREAM, 1 / 1.6),
  rates("Time of a restart without delay", "restarts", FLOOR, 1.1),
  times("Stop of 1,000 processes", "stop-1000", UPSTREAM, 1),
  times("Stop of 1,000 processes", "stop-1000", FLOOR, 1.2),
  times("Round trip", "control-median", UPSTREAM, 1),
  rates("Time of a request", "control-rate", UPSTREAM, 1),
  times("Round trip: 99th in 100", "control-p99", UPSTREAM, 1),
  {
    ...{ name: "Longest answer while 1,000 start", against: "itself", unit: "ms", limit: 5 },
    value: ({ ours }) => ours.get("control-start-longest"),
  },
  {
    ...{ name: "Exec until ready", against: "empty program", unit: "×", limit: 1.15 },
    value: ({ ours }) => ratio(ours.get("ready"), ours.get("ready-empty")),
  },
  {
    ...{ name: "Anonymous memory with one service", against: "itself", unit: "kB" },
    ...{ limit: ONE_SERVICE_KB, value: ({ ours }: Measured) => ours.get("memory-0") },
  },
  {
    ...{ name: "Anonymous memory of a further service", against: "itself", unit: "B", limit: 1500 },
    value: ({ ours }) => {
      const [none, thousand] = [ours.get("memory-0"), ours.get("memory-1000")];
      if (none === undefined || thousand === undefined) return undefined;
      return (thousand - none) * 1024 / 1000;
    },
  },
  ...GROWTH_ACTIONS.map((action): Goal => ({
    ...{ name: `Growth of ${action} to 50,000 services`, against: "fewer services" },
    ...{ unit: "×", limit: 1.2, value: ({ ours }) => growthOf(ours, action) },
  })),
];

/** @returns All goals, in order. */
export function goalOutcomes(measured: Measured): readonly GoalOutcome[] {
  return GOALS.map((goal) => ({ ...goal, value: goal.value(measured) }));
}

/** Whether it is reached; undefined: that was not measured. */
export function isReached({ value, limit }: GoalOutcome): boolean | undefined {
  return value === undefined ? undefined : value <= limit;
}

function ratio(value: number | undefined, to: number | undefined): number | undefined {
  return value === undefined || to === undefined || to === 0 ? undefined : value / to;
}
