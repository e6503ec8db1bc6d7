/**
 * What is asked about before it is done, and what would come of it: plain data, from the engine
 * (`core/plan/`) over the control protocol to whoever shows it.
 */
import type { ServiceState, ShutdownType } from "./types.ts";

/** Orders about one service that can be asked about. */
export const PLANNED_VERBS = ["start", "stop", "restart", "wake", "release", "reload"] as const;

export type PlannedVerb = (typeof PLANNED_VERBS)[number];

/** An order that is not given, only asked about. */
export type AskedOrder =
  | {
    readonly kind: "service";
    readonly verb: PlannedVerb;
    readonly name: string;
    readonly pin: boolean;
    /** Dependents in the way of a stop or restart go down as well. */
    readonly force: boolean;
  }
  /** A reload of every loaded service whose file is another one now. */
  | { readonly kind: "reload-changed" }
  | { readonly kind: "shutdown"; readonly type: ShutdownType };

/** How an order would be answered. */
export interface PlannedAnswer {
  /** `stop web`, `shutdown halt`, `reload`. */
  readonly order: string;
  readonly answer: "accepted" | "already" | "refused";
  /** Why it would be refused, a fault each, perhaps of several lines. */
  readonly faults: readonly string[];
}

/**
 * A service's own start or stop: what it does itself when all that it had to wait for is there.
 */
export interface PlannedStep {
  readonly service: string;
  readonly what: "start" | "stop";
  /** Milliseconds after the orders. */
  readonly beginsMs: number;
  /** Of one that does not end: as {@link beginsMs}. */
  readonly endsMs: number;
  /**
   * How long it took before. Undefined: not known, and reckoned as no time; or nothing takes time.
   */
  readonly usualMs: number | undefined;
  readonly result: "done" | "failed" | "cancelled" | "unfinished";
  /** Why it fails. */
  readonly why: string | undefined;
  /** Services that it waits for when the orders are given. */
  readonly waitsFor: readonly string[];
}

/** A service that the orders touch. */
export interface PlannedService {
  readonly name: string;
  readonly before: ServiceState;
  /** When nothing is left to do. */
  readonly after: ServiceState;
  /** One of the orders names it. */
  readonly isNamed: boolean;
  /** It is up because somebody ordered it by name, and would not be up afterwards. */
  readonly isLost: boolean;
}

/** A service that stays up and is left by another that it wanted, but can do without. */
export interface PlannedLack {
  readonly service: string;
  readonly without: string;
}

/** What the reload of a service would change. */
export interface PlannedReload {
  readonly service: string;
  readonly changes: readonly PlannedChange[];
}

/** A setting that is another one. Values as text; undefined: none, or not to be shown. */
export interface PlannedChange {
  readonly setting: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** What would come of some orders, given one after the other without a wait between them. */
export interface Plan {
  readonly answers: readonly PlannedAnswer[];
  /** In the order in which they begin. */
  readonly steps: readonly PlannedStep[];
  /** In the order in which they were loaded. */
  readonly services: readonly PlannedService[];
  readonly lacks: readonly PlannedLack[];
  readonly reloads: readonly PlannedReload[];
  /**
   * `whole`: in the end nothing is left to do. `waiting`: something waits for what no one can know,
   * a trigger say. `cut`: it was given up, because there was no end to it.
   */
  readonly end: "whole" | "waiting" | "cut";
}

/** The words of an order, as one would give it. */
export function orderWords(order: AskedOrder): string {
  switch (order.kind) {
    case "service":
      return `${order.verb} ${order.name}`;
    case "reload-changed":
      return "reload";
    case "shutdown":
      return `shutdown ${order.type}`;
  }
}

/** Services other than those named are touched. */
export function touchesOthers({ services }: Plan): boolean {
  return services.some(({ isNamed }) => !isNamed);
}

/** An order is refused, or what it asks for fails. */
export function goesWrong({ answers, steps }: Plan): boolean {
  return answers.some(({ answer }) => answer === "refused") ||
    steps.some(({ result }) => result === "failed");
}
