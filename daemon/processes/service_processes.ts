/**
 * The processes of services: which service each belongs to, and as what, from its start until its
 * end; and whether a number still stands for the process that it was.
 *
 * The number of our child is nobody else's until we have collected it. That of any other process
 * can be given anew when it has ended, so its age is remembered with it.
 */
import type { PidFileReading } from "../../core/event.ts";
import type { KeptBlocks } from "../../core/state/kept_blocks.ts";
import type { Pid, ServiceId } from "../../core/types.ts";
import type { Platform } from "../../platform/mod.ts";
import { FACT_KIND, Facts } from "../kept/facts.ts";
import { judgeClaim, type KnownServices } from "./daemon_claim.ts";
import { findLeftDaemon, isStillSearched, nextSearch } from "./left_daemon.ts";
import { type NamedDaemon, readPidFile } from "./pid_file.ts";
import { putProcess } from "./process_fact.ts";
import type { DaemonClue, ServiceProcess } from "./service_process.ts";

/** A daemon whose end nobody reports. */
interface Unwatched {
  readonly pid: Pid;
  readonly madeAt: string | undefined;
}

/** A process as another manager goes on with it: that of one that is no child by its age. */
interface KeptProcess extends ServiceProcess {
  readonly pid: Pid;
}

/** The processes of all services. */
export interface KeptProcesses {
  readonly processes: readonly KeptProcess[];
  readonly unwatched: readonly (Unwatched & { readonly service: ServiceId })[];
}

/** The clock is read once for all that are put together. */
class ProcessFacts extends Facts<ServiceProcess> {
  readonly #platform: Pick<Platform, "processClockMs">;
  readonly #put = { kind: FACT_KIND.process, pid: 0, nowMs: 0 };

  constructor(
    platform: Pick<Platform, "processClockMs">,
    all: ReadonlyMap<number, ServiceProcess>,
  ) {
    super(FACT_KIND.process, all, (blocks, _, pid, process) => {
      this.#put.pid = pid;
      return putProcess(blocks, this.#put, process);
    });
    this.#platform = platform;
  }

  override put(blocks: KeptBlocks): boolean {
    this.#put.nowMs = this.#platform.processClockMs();
    return super.put(blocks);
  }
}

export class ServiceProcesses {
  /** All but the daemons whose end nobody reports. */
  readonly facts: Facts<ServiceProcess>;
  /** Those daemons, by service. */
  readonly unwatchedFacts: Facts<Unwatched>;
  readonly #platform: Platform;
  readonly #services: Omit<KnownServices, "serviceOf">;
  readonly #processes = new Map<Pid, ServiceProcess>();
  /** How many each service counts on: at each end it is asked, of thousands that end together. */
  readonly #counts = new Map<ServiceId, number>();
  /** Those that have named a successor: few ever do. */
  readonly #succeeded = new Set<Pid>();
  readonly #unwatched = new Map<ServiceId, Unwatched>();

  constructor(platform: Platform, services: Omit<KnownServices, "serviceOf">) {
    this.#platform = platform;
    this.#services = services;
    this.unwatchedFacts = new Facts(FACT_KIND.unwatchedDaemon, this.#unwatched);
    // While a process is in the table its number is nobody else's, or its age is known.
    this.facts = new ProcessFacts(platform, this.#processes);
  }

  add(pid: Pid, process: ServiceProcess): void {
    this.#set(pid, process);
    if (process.role === "start") this.#deleteUnwatched(process.service);
  }

  /** Its program could not be executed: it is nobody's any more. */
  discard(pid: Pid): void {
    this.#delete(pid);
  }

  get(pid: Pid): ServiceProcess | undefined {
    return this.#processes.get(pid);
  }

  /**
   * Whether the process is there that the service counts on; one that has named a successor is not.
   */
  hasAnyOf(service: ServiceId): boolean {
    return this.#counts.has(service);
  }

  /**
   * The process that the manager made and that has named another as the main one, if it is still
   * there.
   */
  predecessorOf(service: ServiceId): Pid | undefined {
    for (const pid of this.#succeeded) {
      if (this.#processes.get(pid)?.service === service) return pid;
    }
    return undefined;
  }

  /**
   * The process has ended, and is no longer in the table.
   *
   * @returns "orphan" when it was no service's; "succeeded" when another process has taken its
   *   place and goes on, so that the service knows of no end.
   */
  remove(pid: Pid): ServiceProcess | "orphan" | "succeeded" {
    const process = this.#processes.get(pid);
    if (process === undefined) return "orphan";
    this.#delete(pid);
    if (process.watched !== undefined) this.#platform.poller.unwatchProcess(pid);
    const { successor } = process;
    if (successor === undefined) return process;
    const next = this.#processes.get(successor);
    if (next === undefined || next.watched !== undefined) return "succeeded";
    // The successor may have ended before, as a child of this process: without a watch that was not
    // noticed.
    if (this.#platform.childState(successor) !== "none") return "succeeded";
    this.#delete(successor);
    return process;
  }

  /**
   * What is left of an unloaded service (a daemon it lost track of) is an orphan like any other.
   */
  forget(service: ServiceId): void {
    this.#deleteUnwatched(service);
    for (const [pid, process] of this.#processes) {
      if (process.service === service) this.#drop(pid, process);
    }
  }

  /** @returns Why it cannot be the main one: the end of a sentence about it. */
  changeMain(service: ServiceId, from: Pid, to: Pid): string | undefined {
    const process = this.#processes.get(from);
    if (process?.service !== service) return "the service has no main process any more";
    if (this.#processes.has(to)) return "it is known already as a process of a service";
    const watched = this.#watch(to);
    if (typeof watched === "string") return watched;
    this.#set(to, { service, role: process.role, ...(watched && { watched }) });
    if (process.watched === undefined) {
      this.#set(from, { ...process, successor: to });
      return undefined;
    }
    // One that was the main one for a while only and is no child of ours is nobody's business any
    // more.
    this.#drop(from, process);
    for (const [pid, earlier] of this.#processes) {
      if (earlier.successor === from) this.#set(pid, { ...earlier, successor: to });
    }
    return undefined;
  }

  /**
   * A launcher has ended well: the process that its pid file names, or that it left, takes its
   * place, if it may (`daemon_claim.ts`).
   *
   * @param launcher Its number.
   */
  takeDaemonOver(
    { service, role }: ServiceProcess,
    launcher: Pid,
    clue: DaemonClue,
  ): PidFileReading {
    const known: KnownServices = {
      ...this.#services,
      serviceOf: (number) => this.#processes.get(number as Pid)?.service,
    };
    const find = () => this.#named({ service, launcher }, clue, known);
    let named = find();
    if (named.kind === "invalid") return named;
    let verdict = judgeClaim({ ...named, service, launcher }, known);
    if (verdict.kind === "refused" && !("path" in clue)) {
      // What was found has ended meanwhile: what it left is the next to be found.
      named = find();
      if (named.kind === "invalid") return named;
      verdict = judgeClaim({ ...named, service, launcher }, known);
    }
    const { pid } = named;
    if (verdict.kind === "refused") {
      return {
        kind: "invalid",
        why: "path" in clue
          ? `The pid file "${clue.path}" names process ${pid}, ${verdict.why}`
          : `What the launcher left is process ${pid}, ${verdict.why}`,
      };
    }
    const { isChild, isStranger, madeAt } = verdict;
    const isTracked = isChild || this.#isWatchable(pid);
    if (!isTracked) this.#setUnwatched(service, { pid, madeAt });
    else {
      const watched = isChild ? {} : { watched: { madeAt } };
      const search = "path" in clue ? {} : { pidFile: nextSearch(clue, this.#platform.now()) };
      this.#set(pid, { service, role, isStranger, ...watched, ...search });
    }
    return { kind: "running", pid, tracked: isTracked, isStranger };
  }

  /** Whether the end of a process may have left a daemon that is to be found by this. */
  mayLeaveDaemon(clue: DaemonClue): boolean {
    return "path" in clue || isStillSearched(clue, this.#platform.now());
  }

  #named(
    of: { readonly service: ServiceId; readonly launcher: Pid },
    clue: DaemonClue,
    known: KnownServices,
  ): NamedDaemon {
    if ("path" in clue) return readPidFile(this.#platform, clue);
    const pid = findLeftDaemon(this.#platform, of, known);
    if (pid === undefined) return { kind: "invalid", why: "The command left no process" };
    // Whose it is has been found out by other means than what somebody wrote.
    return { kind: "named", pid, author: { kind: "writer", uid: undefined } };
  }

  /**
   * Whom a signal for a process reaches. "gone": it is no service's, or has ended, so that the
   * number can be another's.
   */
  target(pid: Pid, wanted: "group" | "process"): "group" | "process" | "gone" {
    const process = this.#processes.get(pid);
    if (process === undefined) {
      for (const unwatched of this.#unwatched.values()) {
        if (unwatched.pid === pid && this.#isSame(pid, unwatched.madeAt)) return "process";
      }
      return "gone";
    }
    if (process.watched !== undefined && !this.#isSame(pid, process.watched.madeAt)) return "gone";
    return process.isStranger ? "process" : wanted;
  }

  /** The processes of a service, by their numbers. */
  of(service: ServiceId): readonly Pid[] {
    return [...this.#processes].flatMap(([pid, process]) => process.service === service ? pid : []);
  }

  /** For {@linkcode adopt}. */
  keep(): KeptProcesses {
    return {
      processes: [...this.#processes].map(([pid, process]) => ({ ...process, pid })),
      unwatched: [...this.#unwatched].map(([service, one]) => ({ service, ...one })),
    };
  }

  /**
   * Goes on with the processes of another manager. A number that stands for another process by now
   * is not taken for a service's.
   *
   * @param find Whether a process is there still, and with what is to be watched of it now.
   * @returns Those that have ended without anybody's notice. They are in the table still.
   */
  adopt({ processes, unwatched }: KeptProcesses, find = this.find): readonly Pid[] {
    const ended: Pid[] = [];
    for (const { pid, ...process } of processes) {
      const found = find(pid, process);
      this.#set(pid, found === "ended" ? withoutWatch(process) : found);
      if (found === "ended") ended.push(pid);
    }
    for (const { service, pid, madeAt } of unwatched) {
      this.#setUnwatched(service, { pid, madeAt });
    }
    return ended;
  }

  /**
   * A child is a child of the next manager, too: the process is the same, and the number nobody
   * else's before it is collected.
   *
   * @returns The process with what is to be watched of it now.
   */
  readonly find = (pid: Pid, process: ServiceProcess): ServiceProcess | "ended" => {
    const state = this.#platform.childState(pid);
    if (state === "running" || state === "ended") return withoutWatch(process);
    const { watched } = process;
    if (watched === undefined || state === "none" || !this.#isSame(pid, watched.madeAt)) {
      return "ended";
    }
    const failure = this.#platform.poller.watchProcess(pid);
    return failure === undefined ? process : "ended";
  };

  #isSame(pid: Pid, madeAt: string | undefined): boolean {
    const facts = this.#platform.processFacts(pid);
    if (facts.kind === "process") return madeAt === undefined || facts.madeAt === madeAt;
    return facts.kind === "unknown";
  }

  /**
   * What the manager may not signal is not watched, or a stop would wait for a process that nobody
   * ends.
   */
  #isWatchable(pid: Pid): boolean {
    return this.#platform.signal(pid, 0, "process") === undefined &&
      this.#platform.poller.watchProcess(pid) === undefined;
  }

  /**
   * @returns undefined for a child of ours, whose end is noticed anyway; a text: why its end cannot
   *   be noticed.
   */
  #watch(pid: Pid): ServiceProcess["watched"] | string {
    const state = this.#platform.childState(pid);
    if (state === "running") return undefined;
    if (state !== "foreign") return "it has ended";
    const facts = this.#platform.processFacts(pid);
    if (this.#platform.poller.watchProcess(pid) === undefined) {
      return { madeAt: facts.kind === "process" ? facts.madeAt : undefined };
    }
    // Where the system watches none (before Linux 5.3) a descendant becomes our child when its
    // parents end.
    const isKin = this.#platform.kinship(pid, this.#platform.processId()) === "related";
    return isKin ? undefined : "its end could not be noticed";
  }

  #set(pid: Pid, process: ServiceProcess): void {
    this.#uncount(pid);
    this.#processes.set(pid, process);
    const { service, successor } = process;
    if (successor !== undefined) this.#succeeded.add(pid);
    else this.#counts.set(service, (this.#counts.get(service) ?? 0) + 1);
    this.facts.note(pid);
  }

  #setUnwatched(service: ServiceId, one: Unwatched): void {
    this.#unwatched.set(service, one);
    this.unwatchedFacts.note(service);
  }

  #deleteUnwatched(service: ServiceId): void {
    if (this.#unwatched.delete(service)) this.unwatchedFacts.note(service);
  }

  #uncount(pid: Pid): void {
    const process = this.#processes.get(pid);
    if (process === undefined || this.#succeeded.delete(pid)) return;
    const left = (this.#counts.get(process.service) ?? 0) - 1;
    if (left > 0) this.#counts.set(process.service, left);
    else this.#counts.delete(process.service);
  }

  #delete(pid: Pid): void {
    this.#uncount(pid);
    this.#processes.delete(pid);
    this.facts.note(pid);
  }

  #drop(pid: Pid, process: ServiceProcess): void {
    this.#delete(pid);
    if (process.watched !== undefined) this.#platform.poller.unwatchProcess(pid);
  }
}

function withoutWatch({ watched: _, ...process }: ServiceProcess): ServiceProcess {
  return process;
}
