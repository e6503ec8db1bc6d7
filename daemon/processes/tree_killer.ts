/**
 * Ends what a service with kill-tree leaves behind: asks with TERM, waits, and in the end kills,
 * until nothing is left.
 *
 * Where the service has a cgroup, that holds all its processes and nothing escapes. Elsewhere they
 * are found in the table of processes; so that one which has left its parent, its session and its
 * environment is found too, the tree is looked at before it is taken down, while the links still
 * stand.
 */
import type { ServiceDescription } from "../../core/description/mod.ts";
import type { Event } from "../../core/event.ts";
import type { Instant, Pid, ServiceId, ServiceName } from "../../core/types.ts";
import type { Platform } from "../../platform/mod.ts";
import { FACT_KIND, Facts, putTagged } from "../kept/facts.ts";
import { askToEnd } from "./end_signal.ts";
import {
  isStillThere,
  type ProcessEntry,
  processesByService,
  readEnvironment,
  readProcess,
  readProcessTable,
} from "./process_table.ts";
import type { ServiceCgroups } from "./cgroups/service_cgroups.ts";

/** In the environment of processes of services that have no cgroup. */
export const TREE_VARIABLE = "DINIT_TREE";

/** Waits between two looks: short at first, because most trees are gone at once. */
const FIRST_LOOK_MS = 2;
const LAST_LOOK_MS = 100;
/**
 * After KILL only a process that the kernel itself cannot end, or that may not be signalled, stays.
 */
const GIVE_UP_MS = 5000;
/** A table of processes this old may serve another service too. */
const TABLE_AGE_MS = 10;

export interface TreeKillerParts {
  readonly platform: Platform;
  readonly cgroups: ServiceCgroups;
  /** The service whose process, made by the manager and still there, this is. */
  readonly mainOf: (pid: Pid) => ServiceId | undefined;
  readonly nameOf: (service: ServiceId) => ServiceName;
  readonly warn: (text: string) => void;
  /** Takes the event that was given for the time when nothing is left of a tree. */
  readonly report: (event: Event) => void;
}

interface Ending {
  readonly name: ServiceName;
  /**
   * A process of somebody else that belongs to the service; until it has ended, nothing is done to
   * the rest.
   */
  daemon: ProcessEntry | undefined;
  /** When KILL follows TERM. */
  killAt: number;
  giveUpAt: number;
  nextLook: number;
  lookMs: number;
  /** Processes that got TERM. */
  readonly asked: Set<Pid>;
  readonly done: Event;
}

/** What is remembered of a service's processes; for those without a cgroup. */
interface Tree {
  readonly leaders: Set<number>;
  /** PID → when it was made. */
  readonly members: Map<number, string>;
}

/** What is remembered of trees, and those that are being ended, for another manager. */
export interface KeptTrees {
  readonly trees: ReadonlyMap<ServiceId, Tree>;
  readonly endings: ReadonlyMap<ServiceId, Ending>;
}

export class TreeKiller {
  readonly #parts: TreeKillerParts;
  readonly #trees = new Map<ServiceId, Tree>();
  readonly #endings = new Map<ServiceId, Ending>();
  /** What is remembered, by service. */
  readonly facts = new Facts(FACT_KIND.tree, this.#trees, putTagged);
  /**
   * What is being ended, by service. Who was asked is not noted each time: a later manager asks
   * once more.
   */
  readonly endingFacts = new Facts(FACT_KIND.treeEnding, this.#endings, putTagged);
  #table:
    | { readonly readAt: Instant; readonly byService: Map<ServiceId, ProcessEntry[]> }
    | undefined;

  constructor(parts: TreeKillerParts) {
    this.#parts = parts;
  }

  /** A process of a service with kill-tree has been made. */
  launched(service: ServiceId, pid: Pid): void {
    if (this.#hasCgroup(service)) return;
    const tree = this.#trees.get(service) ?? { leaders: new Set(), members: new Map() };
    tree.leaders.add(pid);
    this.#trees.set(service, tree);
    this.facts.note(service);
  }

  /** Remembers all processes of a service that is about to be stopped. */
  remember(service: ServiceId): void {
    const tree = this.#trees.get(service);
    if (tree === undefined || this.#endings.has(service)) return;
    for (const { pid, madeAt } of this.#ownProcesses(service, TABLE_AGE_MS)) {
      tree.members.set(pid, madeAt);
    }
    this.facts.note(service);
  }

  /**
   * Begins to end what is left of a service none of whose own processes is left.
   *
   * @param done Reported from {@link runDue}, once, when nothing is left.
   */
  begin(
    service: ServiceId,
    description: ServiceDescription,
    done: Event,
  ): void {
    this.#begin(service, description, { daemon: undefined, done });
  }

  /**
   * The same for a daemon that was signalled, but is no child of the manager: its end comes first.
   *
   * @param daemon undefined: it has ended already.
   */
  beginWithDaemon(
    service: ServiceId,
    description: ServiceDescription,
    daemon: Pid | undefined,
    done: Event,
  ): void {
    const entry = daemon === undefined ? undefined : readProcess(this.#parts.platform, daemon);
    this.#begin(service, description, { daemon: entry, done });
  }

  #begin(
    service: ServiceId,
    description: ServiceDescription,
    parts: Pick<Ending, "daemon" | "done">,
  ): void {
    const { stopTimeoutMs, name } = description;
    const now = this.#parts.platform.now();
    const killAt = stopTimeoutMs > 0 ? now + stopTimeoutMs : Infinity;
    this.#endings.set(service, {
      ...parts,
      name,
      killAt,
      giveUpAt: killAt + GIVE_UP_MS,
      nextLook: now,
      lookMs: FIRST_LOOK_MS,
      asked: new Set(),
    });
    this.endingFacts.note(service);
  }

  isEnding(service: ServiceId): boolean {
    return this.#endings.has(service);
  }

  /**
   * Takes a signal that is meant for a process which has ended, while its tree is being ended.
   *
   * @returns Whether it did; then nothing must be sent.
   */
  takesSignal(service: ServiceId, signal: string): boolean {
    const ending = this.#endings.get(service);
    if (ending === undefined) return false;
    if (signal === "KILL") {
      this.#killFrom(ending, this.#parts.platform.now());
      this.endingFacts.note(service);
    }
    return true;
  }

  /** An orphan has ended, perhaps the last of a tree. */
  orphanEnded(): void {
    const now = this.#parts.platform.now();
    for (const ending of this.#endings.values()) ending.nextLook = now;
  }

  next(): Instant | undefined {
    if (this.#endings.size === 0) return undefined;
    let next = Infinity;
    for (const ending of this.#endings.values()) next = Math.min(next, ending.nextLook);
    return next === Infinity ? undefined : next as Instant;
  }

  runDue(now: Instant): void {
    if (this.#endings.size === 0) return;
    // One table for all that are due, and not one of an earlier turn.
    this.#table = undefined;
    for (const [service, ending] of this.#endings) {
      if (ending.nextLook <= now) this.#look(service, ending, now);
    }
  }

  /** The record is gone; what its processes do is nobody's business any more. */
  forget(service: ServiceId): void {
    this.#delete(service);
  }

  #delete(service: ServiceId): void {
    if (this.#endings.delete(service)) this.endingFacts.note(service);
    if (this.#trees.delete(service)) this.facts.note(service);
  }

  /** For {@linkcode adopt}. */
  keep(): KeptTrees {
    return { trees: this.#trees, endings: this.#endings };
  }

  /** Goes on where another manager was. */
  adopt({ trees, endings }: KeptTrees): void {
    for (const [service, tree] of trees) this.#trees.set(service, tree);
    for (const [service, ending] of endings) this.#endings.set(service, ending);
  }

  #look(service: ServiceId, ending: Ending, now: Instant): void {
    const { warn } = this.#parts;
    const { daemon } = ending;
    if (daemon !== undefined && !isStillThere(this.#parts.platform, daemon)) {
      ending.daemon = undefined;
      this.endingFacts.note(service);
      ending.lookMs = FIRST_LOOK_MS;
    }
    const left = ending.daemon === undefined
      ? this.#left(service, ending.name)
      : [ending.daemon.pid];
    if (left.length === 0) return this.#finish(service, ending);
    if (now >= ending.giveUpAt) {
      warn(`${ending.name}: Cannot end what it left behind: process ${left.join(", ")}`);
      return this.#finish(service, ending);
    }
    if (now >= ending.killAt) this.#kill(service, ending, left);
    else if (ending.daemon === undefined) this.#ask(ending, left);
    ending.nextLook = Math.min(now + ending.lookMs, Math.max(ending.killAt, now + FIRST_LOOK_MS));
    ending.lookMs = Math.min(ending.lookMs * 2, LAST_LOOK_MS);
  }

  #finish(service: ServiceId, ending: Ending): void {
    this.#delete(service);
    this.#parts.report(ending.done);
  }

  /** TERM, once to each. */
  #ask(ending: Ending, left: readonly Pid[]): void {
    const { platform } = this.#parts;
    for (const pid of left) {
      if (ending.asked.has(pid)) continue;
      ending.asked.add(pid);
      askToEnd(platform, "TERM", pid, "process");
    }
  }

  #kill(service: ServiceId, ending: Ending, left: readonly Pid[]): void {
    const { platform, cgroups } = this.#parts;
    // The daemon may be in no cgroup of ours.
    const wasCgroupKilled = this.#hasCgroup(service) && cgroups.kill(ending.name);
    if (wasCgroupKilled && ending.daemon === undefined) return;
    const kill = platform.signalNumber("KILL") ?? 9;
    for (const pid of left) platform.signal(pid, kill, "process");
  }

  #killFrom(ending: Ending, now: number): void {
    ending.killAt = Math.min(ending.killAt, now);
    ending.giveUpAt = Math.min(ending.giveUpAt, now + GIVE_UP_MS);
    ending.nextLook = now;
  }

  #left(service: ServiceId, name: ServiceName): readonly Pid[] {
    const { platform, cgroups } = this.#parts;
    if (this.#hasCgroup(service)) return cgroups.processes(name);
    return this.#ownProcesses(service, TABLE_AGE_MS).filter((entry) =>
      isStillThere(platform, entry)
    )
      .map(({ pid }) => pid);
  }

  #hasCgroup(service: ServiceId): boolean {
    return this.#parts.cgroups.has(this.#parts.nameOf(service));
  }

  /** @param ageMs How old the table may be; several services ask in one turn of the loop. */
  #ownProcesses(service: ServiceId, ageMs: number): readonly ProcessEntry[] {
    const now = this.#parts.platform.now();
    if (this.#table === undefined || now - this.#table.readAt > ageMs) {
      this.#table = { readAt: now, byService: this.#readTable() };
    }
    return this.#table.byService.get(service) ?? [];
  }

  #readTable(): Map<ServiceId, ProcessEntry[]> {
    const { platform, mainOf, nameOf } = this.#parts;
    const leaders = new Map<number, ServiceId>();
    const members = new Map<number, readonly [string, ServiceId]>();
    const marks = new Map<string, ServiceId>();
    for (const [service, tree] of this.#trees) {
      for (const pid of tree.leaders) leaders.set(pid, service);
      for (const [pid, madeAt] of tree.members) members.set(pid, [madeAt, service]);
      marks.set(treeMark(platform, nameOf(service)), service);
    }
    return processesByService(readProcessTable(platform), {
      manager: platform.processId(),
      mainOf,
      knownOf: ({ pid, madeAt }) => {
        const known = members.get(pid);
        return known?.[0] === madeAt ? known[1] : undefined;
      },
      leaderOf: (number) => leaders.get(number),
      markedFor: ({ pid }) => {
        const mark = readEnvironment(platform, pid).find((text) => marks.has(text));
        return mark === undefined ? undefined : marks.get(mark);
      },
    });
  }
}

/** `DINIT_TREE=PID:NAME`: of which manager and which service. */
export function treeMark(platform: Platform, name: ServiceName): string {
  return `${TREE_VARIABLE}=${platform.processId()}:${name}`;
}

/** The service of this manager whose mark a process has in its environment. */
export function markedName(platform: Platform, pid: Pid): ServiceName | undefined {
  const begin = `${TREE_VARIABLE}=${platform.processId()}:`;
  const mark = readEnvironment(platform, pid).find((text) => text.startsWith(begin));
  return mark?.slice(begin.length) as ServiceName | undefined;
}
