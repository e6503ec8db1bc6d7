/**
 * The world of a simulated run: a scheduler, and processes that do anything a process may do.
 *
 * It holds the commands against what exists: nobody is launched twice, no one is signalled that was
 * never there, events of a service follow each other as they may.
 */
import type { Command } from "../../core/command.ts";
import type { Answer, Event, Order, ProbePurpose, ProcessRole } from "../../core/event.ts";
import type { FailureCause } from "../../core/failure.ts";
import type { FoundProcesses } from "../../core/recovery/found_processes.ts";
import { reportsOfFound } from "../../core/recovery/process_reports.ts";
import { type Settlement, settlementOf } from "../../core/recovery/settlement.ts";
import type { Scheduler } from "../../core/schedule/scheduler.ts";
import {
  type ExitStatus,
  type Instant,
  instant,
  type Pid,
  pid,
  type ServiceEvent,
  type ServiceId,
  unreachable,
} from "../../core/types.ts";
import { Crashes, Death } from "./crashes.ts";
import { Breach, checkInvariants } from "./invariants.ts";
import { endFound, endStrays, killAtOnce } from "./leftovers.ts";
import { ShutdownChecks } from "./shutdown_checks.ts";
import type { Plan } from "./plan.ts";
import { isThere, type SimulatedProcess } from "./process.ts";
import { scramble } from "./random.ts";
import { Twins } from "./twins.ts";

/** Chains followed in a run. */
const MOST_CHAINS = 20;

type SpawnCommand = Extract<Command, { readonly kind: "spawn" }>;

export class SimulatedWorld {
  readonly processes: SimulatedProcess[] = [];
  /** Processes that a manager has launched before it died, and that nobody has asked for since. */
  readonly leftovers: SimulatedProcess[] = [];
  /** Services for which every process is being killed. */
  readonly killingAll: ServiceId[] = [];
  /** Services that are asked, and what for. */
  readonly probes = new Map<ServiceId, ProbePurpose>();
  /** Services of which somebody is to say whether their conditions hold, each time asked. */
  readonly checks: ServiceId[] = [];
  /** Sockets of services that start on demand: to be opened, or open and watched. */
  readonly sockets = new Map<ServiceId, "asked" | "watched">();
  /** Daemons that are nobody's children. */
  readonly untracked = new Set<Pid>();
  /** Triggers that were set to come to rest. */
  readonly triggered = new Set<ServiceId>();
  /** See `Observed`. */
  readonly begun = new Set<ServiceId>();
  isLogBusy = false;
  /** The manager has gone on without services that did not stop. */
  isAbandoned = false;
  readonly lastEvents = new Map<ServiceId, ServiceEvent>();
  /** What was done, for people; kept only when asked for. */
  readonly trace: string[] | undefined;
  steps = 0;
  /** How often the manager has died. */
  deaths = 0;
  #now = 1_000_000;
  #launches = 0;
  #chains = 0;
  readonly #plan: Plan;
  readonly #twins: Twins;
  readonly #crashes: Crashes;
  #shutdownChecks: ShutdownChecks;
  /** Launches that wait for leftovers of their service to end. */
  #waiting: SpawnCommand[] = [];
  /** While what a dead manager left is being settled. */
  #settling: { readonly found: FoundProcesses; readonly events: Event[] } | undefined;
  #mayResist = false;

  constructor(plan: Plan, options: { readonly traces: boolean }) {
    this.#plan = plan;
    const { graceMs } = plan.lastShutdown;
    const { isKept } = plan;
    this.#twins = new Twins({ shutdown: { graceMs, keys: "Ctrl-Alt-Del" } }, { isKept });
    this.#crashes = new Crashes(this, plan);
    this.#shutdownChecks = new ShutdownChecks(this);
    this.trace = options.traces ? [] : undefined;
  }

  /** Only to be asked; another one now and then. */
  get scheduler(): Scheduler {
    return this.#twins.scheduler;
  }

  get now(): Instant {
    return instant(this.#now);
  }

  say(text: string): void {
    this.trace?.push(text);
  }

  order(order: Order): Answer {
    const { answer, commands } = this.#twins.order(order, this.now);
    this.say(`  → ${JSON.stringify(answer)}`);
    const step = this.steps;
    if (this.#step(commands) === "done") this.#commit();
    else if (this.#isGivenAgain(order, step)) return this.order(order);
    return answer;
  }

  /** A client that got no answer may insist. A shutdown was noted before it was begun. */
  #isGivenAgain({ kind }: Order, step: number): boolean {
    return kind === "shutdown" || this.#crashes.isRepeated(step);
  }

  apply(event: Event): void {
    this.say(`event ${JSON.stringify(event)}`);
    if (event.kind === "console-busy") this.isLogBusy = true;
    if (event.kind === "console-idle") this.isLogBusy = false;
    this.#crashes.note(event);
    const outcome = this.#step(this.#twins.apply(event, this.now));
    if (outcome === "done" && this.#crashes.isCommitDue(this.steps)) this.#commit();
  }

  /** Time passes; the timers fire one after the other, each at its time. */
  advance(milliseconds: number): void {
    const end = this.#now + milliseconds;
    for (let next = this.scheduler.nextDeadline(); next !== undefined && next <= end;) {
      this.#now = Math.max(this.#now, next);
      this.apply({ kind: "deadline" });
      if (this.isAbandoned) return;
      next = this.scheduler.nextDeadline();
    }
    this.#now = end;
  }

  load(description: Plan["services"][number]): void {
    const answer = this.#twins.load({ descriptions: [description] }, this.now);
    if (answer.kind === "loaded") {
      if (this.#step(answer.commands) === "died") this.load(description);
      else this.#commit();
    } else this.say(`  → ${JSON.stringify(answer)}`);
  }

  loadBroken({ name, source }: Pick<Plan["services"][number], "name" | "source">): void {
    const answer = this.#twins.load(
      { descriptions: [], broken: [{ name, source, problems: [] }] },
      this.now,
    );
    if (answer.kind !== "loaded") return;
    if (this.#step(answer.commands) === "died") this.loadBroken({ name, source });
    else this.#commit();
  }

  isBroken(service: ServiceId): boolean {
    return this.scheduler.fault(service) !== undefined;
  }

  #step(commands: readonly Command[]): "done" | "died" {
    this.steps++;
    this.#crashes.begin(this.steps);
    try {
      for (const command of commands) this.#execute(command);
      this.#crashes.end();
    } catch (error) {
      if (!(error instanceof Death)) throw error;
      if (!this.isAbandoned) this.#goOnAfterDeath();
      return "died";
    }
    this.#check();
    const { restoreSeed, restores } = this.#plan;
    if (!this.#crashes.areOn && scramble(restoreSeed, this.steps) < restores) this.#restore();
    return "done";
  }

  #check(): void {
    checkInvariants(this);
    this.#shutdownChecks.check();
  }

  #commit(): void {
    if (!this.#crashes.areOn) return;
    this.#twins.commit();
    this.#crashes.committed();
  }

  /** Another manager comes, and may die before it has settled what it finds. */
  #goOnAfterDeath(): void {
    this.say("the manager dies");
    this.deaths++;
    this.processes.push(...this.leftovers.splice(0));
    this.killingAll.length = 0;
    this.checks.length = 0;
    this.probes.clear();
    this.sockets.clear();
    this.#waiting = [];
    this.#twins.goBack();
    this.#shutdownChecks = new ShutdownChecks(this);
    this.steps++;
    // Now and then it was the fault of a service.
    const blamed = this.#crashes.blamed(this.scheduler.list(), this.steps);
    if (blamed !== undefined) this.#crashes.killed(killAtOnce(this, blamed.service));
    const observation = this.#crashes.observe();
    endStrays(this, observation.found);
    this.#crashes.begin(this.steps);
    try {
      this.#settleAll(settlementOf(this.scheduler, observation, blamed));
    } catch (error) {
      if (!(error instanceof Death)) throw error;
      if (!this.isAbandoned) this.#goOnAfterDeath();
      return;
    } finally {
      this.#settling = undefined;
    }
    if (this.isAbandoned) return;
    this.say("settled");
    this.#check();
    this.#crashes.checkSettled();
    this.#commit();
  }

  #settleAll({ commands, order, events, found }: Settlement): void {
    const settling = this.#settling = { found, events: [...events] };
    for (const command of commands) this.#execute(command);
    if (order !== undefined) {
      this.say(JSON.stringify(order));
      for (const command of this.#twins.order(order, this.now).commands) this.#execute(command);
    }
    for (const event of settling.events) this.#settle(event);
    const reported = settling.events.length;
    this.#settle({ kind: "deadline" });
    for (const event of settling.events.slice(reported)) this.#settle(event);
    if (this.isAbandoned) return;
    for (const process of found.left) endFound(this, process);
  }

  #settle(event: Event): void {
    if (this.isAbandoned) return;
    this.say(`settle ${JSON.stringify(event)}`);
    this.#crashes.note(event);
    for (const command of this.#twins.apply(event, this.now)) this.#execute(command);
  }

  /** The oldest of them ends, and what waited for that is launched. */
  endLeftover(): void {
    const process = this.leftovers.shift();
    if (process === undefined) return;
    const { service } = process;
    this.say(`leftover ${process.pid} has ended`);
    if (this.#hasLeftover(service)) return;
    const due = this.#waiting.filter((command) => command.service === service);
    this.#waiting = this.#waiting.filter((command) => command.service !== service);
    this.#step(due);
  }

  #hasLeftover(service: ServiceId): boolean {
    return this.leftovers.some((each) => each.service === service);
  }

  #restore(): void {
    this.say("restore");
    this.#twins.restore();
  }

  #execute(command: Command): void {
    if (command.kind !== "log" && command.kind !== "status-line") {
      this.trace?.push(`    ${describeCommand(command)}`);
    }
    this.#crashes.point();
    switch (command.kind) {
      case "spawn":
        this.#launch(command);
        return;
      case "signal":
        this.#signal(command);
        return;
      case "notify":
        this.#notify(command.service, command.event);
        return;
      case "kill-all":
        this.killingAll.push(command.service);
        return;
      case "chain":
        this.#chain(command.to);
        return;
      case "probe":
        this.probes.set(command.service, command.purpose);
        return;
      case "end-probes":
        this.probes.delete(command.service);
        return;
      case "tell-unhealthy":
      case "notify-health":
        return;
      case "check":
        this.checks.push(command.service);
        return;
      case "handle-failure":
        this.#handleFailure(command.to, command.cause);
        return;
      case "listen":
        this.sockets.set(command.service, "asked");
        return;
      case "close-socket":
        this.sockets.delete(command.service);
        return;
      case "console":
      case "want-console":
      case "status-line":
      case "log":
      case "root-writable":
      case "log-available":
      case "redescribe":
        return;
      case "announce":
        this.#shutdownChecks.announced();
        return;
      case "abandon":
        this.isAbandoned = true;
        this.#shutdownChecks.abandoned(this.#mayResist);
        return;
      case "end-tree":
      case "kill-tree":
        throw new Breach("no service of the simulation has kill-tree");
      case "forget":
        this.lastEvents.delete(command.service);
        this.probes.delete(command.service);
        this.sockets.delete(command.service);
        return;
      default:
        unreachable(command);
    }
  }

  /** Not what was launched already, and not beside what is left of a launch that nobody wants. */
  #launch(command: SpawnCommand): void {
    const { service, role } = command;
    const found = this.#settling?.found.take(service, role);
    if (found !== undefined) {
      const [made, ...reports] = reportsOfFound(found);
      this.#settling?.events.push(...reports);
      if (made !== undefined) this.#settle(made);
      return;
    }
    if (this.#hasLeftover(service)) this.#waiting.push(command);
    else this.#spawn(command);
  }

  #spawn(command: SpawnCommand): void {
    const { service, role } = command;
    if (this.processOf(service, role) !== undefined) {
      throw new Breach(`launched twice: ${role} of service ${service}`);
    }
    const launch = this.#launches++;
    const process: SimulatedProcess = {
      service,
      role,
      pid: pid(1000 + launch),
      watchesReadiness: command.watchReadiness,
      state: "forked",
      readiness: "open",
      signals: [],
      nature: this.#nature(launch),
    };
    this.processes.push(process);
    if (scramble(this.#plan.launchSeed, launch) < this.#plan.launchFailures) {
      process.state = "unmade";
      return;
    }
    this.#crashes.point();
    for (const more of this.#twins.apply(spawned(process), this.now)) this.#execute(more);
  }

  #handleFailure(name: string, cause: FailureCause): void {
    const service = this.scheduler.find(name);
    if (service === undefined) return;
    const order = { kind: "handle-failure", service, cause } as const;
    for (const more of this.#twins.order(order, this.now).commands) this.#execute(more);
  }

  /**
   * A chain to a service that is not loaded is only logged. Services that chain to each other never
   * come to rest, so there is an end to it.
   */
  #chain(name: string): void {
    const service = this.scheduler.find(name);
    if (service === undefined || this.#chains++ >= MOST_CHAINS) return;
    const { commands } = this.#twins.order({ kind: "chain", service }, this.now);
    for (const more of commands) this.#execute(more);
  }

  #signal(command: Extract<Command, { readonly kind: "signal" }>): void {
    if (this.untracked.has(command.pid)) return;
    const process = this.processOf(command.service, command.role);
    // Several have ended before the first end is told: their numbers are free.
    if (this.#settling !== undefined && this.#crashes.hasEnded(command.pid)) return;
    if (process?.pid !== command.pid || !isThere(process.state)) {
      throw new Breach(`#62 signal to no process: ${JSON.stringify(command)}`);
    }
    process.signals.push(command.signal);
  }

  /** From now on processes are as they are by nature, for the last shutdown. */
  letResist(): void {
    this.#mayResist = true;
  }

  /** Whether nothing will come of a process, as things are. */
  resists({ nature, signals, state }: SimulatedProcess): boolean {
    if (!this.#mayResist || !isThere(state)) return false;
    if (nature === "stubborn") return state === "running" && !signals.includes("KILL");
    return nature === "undying";
  }

  #nature(launch: number): SimulatedProcess["nature"] {
    const { stubborn, undying } = this.#plan.lastShutdown;
    if (scramble(this.#plan.launchSeed + 1, launch) < stubborn) return "stubborn";
    return scramble(this.#plan.launchSeed + 2, launch) < undying ? "undying" : "obliging";
  }

  #notify(service: ServiceId, event: ServiceEvent): void {
    const last = this.lastEvents.get(service);
    this.lastEvents.set(service, event);
    // It may have come to wait again, and to be cancelled, before anybody looks at its phase.
    if (event === "stopped") this.begun.delete(service);
    if (!mayFollow(last, event)) {
      throw new Breach(`event ${event} of service ${service} after ${last ?? "none"}`);
    }
  }

  processOf(service: ServiceId, role: ProcessRole): SimulatedProcess | undefined {
    return this.processes.find((each) => each.service === service && each.role === role);
  }

  /** Takes a process away and reports its end. */
  end(process: SimulatedProcess, status: ExitStatus): void {
    const { service, role } = process;
    if (process.state === "forked") {
      // Its end is known before it is known whether it could execute its program.
      process.state = "ended-unreported";
    } else {
      this.remove(process);
    }
    this.apply({ kind: "exited", service, role, status });
  }

  remove(process: SimulatedProcess): void {
    process.state = "gone";
    this.processes.splice(this.processes.indexOf(process), 1);
  }
}

function spawned({ service, role, pid }: SimulatedProcess): Event {
  return { kind: "spawned", service, role, pid };
}

function mayFollow(last: ServiceEvent | undefined, event: ServiceEvent): boolean {
  switch (event) {
    case "stopped":
      return last !== undefined && last !== "stopped";
    case "stop-cancelled":
      return last !== undefined && last !== "stopped";
    default:
      return true;
  }
}

function describeCommand(command: Command): string {
  if (command.kind === "notify") {
    return `${command.event} of ${command.service}, ${command.status.state}`;
  }
  return JSON.stringify(command);
}
