/**
 * A platform without a system: processes that behave as a scenario says, and virtual time.
 *
 * Every process does what it does by itself as an event in a queue, so that the scheduler sees the
 * same order as from real processes: the exec report first, then what the program does.
 */
import type { Command } from "../../core/command.ts";
import type { Answer, Event, Order, PidFileReading } from "../../core/event.ts";
import type { Scheduler } from "../../core/schedule/scheduler.ts";
import {
  type ExitStatus,
  type Instant,
  instant,
  type Pid,
  pid,
  type ServiceId,
} from "../../core/types.ts";
import { Twins } from "../../tools/simulation/twins.ts";
import { assert, fail } from "../assert.ts";
import { describe } from "./describe.ts";
import type { Role, ScenarioService } from "./scenario.ts";
import { SIGNAL_NUMBERS } from "./sight.ts";

/**
 * The service that keeps the manager up in a scenario without a command line; nobody watches it.
 */
export const KEEPER = "zz-keep";

/** All is at rest when nothing happens for this long. */
const REST_MS = 120;
/** `exit-after-start` exits this long after its launch. */
const SHORT_RUN_MS = 60;

interface Process {
  readonly service: ServiceId;
  readonly name: string;
  readonly role: Role;
  readonly pid: Pid;
  isAlive: boolean;
}

interface Timed {
  readonly at: number;
  readonly happen: () => void;
}

export class World {
  /** What was seen since the last look. */
  events: string[] = [];
  launched: string[] = [];
  signals: string[] = [];
  readonly #twins: Twins;
  readonly #isRestored: boolean;
  #now = 1000;
  #lastPid = 100;
  readonly #services: Readonly<Record<string, ScenarioService>>;
  readonly #launches = new Map<string, number>();
  readonly #processes: Process[] = [];
  #queue: (() => void)[] = [];
  #timed: Timed[] = [];

  /**
   * @param how `isRestored`: after each call another scheduler goes on, made of what was kept of
   * the one before.
   */
  constructor(
    services: Readonly<Record<string, ScenarioService>>,
    how: { readonly isRestored: boolean },
  ) {
    this.#services = services;
    this.#isRestored = how.isRestored;
    this.#twins = new Twins({}, { isKept: how.isRestored });
  }

  /** Only to be asked. */
  get scheduler(): Scheduler {
    return this.#twins.scheduler;
  }

  /** Nothing is active: the manager would have ended. */
  get hasEnded(): boolean {
    return this.scheduler.activeCount === 0;
  }

  get now(): Instant {
    return instant(this.#now);
  }

  /** Loads a service and before it, depth first, what it depends on. */
  load(name: string): ServiceId {
    const descriptions = this.#collect(name, []).map((each) => describe(each, this.#service(each)));
    if (descriptions.length > 0) {
      const answer = this.#twins.load({ descriptions }, this.now);
      this.#restore();
      if (answer.kind !== "loaded") fail(`Cannot load ${name}: ${JSON.stringify(answer)}`);
      this.execute(answer.commands);
    }
    return this.id(name);
  }

  #collect(name: string, names: string[]): string[] {
    if (this.scheduler.find(name) !== undefined || names.includes(name)) return names;
    const service = this.#service(name);
    for (const kind of ["depends-on", "depends-ms", "waits-for", "prepared-by"] as const) {
      for (const dependency of service[kind] ?? []) this.#collect(dependency, names);
    }
    names.push(name);
    return names;
  }

  #service(name: string): ScenarioService {
    const service = this.#services[name];
    if (service === undefined) fail(`No service ${name} in this scenario`);
    return service;
  }

  id(name: string): ServiceId {
    const id = this.scheduler.find(name);
    if (id === undefined) fail(`Service ${name} is not loaded`);
    return id;
  }

  name(id: ServiceId): string {
    return this.scheduler.description(id).name;
  }

  order(order: Order): Answer {
    const { answer, commands } = this.#twins.order(order, this.now);
    this.#restore();
    this.execute(commands);
    return answer;
  }

  /** Lets everything happen that happens soon. */
  settle(): void {
    this.#runUntil(() => this.#now + REST_MS);
  }

  advance(seconds: number): void {
    const end = this.#now + seconds * 1000;
    this.#runUntil(() => end);
    this.#now = end;
    this.settle();
  }

  #runUntil(limit: () => number): void {
    for (let steps = 0; steps < 10_000; steps++) {
      const happen = this.#queue.shift();
      if (happen !== undefined) {
        happen();
        continue;
      }
      const deadline = this.scheduler.nextDeadline() ?? Infinity;
      this.#timed.sort((a, b) => a.at - b.at);
      const next = Math.min(deadline, this.#timed[0]?.at ?? Infinity);
      if (next > limit()) return;
      this.#now = Math.max(this.#now, next);
      if (deadline <= this.#now) this.#apply({ kind: "deadline" });
      else this.#timed.shift()?.happen();
    }
    fail("Does not come to rest");
  }

  #apply(event: Event): void {
    const commands = this.#twins.apply(event, this.now);
    this.#restore();
    this.execute(commands);
  }

  #later(event: Event): void {
    this.#queue.push(() => this.#apply(event));
  }

  execute(commands: readonly Command[]): void {
    for (const command of commands) this.#executeOne(command);
  }

  #executeOne(command: Command): void {
    switch (command.kind) {
      case "spawn":
        this.#spawn(command.service, command.role);
        return;
      case "signal":
        this.#signal(command.pid, command.signal);
        return;
      case "notify": {
        const name = this.name(command.service);
        if (name !== KEEPER) this.events.push(`${name}:${command.event}`);
        return;
      }
      case "chain":
        this.order({ kind: "start", service: this.load(command.to), pin: false });
        return;
      case "handle-failure": {
        const { to, cause } = command;
        this.order({ kind: "handle-failure", service: this.load(to), cause });
        return;
      }
      default:
        return;
    }
  }

  #spawn(service: ServiceId, role: "start" | "stop"): void {
    const { name, type } = this.scheduler.description(service);
    const process = this.#begin(service, role === "stop" ? "stop" : startRole(type));
    this.#apply({ kind: "spawned", service, role, pid: process.pid });
    const behaviour = this.#behaviour(name, process.role);
    if (behaviour === "exec-fail") {
      process.isAlive = false;
      this.launched.pop();
      this.#later({ kind: "exec-failed", service, role, stage: 18, errno: 2 });
      return;
    }
    this.#later({ kind: "exec-succeeded", service, role });
    this.#queue.push(() => this.#behave(process, behaviour));
  }

  #begin(service: ServiceId, role: Role): Process {
    const name = this.name(service);
    const process = { service, name, role, pid: pid(++this.#lastPid), isAlive: true };
    this.#processes.push(process);
    this.launched.push(`${name}.${role}`);
    return process;
  }

  #behaviour(name: string, role: Role): string {
    const words = this.#service(name)[role === "stop" ? "stop-command" : "command"] ?? "ok";
    if (typeof words === "string") return words;
    const count = this.#launches.get(name) ?? 0;
    this.#launches.set(name, count + 1);
    return words[Math.min(count, words.length - 1)] ?? "ok";
  }

  #behave(process: Process, behaviour: string): void {
    const [word = "", value = "1"] = behaviour.split(":");
    if (word === "exit-after-start") {
      const at = this.#now + SHORT_RUN_MS;
      this.#timed.push({ at, happen: () => this.#end(process, exited(Number(value))) });
    } else if (word === "fail" || word === "exit") {
      this.#end(process, exited(Number(value)));
    } else if (word === "no-pid-file") {
      this.#end(process, exited(0), { kind: "invalid", why: "it does not exist" });
    } else if (word.startsWith("pid-file=")) {
      this.#end(process, exited(0), { kind: "invalid", why: "it holds no number" });
    } else if (word === "ok") {
      this.#behaveWell(process);
    } else if (word !== "hang") {
      fail(`Unknown behaviour ${behaviour}`);
    }
  }

  #behaveWell(process: Process): void {
    if (process.role === "run") {
      const { readyNotification } = this.scheduler.description(process.service);
      if (readyNotification.kind === "none") return;
      this.#apply({ kind: "ready", service: process.service });
    } else if (process.role === "launch") {
      this.#daemonize(process);
    } else if (process.role !== "daemon") {
      this.#end(process, exited(0));
    }
  }

  #daemonize(launcher: Process): void {
    const daemon = this.#begin(launcher.service, "daemon");
    this.#end(launcher, exited(0), { kind: "running", pid: daemon.pid, tracked: true });
  }

  #end(process: Process, status: ExitStatus, pidFile?: PidFileReading): void {
    if (!process.isAlive) return;
    process.isAlive = false;
    const role = process.role === "stop" ? "stop" : "start";
    const event = { kind: "exited", service: process.service, role, status } as const;
    this.#later(pidFile === undefined ? event : { ...event, pidFile });
  }

  #signal(target: Pid, signal: string): void {
    const process = this.#processes.find((each) => each.pid === target);
    if (process === undefined || !process.isAlive) return;
    if (signal !== "KILL") {
      this.signals.push(`${process.name}.${process.role}:${signal}`);
      const reaction = this.#service(process.name)["on-signal"]?.[signal];
      if (reaction === "ignore") return;
      if (reaction !== undefined) {
        this.#end(process, exited(Number(reaction.split(":")[1])));
        return;
      }
    }
    this.#end(process, died(signal));
  }

  #restore(): void {
    if (this.#isRestored) this.#twins.restore();
  }

  /** The order "signal" of a client, which goes past the scheduler. */
  signalOrder(name: string, signal: string): string {
    const target = this.scheduler.status(this.id(name)).pid;
    if (target === 0) return "no-pid";
    this.#signal(target, signal);
    return "ack";
  }

  /** A process does something by itself. */
  act(name: string, role: Role, does: string): void {
    const process = this.#processes.find((each) =>
      each.isAlive && each.name === name && each.role === role
    );
    assert(process !== undefined, `No process ${name}.${role}`);
    const [word, value = ""] = does.split(":");
    switch (word) {
      case "exit":
        this.#end(process, exited(Number(value)));
        return;
      case "die":
        this.#end(process, died(value));
        return;
      case "ready":
        this.#later({ kind: "ready", service: process.service });
        return;
      case "ready-close":
        this.#later({ kind: "readiness-closed", service: process.service });
        return;
      case "daemonize":
        this.#daemonize(process);
        return;
      default:
        fail(`Unknown act ${does}`);
    }
  }

  /** Processes that are still there when they should not be. */
  livingProcesses(): readonly string[] {
    return this.#processes.filter((each) => each.isAlive).map((each) =>
      `${each.name}.${each.role}`
    );
  }
}

function startRole(type: string): Role {
  switch (type) {
    case "scripted":
      return "start";
    case "bgprocess":
      return "launch";
    default:
      return "run";
  }
}

function exited(code: number): ExitStatus {
  return { kind: "exited", code };
}

function died(name: string): ExitStatus {
  return { kind: "signalled", signal: SIGNAL_NUMBERS[name] ?? 0, dumpedCore: false };
}
