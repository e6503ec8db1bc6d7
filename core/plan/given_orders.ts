/**
 * The orders of a plan, as clients and control connections give them: what is not loaded is loaded
 * first, a service whose dependents are to stop as well is stopped after them, one that is to
 * follow another is started.
 */
import type { Command } from "../command.ts";
import type { Answer } from "../event.ts";
import { type AskedOrder, orderWords, type PlannedAnswer, type PlannedReload } from "../planned.ts";
import type { ServiceId } from "../types.ts";
import { unreachable } from "../types.ts";
import { type Copy, CopyLoading } from "./copy_loading.ts";

type ServiceOrder = Extract<AskedOrder, { readonly kind: "service" }>;

/** Services started because another ended: at most so many. */
const MOST_CHAINS = 1000;

/** What comes of an order. */
type Outcome = Pick<PlannedAnswer, "answer" | "faults">;

const NOTHING: Outcome = { answer: "already", faults: [] };

export class GivenOrders {
  readonly #loading: CopyLoading;
  readonly #taker: Copy;
  readonly #answers: PlannedAnswer[];
  /** Places of orders that are to be given yet. */
  #pending: number[];
  readonly #orders: readonly AskedOrder[];
  #mayPostpone = true;
  #isSecondRound = false;
  readonly #chains: Extract<Command, { readonly kind: "chain" | "handle-failure" }>[] = [];
  #chainsLeft = MOST_CHAINS;

  constructor(orders: readonly AskedOrder[], taker: Copy) {
    this.#orders = orders;
    this.#taker = {
      ...taker,
      carryOut: (commands) => {
        taker.carryOut(commands);
        this.#noteChains(commands);
      },
    };
    this.#loading = new CopyLoading(this.#taker);
    this.#answers = orders.map((order) => ({ order: orderWords(order), ...NOTHING }));
    this.#pending = orders.map((_, place) => place);
  }

  /** In the order of the orders. */
  get answers(): readonly PlannedAnswer[] {
    return this.#answers;
  }

  get reloads(): readonly PlannedReload[] {
    return this.#loading.reloads;
  }

  /** Stops that are to be ordered again when what goes on has come to its end. */
  get hasPostponed(): boolean {
    return this.#pending.length > 0;
  }

  /** Gives the orders that were not given yet. */
  giveAll(): void {
    const places = this.#pending;
    this.#pending = [];
    const steps = reloadsTogether(places, this.#orders);
    for (const step of steps) this.#give(step);
    this.#mayPostpone = this.#pending.length < places.length;
    this.#isSecondRound = true;
  }

  /** Starts what is to follow services that have ended. @param commands Those of an event. */
  follow(commands: readonly Command[]): void {
    this.#noteChains(commands);
    this.#followChains();
  }

  #noteChains(commands: readonly Command[]): void {
    for (const command of commands) {
      if (command.kind === "chain" || command.kind === "handle-failure") this.#chains.push(command);
    }
  }

  #followChains(): void {
    for (let next = this.#chains.shift(); next !== undefined; next = this.#chains.shift()) {
      if (this.#chainsLeft-- <= 0) return;
      const service = this.#loading.load(next.to);
      if (typeof service !== "number") continue;
      const { scheduler, now, carryOut } = this.#taker;
      const order = next.kind === "chain"
        ? { kind: next.kind, service }
        : { kind: next.kind, service, cause: next.cause };
      carryOut(scheduler.order(order, now()).commands);
    }
  }

  /** @param places Of one order, or of several reloads that are one step. */
  #give(places: readonly number[]): void {
    const [place = 0] = places;
    const order = this.#orders[place];
    if (order === undefined) return;
    const names = places.flatMap((each) => nameOf(this.#orders[each]) ?? []);
    const answer = isReload(order) ? this.#reload(names) : this.#carryOut(order, place);
    this.#followChains();
    if (answer === "postponed") {
      this.#pending.push(place);
      return;
    }
    // What is so by now came to be so by the first orders.
    const isSoByUs = answer.answer === "already" && this.#isSecondRound;
    const told = isSoByUs ? { ...answer, answer: "accepted" } as const : answer;
    this.#answers[place] = { order: orderWords(order), ...told };
    // What is told of the first is true of the others of its step.
    for (const other of places.slice(1)) {
      this.#answers[other] = { ...this.#answerAt(other), answer: told.answer };
    }
  }

  #answerAt(place: number): PlannedAnswer {
    return this.#answers[place] ?? { order: "", ...NOTHING };
  }

  #carryOut(
    order: AskedOrder,
    place: number,
  ): Outcome | "postponed" {
    const { scheduler, now, carryOut } = this.#taker;
    switch (order.kind) {
      case "shutdown": {
        const { answer, commands } = scheduler.order(order, now());
        carryOut(commands);
        return this.#answerOf(answer, "");
      }
      case "reload-changed":
        return this.#reload(this.#loading.changed());
      case "service":
        return this.#order(order, place);
    }
  }

  #order(
    order: ServiceOrder,
    place: number,
  ): Outcome | "postponed" {
    const { scheduler, now, carryOut } = this.#taker;
    const service = this.#loading.load(order.name);
    if (typeof service !== "number") return { answer: "refused", faults: service };
    const { answer, commands } = scheduler.order(orderOf(order, service), now());
    carryOut(commands);
    if (answer.kind === "dependents" && this.#canPostpone(order, answer.services, place)) {
      return "postponed";
    }
    return this.#answerOf(answer, order.name);
  }

  /** As the client of the verb does. */
  #canPostpone(order: ServiceOrder, dependents: readonly ServiceId[], place: number): boolean {
    if (order.verb !== "stop" || !this.#mayPostpone) return false;
    const others = new Set(
      this.#orders.flatMap((other, at) =>
        at !== place && other.kind === "service" && other.verb === "stop" ? [other.name] : []
      ),
    );
    return dependents.every((dependent) => others.has(this.#nameOf(dependent)));
  }

  #reload(names: readonly string[]): Outcome {
    if (names.length === 0) return NOTHING;
    const answer = this.#loading.reload(names);
    return answer.kind === "faulty"
      ? { answer: "refused", faults: answer.faults }
      : this.#answerOf(answer, "");
  }

  #answerOf(answer: Answer, name: string): Outcome {
    const refused = (fault: string) => ({ answer: "refused", faults: [fault] } as const);
    switch (answer.kind) {
      case "accepted":
      case "linked":
        return { answer: "accepted", faults: [] };
      case "already":
        return NOTHING;
      case "refused":
        return refused(`"${name}": ${answer.why}`);
      case "pinned-started":
        return refused(`"${name}" is pinned started; unpin it first`);
      case "pinned-stopped":
        return refused(`"${name}" is pinned stopped; unpin it first`);
      case "shutting-down":
        return refused("The manager is shutting down");
      case "dependents": {
        const names = answer.services.map((service) => this.#nameOf(service)).join(", ");
        return refused(`Running services need "${name}": ${names}. With --force they stop, too`);
      }
      default:
        return unreachable(answer);
    }
  }

  #nameOf(service: ServiceId): string {
    return this.#taker.scheduler.description(service).name;
  }
}

function isReload(order: AskedOrder | undefined): boolean {
  return order?.kind === "service" && order.verb === "reload";
}

function nameOf(order: AskedOrder | undefined): string | undefined {
  return order?.kind === "service" ? order.name : undefined;
}

/** Places, those of reloads that follow each other in one list. */
function reloadsTogether(
  places: readonly number[],
  orders: readonly AskedOrder[],
): readonly (readonly number[])[] {
  const steps: number[][] = [];
  for (const place of places) {
    const last = steps.at(-1);
    const before = last?.at(-1);
    const isSameStep = before !== undefined && isReload(orders[before]) && isReload(orders[place]);
    if (isSameStep) last?.push(place);
    else steps.push([place]);
  }
  return steps;
}

function orderOf({ verb, pin, force }: ServiceOrder, service: ServiceId) {
  switch (verb) {
    case "start":
    case "wake":
    case "release":
      return { kind: verb, service, pin } as const;
    case "stop":
      return { kind: verb, service, pin, force } as const;
    case "restart":
      return { kind: verb, service, force } as const;
    case "reload":
      throw new RangeError("A reload has a description");
  }
}
