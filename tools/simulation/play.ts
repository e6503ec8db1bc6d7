/**
 * Plays a plan: loads the services, makes the moves, lets everything come to rest, shuts down.
 */
import { type ServiceId, unreachable } from "../../core/types.ts";
import { happen } from "./happenings.ts";
import { Breach, checkRest } from "./invariants.ts";
import { shutDownAtLast } from "./last_shutdown.ts";
import type { Move, Plan } from "./plan.ts";
import { comeToRest } from "./rest.ts";
import { SimulatedWorld } from "./world.ts";

export interface Outcome {
  /** What went wrong, with the number of the invariant; undefined when nothing did. */
  readonly fault: string | undefined;
  /** Calls of the scheduler, each checked. */
  readonly steps: number;
  /** How often the manager has died. */
  readonly deaths: number;
  readonly trace: readonly string[];
}

export function playPlan(plan: Plan, options: { readonly traces: boolean }): Outcome {
  const world = new SimulatedWorld(plan, options);
  let fault: string | undefined;
  try {
    for (const [index, description] of plan.services.entries()) {
      if (plan.broken.includes(index)) world.loadBroken(description);
      else world.load(description);
    }
    for (const move of plan.moves) {
      if (world.isAbandoned) break;
      world.say(JSON.stringify(move, withoutDescription));
      makeMove(world, plan, move);
    }
    if (!plan.lastShutdown.interrupts) letRest(world);
    if (!world.isAbandoned) {
      world.say("shutdown");
      shutDownAtLast(world, plan.lastShutdown);
    }
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    fault = error instanceof Breach ? error.message : `${error.name}: ${error.message}`;
    if (!(error instanceof Breach)) world.say(error.stack ?? "");
  }
  return { fault, steps: world.steps, deaths: world.deaths, trace: world.trace ?? [] };
}

function letRest(world: SimulatedWorld): void {
  world.say("rest");
  comeToRest(world);
  if (!world.isAbandoned) checkRest(world);
}

function withoutDescription(key: string, value: unknown): unknown {
  return key === "description" ? "…" : value;
}

function makeMove(world: SimulatedWorld, plan: Plan, move: Move): void {
  switch (move.kind) {
    case "happen":
      happen(world, move.which, move.how);
      return;
    case "advance":
      world.advance(move.milliseconds);
      return;
    case "console":
      world.apply({ kind: move.isBusy ? "console-busy" : "console-idle" });
      return;
    case "shutdown":
      world.order({ kind: "shutdown", type: "halt" });
      return;
    case "load": {
      const description = plan.services[move.service];
      const present = find(world, plan, move.service);
      if (description === undefined || (present !== undefined && !world.isBroken(present))) return;
      world.load(description);
      return;
    }
    case "add-link":
    case "remove-link":
    case "enable": {
      const [from, to] = [find(world, plan, move.from), find(world, plan, move.to)];
      if (from === undefined || to === undefined) return;
      world.order({ kind: move.kind, link: move.link, from, to });
      return;
    }
    default: {
      const service = find(world, plan, move.service);
      if (service !== undefined) orderService(world, move, service);
    }
  }
}

type ServiceMove = Exclude<
  Move,
  {
    readonly kind:
      | "happen"
      | "advance"
      | "console"
      | "shutdown"
      | "load"
      | "add-link"
      | "remove-link"
      | "enable";
  }
>;

function orderService(world: SimulatedWorld, move: ServiceMove, service: ServiceId): void {
  switch (move.kind) {
    case "start":
    case "wake":
    case "release":
      world.order({ kind: move.kind, service, pin: move.pin });
      return;
    case "stop":
      world.order({ kind: "stop", service, pin: move.pin, force: move.force });
      return;
    case "restart":
      world.order({ kind: "restart", service, force: move.force });
      return;
    case "unpin":
    case "unload":
      world.order({ kind: move.kind, service });
      return;
    case "trigger":
      world.order({ kind: "trigger", service, on: move.on });
      return;
    case "reload":
      world.order({ kind: "reload", service, description: move.description });
      return;
    default:
      unreachable(move);
  }
}

function find(world: SimulatedWorld, plan: Plan, index: number): ServiceId | undefined {
  const name = plan.services[index]?.name;
  return name === undefined ? undefined : world.scheduler.find(name);
}
