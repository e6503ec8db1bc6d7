/**
 * What a manager that died has left is settled: its successor compares the state with the processes
 * that are there, does what the rules say (`core/recovery/`, `docs/design/0031`), and goes on. How
 * the state came here, and whether processes are children still, does not matter.
 *
 * Until the new state counts nothing is launched, so a manager that dies in the middle of this
 * leaves what it has found.
 */
import type { Command } from "../../core/command.ts";
import type { Event, Order } from "../../core/event.ts";
import type { FoundProcesses } from "../../core/recovery/found_processes.ts";
import type { Observation } from "../../core/recovery/observation.ts";
import { reportsOfFound } from "../../core/recovery/process_reports.ts";
import { type Settlement, settlementOf } from "../../core/recovery/settlement.ts";
import type { Scheduler } from "../../core/schedule/scheduler.ts";
import type { Fd, Pid, ServiceId } from "../../core/types.ts";
import type { Platform } from "../../platform/mod.ts";
import type { WorkNotes } from "../kept/work_notes.ts";
import type { Leftovers } from "../launch/leftovers.ts";
import type { SpawnCommand } from "../launch/queue.ts";
import type { ServiceLaunches } from "../launch/service_launches.ts";
import { adoptLeftParts, type LeftSurroundings } from "./left_parts.ts";
import type { FactParts } from "./kept_facts.ts";
import type { LeftManager, WaysToFind } from "./left_manager.ts";
import { type FoundLaunch, type LeftProcesses, sortProcesses } from "./left_processes.ts";
import type { ProcessEnds } from "../supervision/process_ends.ts";

/** What it works with. */
export interface SettlingParts {
  readonly platform: Platform;
  readonly scheduler: Scheduler;
  readonly parts: FactParts;
  readonly ends: Pick<ProcessEnds, "childEnded" | "lost">;
  readonly launches: Pick<ServiceLaunches, "adoptLaunch">;
  readonly leftovers: Pick<Leftovers, "end">;
  /** What the manager is at. */
  readonly work: Pick<WorkNotes, "note">;
  /** The manager's log has unfinished output on the console. */
  readonly isLogBusy: () => boolean;
  readonly execute: (commands: readonly Command[]) => void;
  /** Applies all events that wait, and what they cause. */
  readonly settle: () => void;
}

/** A service that is to be set aside, and why: a sentence. */
export interface Blamed {
  readonly service: ServiceId;
  readonly why: string;
}

/** What was found. */
export interface Settled {
  /** Processes of services that are there still. */
  readonly alive: number;
  /** Processes whose end nobody has noticed. */
  readonly lost: number;
  /** Processes that nobody has asked for, and that are being ended. */
  readonly ended: number;
}

export class Settling {
  readonly #parts: SettlingParts;
  readonly #left: LeftManager;
  readonly #ways: WaysToFind;
  readonly #launches = new Map<Pid, FoundLaunch>();
  /** Whose end was told to those who report it. */
  readonly #told = new Set<Pid>();
  /** While commands are carried out. */
  #work: { readonly found: FoundProcesses; readonly events: Event[] } | undefined;

  constructor(parts: SettlingParts, left: LeftManager, ways: WaysToFind) {
    this.#parts = parts;
    this.#left = left;
    this.#ways = ways;
  }

  /**
   * Takes over what is there, and does what follows from it. What comes of that is to be kept, and
   * only then the loop may begin.
   */
  settle(blamed: Blamed | undefined): Settled {
    const { scheduler, platform, parts } = this.#parts;
    const { facts } = this.#left;
    const services = new Set(scheduler.list());
    const processes = sortProcesses(facts, scheduler.records(), { platform, ways: this.#ways });
    for (const one of processes.found) this.#launches.set(one.process.pid, one);
    const gone = adoptLeftParts(
      parts,
      this.#left,
      {
        ways: this.#ways,
        processes,
        services: [...services],
        descriptionOf: (service) =>
          services.has(service) ? scheduler.description(service) : undefined,
        find: (name) => scheduler.find(name),
        isHeld: scheduler.isHeld,
      } satisfies LeftSurroundings,
    );
    const own = blamed !== undefined && services.has(blamed.service) ? blamed : undefined;
    if (own !== undefined) this.#killAll(own.service);
    // Who has ended leaves the table before the first event is told: no signal reaches a stranger.
    for (const pid of gone) {
      this.#told.add(pid);
      const isSetAside = own !== undefined && parts.processes.get(pid)?.service === own.service;
      if (isSetAside) parts.processes.discard(pid);
      else this.#ended(pid, processes);
    }
    const observation = this.#observation(processes, own);
    this.#carryOut(settlementOf(scheduler, observation, own));
    return {
      alive: processes.known.length - gone.length,
      lost: gone.filter((pid) => !processes.collected.has(pid)).length,
      ended: this.#endLeft(),
    };
  }

  /** A launch is asked for. @returns Whether what was found is what is asked for. */
  takes({ service, role }: SpawnCommand): boolean {
    const work = this.#work;
    const found = work?.found.take(service, role);
    if (work === undefined || found === undefined) return false;
    const [made, ...reports] = reportsOfFound(found);
    work.events.push(...reports);
    if (made !== undefined) this.#apply(made);
    return true;
  }

  #ended(pid: Pid, { collected }: LeftProcesses): void {
    const { ends } = this.#parts;
    const status = collected.get(pid);
    if (status === undefined) ends.lost(pid);
    else ends.childEnded({ pid, status });
  }

  #observation({ found }: LeftProcesses, blamed: Blamed | undefined): Observation {
    const { parts, isLogBusy } = this.#parts;
    return {
      // What has come of their ends, launches and words is told by the parts, as ever.
      processOf: (service, _role, pid) => {
        const isKnown = parts.processes.get(pid) !== undefined || this.#told.has(pid) ||
          parts.trees.isEnding(service);
        if (!isKnown) return { kind: "gone" };
        return { kind: "alive", execution: this.#execution(pid), readiness: "open" };
      },
      found: found.map(({ process }) => process)
        .filter(({ service }) => service !== blamed?.service),
      isLogBusy: isLogBusy(),
    };
  }

  #execution(pid: Pid) {
    const isUnderWay = this.#left.facts.underWay.some((launch) => launch.pid === pid);
    return { kind: isUnderWay ? "pending" : "executed" } as const;
  }

  #carryOut({ commands, order, events, found }: Settlement): void {
    const { execute, settle } = this.#parts;
    const work = this.#work = { found, events: [...events] };
    execute(commands);
    if (order !== undefined) this.#order(order);
    for (let at = 0; at < work.events.length; at++) this.#apply(work.events[at] as Event);
    settle();
    const reported = work.events.length;
    this.#apply({ kind: "deadline" });
    for (let at = reported; at < work.events.length; at++) this.#apply(work.events[at] as Event);
    settle();
  }

  #order(order: Order): void {
    const { scheduler, platform, execute } = this.#parts;
    execute(scheduler.order(order, platform.now()).commands);
  }

  #apply(event: Event): void {
    const { scheduler, platform, execute, work } = this.#parts;
    if ("service" in event) work.note(event.service, event.kind);
    if (event.kind === "spawned") this.#adoptFound(event.pid);
    execute(scheduler.apply(event, platform.now()));
  }

  /** It belongs to its service from now on. */
  #adoptFound(pid: Pid): void {
    const found = this.#launches.get(pid);
    if (found === undefined) return;
    this.#launches.delete(pid);
    const { service, role, now } = found.process;
    if (now.kind === "ended") return this.#closeEnds(found);
    const process = this.#ways.launched?.(pid, found.made, { service, role }) ?? { service, role };
    const hasEnded = process === "ended";
    this.#parts.parts.processes.add(pid, hasEnded ? { service, role } : process);
    this.#parts.launches.adoptLaunch(this.#open(found));
    if (hasEnded) this.#parts.ends.lost(pid);
  }

  /** With the descriptors that are there. */
  #open({ launch }: FoundLaunch) {
    const { isOpen } = this.#ways;
    const { report, ends: { readiness, notify, control } } = launch;
    const open = (fd: Fd | undefined) => fd !== undefined && isOpen(fd) ? fd : undefined;
    return {
      ...launch,
      report: open(report),
      ends: {
        readiness: open(readiness),
        notify: notify !== undefined && isOpen(notify.fd) ? notify : undefined,
        control: open(control),
      },
    };
  }

  #closeEnds(found: FoundLaunch): void {
    const { report, ends: { readiness, notify, control } } = this.#open(found);
    const { close, lastResort } = this.#parts.platform;
    for (const fd of [report, readiness, notify?.fd, control]) {
      if (fd === undefined) continue;
      // Otherwise it would be closed once more, as one that nobody has wanted.
      lastResort.keep(fd, false);
      close(fd);
    }
  }

  /** What nobody has asked for. @returns How many there are. */
  #endLeft(): number {
    const { scheduler, leftovers } = this.#parts;
    const services = new Set(scheduler.list());
    let count = 0;
    for (const found of this.#launches.values()) {
      const { pid, service, now } = found.process;
      this.#closeEnds(found);
      if (now.kind !== "alive") continue;
      const timeoutMs = services.has(service) ? scheduler.description(service).stopTimeoutMs : 0;
      leftovers.end(pid, service, timeoutMs);
      count++;
    }
    this.#launches.clear();
    this.#work = undefined;
    return count;
  }

  /** Of a service that is set aside. What is collected of it later is an orphan. */
  #killAll(service: ServiceId): void {
    const { platform, parts } = this.#parts;
    const kill = platform.signalNumber("KILL") ?? 9;
    for (const pid of parts.processes.of(service)) {
      if (parts.processes.target(pid, "group") !== "gone") platform.signal(pid, kill, "group");
      parts.processes.discard(pid);
    }
    for (const found of this.#launches.values()) {
      const { pid, now } = found.process;
      if (found.process.service !== service) continue;
      if (now.kind === "alive") platform.signal(pid, kill, "group");
      this.#closeEnds(found);
      this.#launches.delete(pid);
    }
  }
}
