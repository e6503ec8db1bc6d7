/**
 * Plays a scenario in a {@link World} and says what is seen after each step.
 */
import type { ServiceStatus } from "../../core/command.ts";
import type { Answer, Order } from "../../core/event.ts";
import { unreachable } from "../../core/types.ts";
import { describe } from "./describe.ts";
import type { Action, Expectation, Scenario } from "./scenario.ts";
import { assertSeen, sightOf } from "./sight.ts";
import { KEEPER, World } from "./world.ts";

/**
 * Plays all steps, twice: with one scheduler, and with one that is restored after each call.
 *
 * @throws {Error} When something else is seen than expected.
 */
export function play(scenario: Scenario): void {
  for (const isRestored of [false, true]) {
    const world = begin(scenario, { isRestored });
    scenario.steps.forEach((step, index) => {
      assertSeen(scenario, index, observe(world, scenario, step));
    });
  }
}

/** What is seen after each step, in the form of the expectations. */
export function record(scenario: Scenario): readonly Expectation[] {
  const world = begin(scenario, { isRestored: false });
  return scenario.steps.map((step) => observe(world, scenario, step));
}

function begin(scenario: Scenario, how: { readonly isRestored: boolean }): World {
  const keeper = { [KEEPER]: { type: "internal", restart: false } } as const;
  const world = new World(
    scenario.commandLine === undefined ? { ...scenario.services, ...keeper } : scenario.services,
    how,
  );
  for (const name of scenario.commandLine ?? [KEEPER]) {
    world.order({ kind: "start", service: world.load(name), pin: false });
    world.settle();
  }
  for (const name of Object.keys(scenario.services)) world.load(name);
  world.settle();
  world.events = [];
  world.launched = [];
  return world;
}

function observe(world: World, scenario: Scenario, action: Action): Expectation {
  world.events = [];
  world.launched = [];
  world.signals = [];
  const reply = perform(world, action);
  world.settle();
  const common = {
    events: world.events,
    ...(reply === undefined ? {} : { reply }),
    launched: [...world.launched].sort(),
    signals: [...world.signals].sort(),
  };
  if (world.hasEnded) return { ...common, manager: "exited:0" };
  return { ...common, ...look(world, scenario) };
}

function look(world: World, scenario: Scenario): Partial<Expectation> {
  const statuses = new Map<string, ServiceStatus>();
  for (const name of Object.keys(scenario.services)) {
    const id = world.scheduler.find(name);
    if (id !== undefined) statuses.set(name, world.scheduler.status(id));
  }
  return sightOf(statuses);
}

function perform(world: World, action: Action): string | undefined {
  switch (action.do) {
    case "advance":
      world.advance(action.seconds);
      return undefined;
    case "process":
      world.act(action.service, action.role, action.does);
      return undefined;
    case "manager-signal":
      world.order({ kind: "shutdown", type: "halt" });
      return undefined;
    case "load":
      world.load(action.service);
      return "ok";
    case "signal":
      return world.signalOrder(action.service, action.signal);
    default:
      return replyText(world, world.order(orderOf(world, action)));
  }
}

type OrderAction = Exclude<
  Action,
  { readonly do: "advance" | "process" | "manager-signal" | "load" | "signal" }
>;

function orderOf(world: World, action: OrderAction): Order {
  switch (action.do) {
    case "shutdown":
      return { kind: "shutdown", type: "halt" };
    case "add-dep":
      return { kind: "add-link", link: action.link, ...ends(world, action) };
    case "rm-dep":
      return { kind: "remove-link", link: action.link, ...ends(world, action) };
    case "enable":
      return { kind: "enable", link: action.link, ...ends(world, action) };
    case "reload": {
      const description = describe(action.service, action.definition);
      return { kind: "reload", service: world.id(action.service), description };
    }
    case "trigger":
    case "untrigger": {
      const service = world.id(action.service);
      return { kind: "trigger", service, on: action.do === "trigger" };
    }
    case "unpin":
    case "unload":
      return { kind: action.do, service: world.id(action.service) };
    case "start":
    case "wake":
    case "release":
      return { kind: action.do, service: world.id(action.service), pin: action.pin ?? false };
    case "stop": {
      const [pin, force] = [action.pin ?? false, action.force ?? false];
      return { kind: "stop", service: world.id(action.service), pin, force };
    }
    case "restart":
      return { kind: "restart", service: world.id(action.service), force: action.force ?? false };
    default:
      return unreachable(action);
  }
}

function ends(world: World, action: { readonly from: string; readonly to: string }) {
  return { from: world.id(action.from), to: world.id(action.to) };
}

function replyText(world: World, reply: Answer): string {
  switch (reply.kind) {
    case "accepted":
    case "linked":
      return "ack";
    case "refused":
      return "nak";
    case "dependents":
      return `dependents:${reply.services.map((id) => world.name(id)).join(",")}`;
    default:
      return reply.kind;
  }
}
