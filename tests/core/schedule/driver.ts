/**
 * Drives a scheduler in a test: services by name, commands as short texts, time in milliseconds.
 */
import type { Command } from "../../../core/command.ts";
import type { Answer, Event, Order, ProcessRole } from "../../../core/event.ts";
import { Scheduler, type SchedulerFacts } from "../../../core/schedule/scheduler.ts";
import type { LoadAnswer, LoadSet } from "../../../core/schedule/api.ts";
import { type ExitStatus, instant, pid, type ServiceId } from "../../../core/types.ts";
import { fail } from "../../assert.ts";
import { buildDescription, type DescriptionParts } from "../../builders.ts";

export const EXITED_0: ExitStatus = { kind: "exited", code: 0 };
export const EXITED_1: ExitStatus = { kind: "exited", code: 1 };
export const TERMINATED: ExitStatus = { kind: "signalled", signal: 15, dumpedCore: false };

function spawnText({ role, side }: Extract<Command, { readonly kind: "spawn" }>): string {
  return side === undefined ? role : `${side.list} ${side.index}`;
}

export class Driver {
  readonly scheduler: Scheduler;
  now = 1000;
  #pids = 100;

  constructor(system: Partial<SchedulerFacts> = {}) {
    this.scheduler = new Scheduler(system);
  }

  /** Loads services one after the other; what is loaded before the others comes first. */
  load(services: Readonly<Record<string, DescriptionParts>>): void {
    for (const [name, parts] of Object.entries(services)) {
      const answer = this.tryLoad({ [name]: parts });
      if (answer.kind !== "loaded") fail(`Cannot load ${name}: ${JSON.stringify(answer)}`);
    }
  }

  /** Loads services together. */
  tryLoad(
    services: Readonly<Record<string, DescriptionParts>>,
    more: Omit<LoadSet, "descriptions"> = {},
  ): LoadAnswer {
    const descriptions = Object.entries(services).map(([name, parts]) =>
      buildDescription(name, parts)
    );
    return this.scheduler.load({ descriptions, ...more }, instant(this.now));
  }

  id(name: string): ServiceId {
    return this.scheduler.find(name) ?? fail(`${name} is not loaded`);
  }

  state(name: string): string {
    return this.scheduler.status(this.id(name)).state;
  }

  states(...names: readonly string[]): readonly string[] {
    return names.map((name) => this.state(name));
  }

  order(order: Order): { readonly answer: Answer; readonly said: readonly string[] } {
    const { answer, commands } = this.scheduler.order(order, instant(this.now));
    return { answer, said: this.#texts(commands) };
  }

  /** @returns What the order caused, as texts. */
  start(name: string, options: { readonly pin?: boolean } = {}): readonly string[] {
    const pin = options.pin ?? false;
    return this.order({ kind: "start", service: this.id(name), pin }).said;
  }

  stop(name: string): readonly string[] {
    return this.order({ kind: "stop", service: this.id(name), pin: false, force: true }).said;
  }

  release(name: string): readonly string[] {
    return this.order({ kind: "release", service: this.id(name), pin: false }).said;
  }

  apply(event: Event): readonly string[] {
    return this.#texts(this.scheduler.apply(event, instant(this.now)));
  }

  /** The child exists; its pid is returned. */
  spawned(name: string, role: ProcessRole = "start"): number {
    const child = pid(++this.#pids);
    this.apply({ kind: "spawned", service: this.id(name), role, pid: child });
    return child;
  }

  executed(name: string, role: ProcessRole = "start"): readonly string[] {
    return this.apply({ kind: "exec-succeeded", service: this.id(name), role });
  }

  notExecuted(name: string, role: ProcessRole = "start"): readonly string[] {
    const service = this.id(name);
    return this.apply({ kind: "exec-failed", service, role, stage: 18, errno: 2 });
  }

  exited(name: string, status: ExitStatus, role: ProcessRole = "start"): readonly string[] {
    return this.apply({ kind: "exited", service: this.id(name), role, status });
  }

  /** Starts a service and lets its process be executed. */
  run(name: string): readonly string[] {
    const said = this.start(name);
    this.spawned(name);
    return [...said, ...this.executed(name)];
  }

  /** Time passes; timers fire when they are due. */
  advance(milliseconds: number): readonly string[] {
    const end = this.now + milliseconds;
    const said: string[] = [];
    for (;;) {
      const next = this.scheduler.nextDeadline();
      if (next === undefined || next > end) break;
      this.now = next;
      said.push(...this.apply({ kind: "deadline" }));
    }
    this.now = end;
    return said;
  }

  /** Logs and status lines are left out; see `logs`. */
  #texts(commands: readonly Command[]): readonly string[] {
    return commands.flatMap((command) => {
      const text = this.#text(command);
      return text === undefined ? [] : [text];
    });
  }

  /** The log lines since the test began: `LEVEL NAME: TEXT`. */
  readonly logs: string[] = [];
  /** What was said of the whole since the test began. */
  readonly announced: string[] = [];

  #text(command: Command): string | undefined {
    switch (command.kind) {
      case "notify":
        return `${this.#name(command.service)}:${command.event}`;
      case "notify-health":
        return `${this.#name(command.service)} ${command.state}`;
      case "spawn":
        return `${this.#name(command.service)} spawn ${spawnText(command)}`;
      case "signal":
        return `${
          this.#name(command.service)
        } ${command.signal} to ${command.role} ${command.target}`;
      case "log":
        this.logs.push(`${command.level} ${this.#name(command.service)}: ${command.text}`);
        return undefined;
      case "announce":
        this.announced.push(command.text);
        return undefined;
      case "console":
        return `console ${command.owner === "log" ? "log" : this.#name(command.owner)}`;
      case "status-line":
        return undefined;
      case "chain":
        return `chain ${command.to}`;
      case "handle-failure":
        return `handle ${command.cause.service} by ${command.to}: ${command.cause.reason}`;
      case "forget":
        return `forget ${command.name}`;
      case "end-tree":
      case "kill-tree":
      case "kill-all":
      case "check":
      case "close-socket":
      case "listen":
      case "redescribe":
        return `${command.kind} ${this.#name(command.service)}`;
      default:
        return command.kind;
    }
  }

  #name(service: ServiceId): string {
    return this.scheduler.description(service).name;
  }
}
