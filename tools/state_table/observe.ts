/**
 * Watches simulated runs: what happened to a service in which phase, which function of the rules
 * saw to it, and in which phase that left the service.
 *
 * The scheduler knows nothing of it: its effects and its work lists are wrapped, and who caused an
 * effect is read from the stack of calls.
 */
import type { Command } from "../../core/command.ts";
import { Deadlines } from "../../core/schedule/deadlines.ts";
import { Pass } from "../../core/schedule/pass.ts";
import { Scheduler } from "../../core/schedule/scheduler.ts";
import type { Phase } from "../../core/service/record/phase.ts";
import type { ServiceRecord } from "../../core/service/record/record.ts";
import { WorkList } from "../../core/service/effects/work_list.ts";
import { generatePlan } from "../simulation/generate.ts";
import { playPlan } from "../simulation/play.ts";
import { type Frame, readStack } from "./stack.ts";

/** Something that was seen. */
export interface Sighting {
  /** A key of `causes.ts`. */
  readonly cause: string;
  readonly before: Phase;
  /** The rule; undefined: nothing was done. */
  readonly rule: string | undefined;
  readonly after: Phase;
}

/**
 * What is going on with one service: from the taking of an event, or of an item of a list, to the
 * next.
 */
interface Step {
  /** "propagate" and "transition" for items of the lists. */
  readonly cause: string;
  readonly service: ServiceRecord;
  readonly before: Phase;
  rule: string | undefined;
  /** As many like it were looked at as are needed. */
  isKnown: boolean;
}

/** Through these one service reaches another, and what that is for the other. */
const REACHING: ReadonlyMap<string, string> = new Map([
  ["letGo", "letGo"],
  ["pinLifted", "pinLifted"],
  ["restart", "restart"],
  ["#handOver", "console"],
]);

/** Where events, orders, timers and items of the lists come in. */
const ENTRIES = new Set(["report", "obey", "timerFired", "propagate", "transition"]);

/** On the way to the rule that a type has for a report. */
const LEADING = new Set([
  ...["mainEnded", "mainExecuted", "mainNotExecuted", "mainIsReady", "mainClosedReadiness"],
  ...["stopperNotSpawned", "stopperNotExecuted", "stopperExecuted", "stopperEnded"],
]);

/** After that many hardly anything new is seen. */
const RUNS = 10_000;
/** How often the stack is read for effects that look alike. */
const STACKS_READ = 40;

/** @returns All different sightings of some thousand simulated runs, which are always the same. */
export function observe(): readonly Sighting[] {
  const observer = new Observer();
  const detach = observer.attach();
  try {
    for (let seed = 1; seed <= RUNS; seed++) {
      const { fault } = playPlan(generatePlan(seed), { traces: false });
      if (fault !== undefined) throw new Error(`The simulator finds a fault first: ${fault}`);
    }
  } finally {
    detach();
  }
  return [...observer.sightings.values()];
}

class Observer {
  readonly sightings = new Map<string, Sighting>();
  readonly #stacks = new Map<string, number>();
  /** The order that is worked on. */
  #order: string | undefined;
  #step: Step | undefined;
  /** Other services that have entered a phase since the step began. */
  readonly #entered = new Map<ServiceRecord, Sighting | "known">();

  /** @returns What takes the wrapping off again. */
  attach(): () => void {
    const { apply, order } = Scheduler.prototype;
    const { enter, arm, emit } = Pass.prototype;
    const { add, take } = WorkList.prototype;
    const { takeDue } = Deadlines.prototype;
    // deno-lint-ignore no-this-alias
    const observer = this;
    Scheduler.prototype.apply = function (event, now) {
      const key = "role" in event ? `${event.kind} ${event.role}` : event.kind;
      if ("service" in event) observer.#begin(key, find(this, event.service));
      const commands = apply.call(this, event, now);
      observer.#end();
      return commands;
    };
    Scheduler.prototype.order = function (given, now) {
      observer.#order = `order ${given.kind}`;
      if ("service" in given) observer.#begin(observer.#order, find(this, given.service));
      const result = order.call(this, given, now);
      observer.#end();
      observer.#order = undefined;
      return result;
    };
    Pass.prototype.enter = function (service, state, phase) {
      observer.#sawEffect(service, phase);
      return enter.call(this, service, state, phase);
    };
    Pass.prototype.arm = function (service, timer, delayMs) {
      observer.#sawEffect(service);
      return arm.call(this, service, timer, delayMs);
    };
    Pass.prototype.emit = function (command) {
      observer.#sawCommand(command);
      return emit.call(this, command);
    };
    WorkList.prototype.add = function (service) {
      observer.#sawEffect(service);
      return add.call(this, service);
    };
    WorkList.prototype.take = function () {
      observer.#end();
      const service = take.call(this);
      if (service !== undefined) observer.#begin(pendingCause(service), service);
      return service;
    };
    Deadlines.prototype.takeDue = function (now) {
      observer.#end();
      const service = takeDue.call(this, now);
      if (service !== undefined) observer.#begin(`timer ${service.timer}`, service);
      return service;
    };
    return () => {
      Object.assign(Scheduler.prototype, { apply, order });
      Object.assign(Pass.prototype, { enter, arm, emit });
      Object.assign(WorkList.prototype, { add, take });
      Object.assign(Deadlines.prototype, { takeDue });
    };
  }

  #begin(cause: string, service: ServiceRecord | undefined): void {
    this.#end();
    if (service === undefined) return;
    this.#step = { cause, service, before: service.phase, rule: undefined, isKnown: false };
  }

  #end(): void {
    const step = this.#step;
    this.#step = undefined;
    for (const sighting of this.#entered.values()) {
      if (sighting !== "known") this.#note(sighting);
    }
    this.#entered.clear();
    if (step === undefined || step.cause === "propagate" || step.isKnown) return;
    const { cause, before, rule, service } = step;
    // An item of a list that finds nothing to do is no event.
    if (cause === "transition" && rule === undefined) return;
    this.#note({ cause, before, rule, after: service.phase });
  }

  #note(sighting: Sighting): void {
    const { cause, before, rule, after } = sighting;
    this.sightings.set(`${cause}|${before}|${rule ?? ""}|${after}`, sighting);
  }

  #sawCommand(command: Command): void {
    const step = this.#step;
    if (step === undefined || !("service" in command)) return;
    if (command.kind !== "log" && command.service === step.service.id) {
      this.#sawEffect(step.service);
    }
  }

  /** @param after The phase that is entered; undefined: another effect. */
  #sawEffect(service: ServiceRecord, after?: Phase): void {
    const step = this.#step;
    const isOwn = step?.service === service && step.cause !== "propagate";
    if (isOwn ? step.rule !== undefined || step.isKnown : after === undefined) return;
    const { before: from, cause } = step ?? { before: undefined, cause: undefined };
    const { type } = service.description;
    const key = `${cause}|${isOwn}|${from}|${service.phase}|${after}|${type}|${service.main.phase}`;
    const count = this.#stacks.get(key) ?? 0;
    if (isOwn && count >= STACKS_READ) step.isKnown = true;
    if (count >= STACKS_READ) {
      if (!isOwn) this.#entered.set(service, "known");
      return;
    }
    this.#stacks.set(key, count + 1);
    const stack = readStack();
    const entry = stack.findIndex(({ name }) => ENTRIES.has(name));
    const inner = stack.slice(0, Math.max(0, entry));
    if (isOwn) step.rule = ruleOf(inner);
    else if (after !== undefined) this.#sawEntering(service, after, inner, stack[entry]?.name);
  }

  /**
   * A service enters a phase because of another, or when what is pending for it is settled.
   *
   * @param inner The calls from the entry on.
   */
  #sawEntering(
    service: ServiceRecord,
    after: Phase,
    inner: readonly Frame[],
    entry: string | undefined,
  ): void {
    const reach = inner.findIndex(({ name }) => REACHING.has(name));
    const reaching = inner[reach];
    const direct = entry === "obey" ? this.#order : inner.at(-1)?.name;
    const cause = reaching === undefined ? direct : REACHING.get(reaching.name);
    if (cause === undefined) return;
    const known = this.#entered.get(service);
    // Of a way through several phases the first was looked at often enough.
    if (known === "known") return;
    const rule = ruleOf(reaching === undefined ? inner : inner.slice(0, reach)) ?? reaching?.name;
    if (known !== undefined && known.cause !== cause) this.#note(known);
    const before = known?.cause === cause ? known.before : service.phase;
    this.#entered.set(service, { cause, before, rule, after });
  }
}

function find(scheduler: Scheduler, id: number): ServiceRecord | undefined {
  for (const service of scheduler.records()) {
    if (service.id === id) return service;
  }
  return undefined;
}

/** Which list a service was taken from shows in what is pending for it. */
function pendingCause(service: ServiceRecord): string {
  const { pendingAcquire, pendingRelease, pendingFail, pendingStart, pendingStop, pendingPin } =
    service;
  const isPending = pendingAcquire || pendingRelease || pendingFail || pendingStart ||
    pendingStop ||
    pendingPin;
  return isPending ? "propagate" : "transition";
}

/** The outermost rule of the calls, as far as it is one of a type and not what leads to it. */
function ruleOf(inner: readonly Frame[]): string | undefined {
  const rules = inner.filter(({ file }) => file.startsWith("core/service/"));
  return (rules.findLast(({ name }) => !LEADING.has(name)) ?? rules.at(-1))?.name;
}
