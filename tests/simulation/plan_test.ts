/**
 * What a plan tells of random orders is what comes of them, when processes do what they are asked:
 * each service is in the end as it was told to be.
 */
import { makePlan } from "../../core/plan/make_plan.ts";
import type { AskedOrder } from "../../core/planned.ts";
import type { Order } from "../../core/event.ts";
import type { ServiceId } from "../../core/types.ts";
import { generatePlan } from "../../tools/simulation/generate.ts";
import { happen } from "../../tools/simulation/happenings.ts";
import { type Random, seededRandom } from "../../tools/simulation/random.ts";
import { comeToRest } from "../../tools/simulation/rest.ts";
import { SimulatedWorld } from "../../tools/simulation/world.ts";
import { assert, assertEquals, fail } from "../assert.ts";

const RUNS = 6000;
const MOST_SERVICES = 40;

Deno.test("a plan of random orders tells what comes of them", () => {
  let whole = 0;
  for (let seed = 1; seed <= RUNS; seed++) if (checkPlan(seed)) whole++;
  assert(whole > RUNS / 4, `only ${whole} plans came to an end`);
});

/** @returns Whether there was something to compare. */
function checkPlan(seed: number): boolean {
  const drawn = generatePlan(seed);
  if (drawn.services.length > MOST_SERVICES) return false;
  const random = seededRandom(seed);
  const world = new SimulatedWorld({ ...drawn, launchFailures: 0, restores: 0 }, { traces: false });
  for (const description of drawn.services) world.load(description);
  for (let count = 1 + random.below(8); count > 0; count--) world.order(drawOrder(world, random));
  if (random.chance(0.8)) comeToRest(world);
  else for (let count = random.below(5); count > 0; count--) happen(world, random.next(), 0);
  const orders = Array.from({ length: 1 + random.below(3) }, () => drawOrder(world, random));
  const plan = makePlan(orders.map((order) => askedOf(world, order)), {
    copy: () => world.scheduler.copy(),
    now: world.now,
    sources: { read: () => ({ kind: "faulty", faults: [] }), hasChanged: () => false },
  });
  if (plan.end !== "whole") return false;
  const before = states(world);
  for (const order of orders) world.order(order);
  comeToRest(world);
  const after = states(world);
  for (const { name, after: told } of plan.services) {
    assertEquals(after.get(name), told, `seed ${seed}: ${name}\n${JSON.stringify(orders)}`);
  }
  const touched = new Set(plan.services.map(({ name }) => name));
  if (![...before.values()].every((state) => state === "started" || state === "stopped")) {
    return true;
  }
  for (const [name, state] of before) {
    if (touched.has(name)) continue;
    assertEquals(after.get(name), state, `seed ${seed}: ${name} is not in the plan`);
  }
  return true;
}

type Drawn = Extract<Order, { readonly kind: "start" | "stop" | "restart" | "wake" | "release" }>;

function drawOrder(world: SimulatedWorld, random: Random): Drawn {
  const services = world.scheduler.list();
  const service = services[random.below(services.length)] ?? fail("no services");
  const pin = random.chance(0.1);
  const force = random.chance(0.5);
  switch (random.pick(["start", "start", "stop", "restart", "wake", "release"] as const)) {
    case "start":
      return { kind: "start", service, pin };
    case "stop":
      return { kind: "stop", service, pin, force };
    case "restart":
      return { kind: "restart", service, force };
    case "wake":
      return { kind: "wake", service, pin };
    case "release":
      return { kind: "release", service, pin };
  }
}

function askedOf(world: SimulatedWorld, order: Drawn): AskedOrder {
  const name = nameOf(world, order.service);
  const { pin, force } = { pin: false, force: false, ...order };
  return { kind: "service", verb: order.kind, name, pin, force };
}

function nameOf(world: SimulatedWorld, service: ServiceId): string {
  return world.scheduler.description(service).name;
}

function states(world: SimulatedWorld): ReadonlyMap<string, string> {
  const { scheduler } = world;
  return new Map(
    scheduler.list().map((service) => [nameOf(world, service), scheduler.status(service).state]),
  );
}
