/**
 * Deaths of the manager in a simulated run: what of it survives, what a successor finds, and
 * whether everything is settled afterwards.
 *
 * The state is committed after some of the steps; the steps since then, and what they did outside
 * up to the point of death, are what a broken-off turn of the loop leaves behind.
 */
import type { Event, PidFileReading, ProcessRole } from "../../core/event.ts";
import type {
  EndedProcess,
  FoundProcess,
  Observation,
  ObservedProcess,
} from "../../core/recovery/observation.ts";
import type { Scheduler } from "../../core/schedule/scheduler.ts";
import type { ServiceRecord } from "../../core/service/record/record.ts";
import type { Pid, ServiceEvent, ServiceId } from "../../core/types.ts";
import { Breach } from "./invariants.ts";
import { isThere, type SimulatedProcess } from "./process.ts";
import { scramble } from "./random.ts";

/** The manager is no more. */
export class Death extends Error {}

/** Daemons have numbers from here on; the launcher's is this much less. */
export const FIRST_DAEMON = 500_000;
/** Points at which a step can be broken off, one after the other; later ones are its end. */
const POINTS = 8;
/** Share of the ends whose status is lost with the manager that has collected them. */
const LOST_ENDS = 0.1;
/** Of those that ended before their exec report: the share that had not executed its program. */
const NOT_EXECUTED = 0.3;
/** Share of the deaths that are a service's fault. */
const BLAMED = 0.1;
/** Share of the steps after which the state is committed. */
const COMMITS = 0.6;

/** What else is as it was at the commit: what clients know, who came to them anew. */
interface Committed {
  readonly lastEvents: ReadonlyMap<ServiceId, ServiceEvent>;
  readonly begun: ReadonlySet<ServiceId>;
  readonly triggered: ReadonlySet<ServiceId>;
}

interface Observed {
  readonly scheduler: Scheduler;
  readonly processes: SimulatedProcess[];
  readonly untracked: ReadonlySet<Pid>;
  readonly lastEvents: Map<ServiceId, ServiceEvent>;
  readonly begun: Set<ServiceId>;
  readonly triggered: Set<ServiceId>;
  readonly isLogBusy: boolean;
}

interface Collected extends EndedProcess {
  readonly service: ServiceId;
  readonly role: ProcessRole;
}

interface Blamed {
  readonly service: ServiceId;
  readonly why: string;
}

export class Crashes {
  readonly #world: Observed;
  readonly #plan: { readonly crashSeed: number; readonly crashes: number };
  /** Ends that were reported since the last commit. */
  readonly #collected = new Map<Pid, Collected>();
  /** Those of services that were to be set aside; the next manager may die before they are. */
  readonly #killed = new Set<Pid>();
  #committed: Committed;
  #pointsLeft = Infinity;

  constructor(
    world: Observed,
    plan: { readonly crashSeed: number; readonly crashes: number },
  ) {
    this.#world = world;
    this.#plan = plan;
    this.#committed = { lastEvents: new Map(), begun: new Set(), triggered: new Set() };
  }

  get areOn(): boolean {
    return this.#plan.crashes > 0;
  }

  /** A step begins. @param step Its number. */
  begin(step: number): void {
    const { crashSeed, crashes } = this.#plan;
    const dies = scramble(crashSeed, step) < crashes;
    this.#pointsLeft = dies ? Math.floor(scramble(crashSeed + 1, step) * POINTS) : Infinity;
  }

  /** Something has been done outside, or is going to be. @throws {Death} */
  point(): void {
    if (this.#pointsLeft-- <= 0) this.#die();
  }

  /** The step is done. @throws {Death} */
  end(): void {
    if (this.#pointsLeft !== Infinity) this.#die();
  }

  #die(): never {
    this.#pointsLeft = Infinity;
    throw new Death();
  }

  /** Whether the state is committed after this step. */
  isCommitDue(step: number): boolean {
    return scramble(this.#plan.crashSeed + 2, step) < COMMITS;
  }

  /** Whether the order of this step is given again, by a client that got no answer. */
  isRepeated(step: number): boolean {
    return scramble(this.#plan.crashSeed + 3, step) < 0.5;
  }

  /** The service whose fault this death was, if it was. */
  blamed(services: readonly ServiceId[], step: number): Blamed | undefined {
    const { crashSeed } = this.#plan;
    if (scramble(crashSeed + 6, step) >= BLAMED) return undefined;
    const service = services[Math.floor(scramble(crashSeed + 7, step) * services.length)];
    return service === undefined ? undefined : { service, why: "The manager crashes over it" };
  }

  committed(): void {
    const { lastEvents, begun, triggered } = this.#world;
    this.#collected.clear();
    this.#killed.clear();
    this.#committed = {
      lastEvents: new Map(lastEvents),
      begun: new Set(begun),
      triggered: new Set(triggered),
    };
  }

  /** The end of a process is about to be reported. */
  note(event: Event): void {
    if (event.kind !== "exited" && event.kind !== "exec-failed") return;
    const { service, role } = event;
    const record = recordOf(this.#world.scheduler, service);
    const pid = role === "start" ? record?.main.pid : record?.stopper.pid;
    if (pid === undefined || pid === 0) return;
    if (event.kind === "exec-failed") {
      const execution = { kind: "failed", stage: event.stage, errno: event.errno } as const;
      const status = { kind: "exited", code: 127 } as const;
      this.#collected.set(pid, { kind: "ended", service, role, execution, status });
      return;
    }
    const { status, pidFile } = event;
    const execution = { kind: "executed" } as const;
    this.#collected.set(pid, {
      ...{ kind: "ended", service, role, execution, status },
      ...(pidFile && { pidFile }),
    });
  }

  /** Processes were killed without a report. */
  killed(pids: readonly Pid[]): void {
    for (const pid of pids) this.#killed.add(pid);
  }

  /** Whether a process has ended since the last commit. */
  hasEnded(pid: Pid): boolean {
    return this.#collected.has(pid) || this.#killed.has(pid);
  }

  /** All that the manager alone knew is gone. @returns What its successor finds. */
  observe(): Observation {
    const { processes, scheduler, isLogBusy } = this.#world;
    this.#forget();
    for (const process of [...processes]) {
      if (isThere(process.state)) continue;
      const end = this.#collected.get(process.pid);
      const isFailed = scramble(this.#plan.crashSeed + 4, process.pid) < NOT_EXECUTED;
      if (end !== undefined && isFailed) {
        const execution = { kind: "failed", stage: 18, errno: 2 } as const;
        this.#collected.set(process.pid, { ...end, execution });
      }
      processes.splice(processes.indexOf(process), 1);
    }
    return {
      processOf: (_service, _role, pid) => this.#observed(pid),
      found: this.#found(knownPids(scheduler)),
      isLogBusy,
    };
  }

  #forget(): void {
    const { lastEvents, begun, triggered } = this.#world;
    const before = this.#committed;
    lastEvents.clear();
    for (const [service, event] of before.lastEvents) lastEvents.set(service, event);
    begun.clear();
    for (const service of before.begun) begun.add(service);
    triggered.clear();
    for (const service of before.triggered) triggered.add(service);
  }

  #observed(pid: Pid): ObservedProcess {
    const process = this.#world.processes.find((each) => each.pid === pid);
    if (process !== undefined) return living(process);
    const end = this.#collected.get(pid);
    if (end === undefined) return { kind: "gone" };
    const { kind, execution, status } = end;
    const pidFile = this.#reading(end.pidFile);
    if (this.#isLost(pid)) return { kind: "gone", ...(pidFile && { pidFile }) };
    return { kind, execution, status, ...(pidFile && { pidFile }) };
  }

  #isLost(pid: Pid): boolean {
    return scramble(this.#plan.crashSeed + 5, pid) < LOST_ENDS;
  }

  /** What the pid file is worth by now. */
  #reading(pidFile: PidFileReading | undefined): PidFileReading | undefined {
    if (pidFile?.kind !== "running") return pidFile;
    const { pid } = pidFile;
    if (this.#world.untracked.has(pid)) return pidFile;
    const now = this.#observed(pid);
    if (now.kind === "alive") return pidFile;
    if (now.kind === "ended") return { kind: "ended", pid, status: now.status };
    return { kind: "invalid", why: "it names no process" };
  }

  /** In the order of launching. A daemon comes with its launcher. */
  #found(known: ReadonlySet<Pid>): readonly FoundProcess[] {
    const found: FoundProcess[] = [];
    for (const process of this.#world.processes) {
      const { service, role, pid } = process;
      if (pid >= FIRST_DAEMON || known.has(pid)) continue;
      found.push({ service, role, pid, now: living(process) });
    }
    for (const [pid, { service, role }] of this.#collected) {
      if (pid >= FIRST_DAEMON || known.has(pid)) continue;
      const now = this.#observed(pid);
      if (now.kind === "ended") found.push({ service, role, pid, now });
    }
    return found.sort((one, other) => one.pid - other.pid);
  }

  /** @throws {Breach} When a process is there that no service knows, or the other way round. */
  checkSettled(): void {
    const { processes, scheduler } = this.#world;
    const known = knownPids(scheduler);
    for (const { pid, service, state } of processes) {
      if (!isThere(state) || known.has(pid)) continue;
      throw new Breach(`#65 process ${pid} of service ${service} is known to nobody`);
    }
    const there = new Set(processes.map(({ pid }) => pid));
    for (const { name, main, stopper } of scheduler.records()) {
      for (const { pid, phase, isTracked } of [main, stopper]) {
        if (pid === 0 || !isTracked || phase === "none" || phase === "ended") continue;
        if (!there.has(pid)) throw new Breach(`#66 ${name} waits for ${pid}, which is gone`);
      }
    }
  }
}

function living({ state, readiness }: SimulatedProcess): ObservedProcess & { kind: "alive" } {
  const execution = { kind: state === "forked" ? "pending" : "executed" } as const;
  return { kind: "alive", execution, readiness };
}

function recordOf(scheduler: Scheduler, id: ServiceId): Readonly<ServiceRecord> | undefined {
  for (const record of scheduler.records()) {
    if (record.id === id) return record;
  }
  return undefined;
}

/** Of processes that services have, or have had and wait for a report of. */
function knownPids(scheduler: Scheduler): ReadonlySet<Pid> {
  const known = new Set<Pid>();
  for (const { main, stopper } of scheduler.records()) {
    for (const { pid } of [main, stopper]) {
      if (pid !== 0) known.add(pid);
    }
  }
  return known;
}
