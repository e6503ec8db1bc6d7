/** The parts of a manager go on where those of one that died were, as far as that is known. */
import type { ServiceDescription } from "../../core/description/mod.ts";
import type { Fd, Pid, ServiceId, ServiceName } from "../../core/types.ts";
import type { FactParts } from "./kept_facts.ts";
import type { LeftManager, WaysToFind } from "./left_manager.ts";
import type { LeftProcesses } from "./left_processes.ts";

/** What else there is to know. */
export interface LeftSurroundings {
  readonly ways: WaysToFind;
  readonly processes: LeftProcesses;
  /** Undefined: there is no such service. */
  readonly descriptionOf: (service: ServiceId) => ServiceDescription | undefined;
  readonly find: (name: ServiceName) => ServiceId | undefined;
  readonly services: readonly ServiceId[];
  /** Nothing was launched, at somebody's order. */
  readonly isHeld: boolean;
}

/** The parts that go on. */
type Parts = Pick<
  FactParts,
  | ("cgroups" | "control" | "demand" | "ending" | "environment" | "faults" | "launches")
  | ("logins" | "notifications" | "outputs" | "processes" | "readiness" | "socket")
  | ("sockets" | "starts" | "timers" | "trees" | "probes")
>;

/**
 * Has them go on. Nothing is read, written or ended.
 *
 * @returns Processes that have ended without anybody's notice; those that were collected among
 * them. They are in the table still.
 */
export function adoptLeftParts(
  parts: Parts,
  { facts }: Pick<LeftManager, "facts">,
  surroundings: LeftSurroundings,
): readonly Pid[] {
  const { ways, processes, descriptionOf, find, services, isHeld } = surroundings;
  const theirs = facts.parts;
  const isKnown = (service: ServiceId) => descriptionOf(service) !== undefined;
  const isOpen = (fd: Fd) => ways.isOpen(fd);
  if (theirs.environment !== undefined) parts.environment.adopt(theirs.environment);
  parts.outputs.adoptLeft(
    theirs.outputs.filter(({ readEnd, writeEnd }) => isOpen(readEnd) && isOpen(writeEnd)),
    (name) => {
      const service = find(name);
      return service === undefined ? undefined : descriptionOf(service);
    },
    facts.inbox,
  );
  parts.cgroups.adoptLeft(theirs.cgroupRoot, services.flatMap((one) => descriptionOf(one) ?? []));
  const ended = adoptProcesses(parts, facts, processes, ways);
  parts.notifications.adopt({
    statusTexts: filtered(theirs.notifications.statusTexts, (service) => isKnown(service)),
    speakers: theirs.notifications.speakers.filter(({ service, socket }) =>
      isKnown(service) && isOpen(socket.fd)
    ),
  });
  parts.readiness.adopt(
    filtered(theirs.readiness, (fd, { service }) => isOpen(fd) && isKnown(service)),
  );
  parts.sockets.adopt({
    open: filtered(
      theirs.sockets,
      (service, sockets) => isKnown(service) && sockets.every(({ fd }) => isOpen(fd)),
    ),
    left: theirs.leftSockets ?? new Map(),
  });
  parts.demand.adopt(filtered(theirs.demand, (fd, { service }) => isOpen(fd) && isKnown(service)));
  parts.timers.adopt(filtered(theirs.timers ?? new Map(), isKnown));
  parts.probes.adoptChildren(
    filtered(facts.probeChildren, (pid, { seenMs }) => ways.isThere(pid, { notAfterMs: seenMs })),
  );
  parts.trees.adopt({
    trees: filtered(theirs.trees.trees, isKnown),
    endings: filtered(theirs.trees.endings, isKnown),
  });
  const known = new Set(processes.known.map(({ pid }) => pid));
  for (const launch of facts.underWay) {
    const { pid, report } = launch;
    if (!known.has(pid)) continue;
    const isThere = report !== undefined && isOpen(report);
    parts.launches.adoptLaunch(isThere ? launch : { ...launch, report: undefined, ends: {} });
  }
  if (isHeld) parts.launches.queue.hold();
  if (theirs.logins !== undefined) parts.logins.adopt(theirs.logins);
  parts.faults.adopt(filtered(theirs.faults, isKnown));
  parts.starts.adopt({ readyMs: undefined, services: filtered(theirs.starts, isKnown) });
  if (!ways.isOwnSocket) adoptSocket(parts, theirs, isOpen);
  parts.control.adoptLeft(
    theirs.passed.filter(({ fd, pipe: { readEnd, writeEnd }, service }) =>
      [fd, readEnd, writeEnd].every(isOpen) && (service === undefined || isKnown(service))
    ),
    ways.isNobodysFault,
  );
  if (theirs.ending !== undefined) parts.ending.adopt({ ...theirs.ending, prompt: undefined });
  return ended;
}

function adoptSocket(
  { control, socket }: Pick<Parts, "control" | "socket">,
  { control: { listener }, readyDescriptor }: LeftManager["facts"]["parts"],
  isOpen: WaysToFind["isOpen"],
): void {
  const isListening = listener !== undefined && isOpen(listener.fd);
  control.adopt({ listener: isListening ? listener : undefined, connections: [] });
  socket.adopt(
    readyDescriptor !== undefined && isOpen(readyDescriptor) ? readyDescriptor : undefined,
  );
}

function adoptProcesses(
  { processes: table }: Pick<Parts, "processes">,
  { parts }: LeftManager["facts"],
  { known, collected }: LeftProcesses,
  ways: WaysToFind,
): readonly Pid[] {
  const facts = new Map(known.map((fact) => [fact.pid, fact]));
  const kept = {
    processes: known.map(({ seenMs: _, ...process }) => process),
    unwatched: parts.unwatched,
  };
  return table.adopt(kept, (pid, process) => {
    if (collected.has(pid)) return "ended";
    const fact = facts.get(pid);
    if (ways.process === undefined || fact === undefined) return table.find(pid, process);
    return ways.process(fact);
  });
}

function filtered<Key, Value>(
  all: ReadonlyMap<Key, Value>,
  isKept: (key: Key, value: Value) => boolean,
): ReadonlyMap<Key, Value> {
  return new Map([...all].filter(([key, value]) => isKept(key, value)));
}
