/**
 * Plays a plan: loads the services, makes the moves, lets everything come to rest, shuts down.
 */
import { type ServiceId, unreachable } from "../../core/types.ts";
import { endLauncher, finishKillAll, happen, processHappens, socketHappens } from "./happenings.ts";
import { Breach, checkEnd, checkRest } from "./invariants.ts";
import type { Move, Plan } from "./plan.ts";
import { type SimulatedProcess, SimulatedWorld } from "./world.ts";

export interface Outcome {
  /** What went wrong, with the number of the invariant; undefined when nothing did. */
  readonly fault: string | undefined;
  /** Calls of the scheduler, each checked. */
  readonly steps: number;
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
      world.say(JSON.stringify(move, withoutDescription));
      makeMove(world, plan, move);
    }
    world.say("rest");
    comeToRest(world);
    checkRest(world);
    world.say("shutdown");
    world.order({ kind: "shutdown", type: "halt" });
    comeToRest(world);
    checkEnd(world);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    fault = error instanceof Breach ? error.message : `${error.name}: ${error.message}`;
    if (!(error instanceof Breach)) world.say(error.stack ?? "");
  }
  return { fault, steps: world.steps, trace: world.trace ?? [] };
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

/** Longest wait for rest; a run that needs more goes round in circles. */
const REST_ROUNDS = 3000;

/**
 * Everything that is under way is finished well: programs execute, starts succeed, stops end, timers
 * fire, triggers are set. Running processes keep running.
 */
export function comeToRest(world: SimulatedWorld): void {
  for (let round = 0; round < REST_ROUNDS; round++) {
    if (!finishSomething(world)) return;
  }
  throw new Breach("#50 does not come to rest");
}

function finishSomething(world: SimulatedWorld): boolean {
  if (world.killingAll.length > 0) {
    finishKillAll(world);
    return true;
  }
  for (const [service, state] of world.sockets) {
    if (state === "watched") continue;
    socketHappens(world, service, 0);
    return true;
  }
  for (const process of world.processes) {
    if (finishProcess(world, process)) return true;
  }
  for (const service of world.scheduler.list()) {
    const isTriggered = world.scheduler.description(service).type === "triggered";
    if (!isTriggered || world.scheduler.status(service).state !== "starting") continue;
    if (world.triggered.has(service)) continue;
    world.triggered.add(service);
    world.order({ kind: "trigger", service, on: true });
    return true;
  }
  if (world.isLogBusy) {
    world.apply({ kind: "console-idle" });
    return true;
  }
  const next = world.scheduler.nextDeadline();
  if (next === undefined) return false;
  world.advance(Math.max(0, next - world.now));
  return true;
}

function finishProcess(world: SimulatedWorld, process: SimulatedProcess): boolean {
  const { service, role } = process;
  switch (process.state) {
    case "gone":
      return false;
    case "unmade":
    case "forked":
    case "ended-unreported":
      processHappens(world, process, 0.99);
      return true;
    case "running":
    case "daemon":
      break;
  }
  const { state } = world.scheduler.status(service);
  const { type } = world.scheduler.description(service);
  if (role === "stop" || state === "stopping" || process.signals.length > 0) {
    world.end(process, { kind: "exited", code: role === "stop" ? 0 : 1 });
    return true;
  }
  if (type === "scripted") {
    world.end(process, { kind: "exited", code: 0 });
    return true;
  }
  if (type === "bgprocess" && process.state === "running") {
    endLauncher(world, process, 0.1);
    return true;
  }
  if (process.watchesReadiness && !process.hasGivenReadiness) {
    process.hasGivenReadiness = true;
    world.apply({ kind: "ready", service });
    return true;
  }
  return false;
}
