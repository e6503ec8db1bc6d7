/**
 * Plans: a copy of the scheduler is given the orders, the outside does what it usually does, and
 * what the services do meanwhile is told. Nothing but the copy changes.
 *
 * What goes on anyway, because of earlier orders, is played on a second copy, and belongs to no
 * plan.
 */
import type { Command } from "../command.ts";
import {
  type AskedOrder,
  type Plan,
  type PlannedAnswer,
  type PlannedReload,
  type PlannedService,
  type PlannedStep,
} from "../planned.ts";
import type { Scheduler } from "../schedule/scheduler.ts";
import type { ServiceRecord } from "../service/record/record.ts";
import { type Instant, instant, type ServiceId } from "../types.ts";
import { GivenOrders } from "./given_orders.ts";
import { lacksOf } from "./lacks.ts";
import { Outside } from "./outside.ts";
import type { PlanSources } from "./sources.ts";
import { Steps } from "./steps.ts";

/** What a plan is made of. */
export interface PlanGround {
  /** A copy of the scheduler as it is, another one at each call. */
  readonly copy: () => Scheduler;
  readonly now: Instant;
  readonly sources: PlanSources;
}

/** Most events that are played: so many, and so many for each service. */
const EVENTS = 10_000;
const EVENTS_OF_A_SERVICE = 20;

/** What would come of the orders. */
export function makePlan(orders: readonly AskedOrder[], ground: PlanGround): Plan {
  const played = new Play(ground);
  const before = played.look();
  const given = played.give(orders);
  const anyway = played.wasBusy ? playAnyway(ground) : undefined;
  const services = touchedServices(played, before, { orders, anyway });
  const names = new Set(services.map(({ name }) => name));
  return {
    answers: given.answers,
    steps: played.steps.filter(({ service }) => names.has(service)),
    services,
    lacks: lacksOf(played.records(), (id) => before.get(id)?.state === "started"),
    reloads: given.reloads,
    end: played.end,
  };
}

/** A service before the orders. */
type Look = Pick<ServiceRecord, "name" | "state" | "target" | "isMarked">;

/** One copy at work. */
class Play {
  readonly wasBusy: boolean;
  readonly #scheduler: Scheduler;
  readonly #outside: Outside;
  readonly #steps: Steps;
  readonly #sources: PlanSources;
  readonly #found = new Map<ServiceId, Readonly<ServiceRecord>>();
  #now: Instant;
  #events = 0;
  #isCut = false;

  constructor({ copy, now, sources }: PlanGround) {
    this.#now = now;
    this.#sources = sources;
    this.#scheduler = copy();
    const find = (service: ServiceId) => this.#record(service);
    this.#outside = new Outside(find);
    this.#outside.begin(this.#scheduler, now);
    this.#steps = new Steps(find, now);
    this.wasBusy = this.#outside.next !== undefined || this.#hasTimers() || this.#hasBusy();
  }

  get steps(): readonly PlannedStep[] {
    return this.#steps.all;
  }

  get end(): Plan["end"] {
    if (this.#isCut) return "cut";
    return this.steps.some(({ result }) => result === "unfinished") ? "waiting" : "whole";
  }

  records(): Iterable<Readonly<ServiceRecord>> {
    return this.#scheduler.records();
  }

  look(): ReadonlyMap<ServiceId, Look> {
    const looks = new Map<ServiceId, Look>();
    for (const { id, name, state, target, isMarked } of this.records()) {
      looks.set(id, { name, state, target, isMarked });
    }
    return looks;
  }

  /** Gives the orders and plays till nothing is left to do. */
  give(orders: readonly AskedOrder[]): {
    readonly answers: readonly PlannedAnswer[];
    readonly reloads: readonly PlannedReload[];
  } {
    const given = new GivenOrders(orders, {
      scheduler: this.#scheduler,
      sources: this.#sources,
      now: () => this.#now,
      carryOut: (commands) => this.#carryOut(commands),
    });
    do {
      given.giveAll();
      this.#steps.noteWaits(this.records());
      this.#run(given);
    } while (given.hasPostponed && !this.#isCut);
    this.#steps.finish(this.records(), this.#now);
    return given;
  }

  /** Plays on without an order. */
  goOn(): void {
    this.give([]);
  }

  #run(given: GivenOrders): void {
    const most = EVENTS + EVENTS_OF_A_SERVICE * this.#scheduler.list().length;
    for (;;) {
      const deadline = this.#scheduler.nextDeadline();
      const { next } = this.#outside;
      if (next === undefined && (deadline === undefined || !this.#mayFire())) return;
      if (++this.#events > most) {
        this.#isCut = true;
        return;
      }
      const isDeadline = deadline !== undefined && (next === undefined || deadline < next);
      this.#now = instant(Math.max(this.#now, isDeadline ? deadline : next ?? this.#now));
      const event = isDeadline ? { kind: "deadline" } as const : this.#outside.take();
      if (event === undefined) continue;
      const commands = this.#scheduler.apply(event, this.#now);
      this.#carryOut(commands);
      given.follow(commands);
    }
  }

  /**
   * Something other than the watch over a shutdown is timed: that looks again and again while a
   * service does not stop.
   */
  #mayFire(): boolean {
    return this.#scheduler.shutdownType === undefined || this.#hasTimers();
  }

  #hasTimers(): boolean {
    for (const { timer } of this.records()) {
      if (timer !== "none") return true;
    }
    return false;
  }

  #hasBusy(): boolean {
    for (const { state } of this.records()) {
      if (state === "starting" || state === "stopping") return true;
    }
    return false;
  }

  #carryOut(commands: readonly Command[]): void {
    for (const command of commands) {
      this.#steps.note(command, this.#now);
      this.#outside.carryOut(command, this.#now);
    }
  }

  #record(service: ServiceId): Readonly<ServiceRecord> | undefined {
    if (!this.#found.has(service)) {
      for (const record of this.records()) this.#found.set(record.id, record);
    }
    return this.#found.get(service);
  }
}

/** What goes on without the orders: the steps of each service, and how it stands in the end. */
type Anyway = ReadonlyMap<string, string>;

function playAnyway(ground: PlanGround): Anyway {
  const played = new Play(ground);
  played.goOn();
  return courses(played);
}

/** Equal texts: nothing that a plan would tell differs. */
function courses(played: Play): Anyway {
  const texts = new Map<string, string>();
  for (const { name, state, target } of played.records()) texts.set(name, `${state} ${target}`);
  for (const { service, what, result } of played.steps) {
    texts.set(service, `${texts.get(service)} ${what} ${result}`);
  }
  return texts;
}

function touchedServices(
  played: Play,
  before: ReadonlyMap<ServiceId, Look>,
  { orders, anyway }: {
    readonly orders: readonly AskedOrder[];
    readonly anyway: Anyway | undefined;
  },
): readonly PlannedService[] {
  const named = new Set(orders.flatMap((order) => order.kind === "service" ? [order.name] : []));
  const isForAll = orders.some(({ kind }) => kind === "shutdown");
  const moved = new Set(played.steps.map(({ service }) => service));
  const course = courses(played);
  const services: PlannedService[] = [];
  for (const { id, name, state, target } of played.records()) {
    const old = before.get(id) ?? { state: "stopped", target: "stopped", isMarked: false };
    if (anyway !== undefined && anyway.get(name) === course.get(name)) continue;
    if (state === old.state && target === old.target && !moved.has(name)) continue;
    const isNamed = isForAll || named.has(name);
    const wasWanted = old.isMarked && old.target === "started";
    const isLost = wasWanted && !isNamed && state !== "started";
    services.push({ name, before: old.state, after: state, isNamed, isLost });
  }
  return services;
}
