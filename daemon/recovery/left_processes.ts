/**
 * Processes that a manager which died has left: which of them its state knows, which it has
 * launched in the turn that was broken off, and which of those are there still.
 */
import type { FoundProcess } from "../../core/recovery/observation.ts";
import type { ServiceRecord } from "../../core/service/record/record.ts";
import type { ExitStatus, Pid, ServiceId } from "../../core/types.ts";
import type { Platform } from "../../platform/mod.ts";
import type { NotedLaunch } from "../kept/launch_journal.ts";
import type { LeftFacts } from "./kept_facts.ts";
import type { LeftLaunch } from "../launch/launch_fact.ts";
import type { Made, WaysToFind } from "./left_manager.ts";
import type { FoundProcessFact } from "../processes/process_fact.ts";

/** A process that the state does not know, and what is known of its launch. */
export interface FoundLaunch {
  readonly process: FoundProcess;
  readonly launch: LeftLaunch;
  readonly made: Made;
}

/** What was found. */
export interface LeftProcesses {
  /** Those that the state knows, as they were noted. */
  readonly known: readonly FoundProcessFact[];
  /** Of those: who was collected. Nobody else has these numbers among them. */
  readonly collected: ReadonlyMap<Pid, ExitStatus>;
  /** In the order of their launches. */
  readonly found: readonly FoundLaunch[];
}

type Records = readonly Readonly<ServiceRecord>[];

/** Sorts them; nothing is changed, but for reports of launches, which are read. */
export function sortProcesses(
  facts: LeftFacts,
  records: Iterable<Readonly<ServiceRecord>>,
  { platform, ways }: { readonly platform: Platform; readonly ways: WaysToFind },
): LeftProcesses {
  const all = [...records];
  const owners = ownersOf(all);
  const known: FoundProcessFact[] = [];
  const collected = new Map<Pid, ExitStatus>();
  const found: FoundLaunch[] = [];
  const seen = new Set<Pid>();
  const unknownOf = (launch: NotedLaunch, all: Records, known: ReadonlySet<Pid>) => {
    if (ways.unknown === undefined) return unknownChild(launch, known, platform);
    const description = all.find(({ id }) => id === launch.service)?.description;
    const command = launch.role === "start" ? description?.command : description?.stopCommand;
    return ways.unknown(launch, known, command ?? []);
  };
  const find = (launch: LeftLaunch, made: Made) => {
    const { service, role, pid } = launch;
    if (seen.has(pid)) return;
    seen.add(pid);
    const now = stateOf(launch, made, { facts, platform, ways });
    if (now !== undefined) found.push({ process: { service, role, pid, now }, launch, made });
  };
  for (const fact of facts.processes) {
    const { pid, service, successor } = fact;
    const owner = owners.get(pid);
    if (successor === undefined && owner?.service !== service) {
      const launch = facts.underWay.find((one) => one.pid === pid) ?? arrived(fact);
      find(launch, { notAfterMs: fact.seenMs });
      continue;
    }
    seen.add(pid);
    known.push(fact);
    const end = facts.ends.get(pid);
    if (end !== undefined) collected.set(pid, end);
  }
  // Facts may be ahead of the state: then those who have ended are no facts any more.
  for (const [pid, status] of facts.ends) {
    const owner = owners.get(pid);
    if (owner === undefined || seen.has(pid)) continue;
    seen.add(pid);
    known.push({ ...owner, pid, seenMs: 0 });
    collected.set(pid, status);
  }
  for (const launch of facts.launches) {
    const pid = launch.pid ?? (launch.isNumbered ? undefined : unknownOf(
      launch,
      all,
      new Set([...seen, ...owners.keys(), ...facts.errands, ...facts.probeChildren.keys()]),
    ));
    if (pid === undefined || owners.has(pid)) continue;
    find({ ...launch, pid }, { notBeforeMs: launch.sinceMs });
  }
  for (const [pid, { service, seenMs }] of facts.leftovers) {
    find(arrived({ pid, service, role: "start" }), { notAfterMs: seenMs });
  }
  return { known, collected, found };
}

/** Its program runs; how it speaks is known by its number. */
function arrived({ service, role, pid }: Omit<LeftLaunch, "report" | "ends">): LeftLaunch {
  return { service, role, pid, report: undefined, ends: {} };
}

/** Numbers of processes that the state counts on. */
function ownersOf(
  records: Iterable<Readonly<ServiceRecord>>,
): ReadonlyMap<Pid, { readonly service: ServiceId; readonly role: "start" | "stop" }> {
  const owners = new Map<Pid, { readonly service: ServiceId; readonly role: "start" | "stop" }>();
  for (const { id, main, stopper } of records) {
    if (main.pid !== 0) owners.set(main.pid, { service: id, role: "start" });
    if (stopper.pid !== 0) owners.set(stopper.pid, { service: id, role: "stop" });
  }
  return owners;
}

/** @returns undefined: nothing is left of it that anybody could know. */
function stateOf(
  { pid, report }: LeftLaunch,
  made: Made,
  { facts, platform, ways }: {
    readonly facts: LeftFacts;
    readonly platform: Platform;
    readonly ways: WaysToFind;
  },
): FoundProcess["now"] | undefined {
  const status = facts.ends.get(pid);
  if (status === undefined) {
    // One that has ended and was not collected yet is reported as any other child.
    if (ways.isThere(pid, made)) {
      return { kind: "alive", execution: { kind: "pending" }, readiness: "open" };
    }
    // It was made, and may have done its work.
    return ways.areCollected
      ? { kind: "ended", execution: { kind: "executed" }, status: { kind: "none" } }
      : undefined;
  }
  const outcome = report !== undefined && ways.isOpen(report)
    ? platform.leftReport(report)
    : { kind: "executed" } as const;
  const execution = outcome.kind === "exec-failed"
    ? { kind: "failed", stage: outcome.stage, errno: outcome.errno } as const
    : { kind: "executed" } as const;
  return { kind: "ended", execution, status };
}

/** Ticks of the clock that processes are dated by: proc(5), starttime. */
const TICK_MS = 10;

/** The child that was made between the two notes about its launch, if it was. */
function unknownChild(
  { sinceMs }: NotedLaunch,
  known: ReadonlySet<Pid>,
  platform: Platform,
): Pid | undefined {
  const children = childrenOf(platform).filter(({ pid, madeMs }) =>
    !known.has(pid) && madeMs + TICK_MS >= sinceMs
  );
  // What became ours because its parents ended is most likely older, or has a lower number.
  return children.toSorted((one, other) => other.madeMs - one.madeMs)[0]?.pid;
}

const STAT_LIMIT_BYTES = 4096;

/** Those that have ended and were not collected among them. */
function childrenOf(platform: Platform): readonly { readonly pid: Pid; readonly madeMs: number }[] {
  const own = platform.processId();
  const listed = platform.readDirectory("/proc");
  if (listed.kind !== "names") return [];
  return listed.names.flatMap((name) => {
    if (!/^[0-9]+$/.test(name)) return [];
    const file = platform.readFile(`/proc/${name}/stat`, STAT_LIMIT_BYTES);
    if (file.kind === "failure") return [];
    const text = new TextDecoder().decode(file.bytes);
    // The name may hold anything. What follows begins with the third field of proc(5).
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    const [, parent] = fields;
    const madeMs = Number(fields[19]) * TICK_MS;
    return Number(parent) === own ? [{ pid: Number(name) as Pid, madeMs }] : [];
  });
}
