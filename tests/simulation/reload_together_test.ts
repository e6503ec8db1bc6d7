/**
 * Random services are reloaded together, with all links turned round: the graph may be any other
 * one afterwards, and every invariant holds in it, until all have stopped.
 */
import type { ServiceDescription } from "../../core/description/contract/description.ts";
import type { ServiceId, ServiceName } from "../../core/types.ts";
import { generatePlan, nameOf } from "../../tools/simulation/generate.ts";
import { checkRest } from "../../tools/simulation/invariants.ts";
import { shutDownAtLast } from "../../tools/simulation/last_shutdown.ts";
import type { Plan } from "../../tools/simulation/plan.ts";
import { seededRandom } from "../../tools/simulation/random.ts";
import { comeToRest } from "../../tools/simulation/rest.ts";
import { SimulatedWorld } from "../../tools/simulation/world.ts";
import { assert, fail } from "../assert.ts";

const RUNS = 3000;
/** Services in a graph; more show nothing else. */
const MOST_SERVICES = 12;

Deno.test("services reloaded together keep the scheduler's invariants, whatever links are turned", () => {
  let taken = 0;
  for (let seed = 1; seed <= RUNS; seed++) {
    try {
      taken += playReloads(seed);
    } catch (error) {
      fail(`Seed ${seed}: ${error instanceof Error ? error.stack : error}`);
    }
  }
  assert(taken > RUNS, `only ${taken} reloads were taken`);
});

/** @returns How many reloads, of several services each, were taken. */
function playReloads(seed: number): number {
  const random = seededRandom(seed);
  const plan = smallPlan(seed);
  const world = new SimulatedWorld(plan, { traces: false });
  for (const description of plan.services) world.load(description);
  let taken = 0;
  for (let round = 0; round < 4; round++) {
    for (let orders = random.below(5); orders > 0; orders--) {
      const service = pickOne(world, random.next());
      const pin = random.chance(0.1);
      if (random.chance(0.7)) world.order({ kind: "start", service, pin });
      else world.order({ kind: "stop", service, pin, force: random.chance(0.5) });
    }
    if (random.chance(0.8)) comeToRest(world);
    const isWhole = random.chance(0.6);
    const other = smallPlan(seed + RUNS * (round + 1)).services;
    const reloads = world.scheduler.list().flatMap((service) => {
      if (!isWhole && random.chance(0.5)) return [];
      const description = turned(world, service, other);
      return description === undefined ? [] : [{ service, description }];
    });
    const answer = world.order({ kind: "reload-together", reloads });
    if (answer.kind === "accepted" && reloads.length > 1) taken++;
  }
  comeToRest(world);
  checkRest(world);
  shutDownAtLast(world, plan.lastShutdown);
  return taken;
}

function smallPlan(seed: number): Plan {
  for (let at = seed;; at += 1_000_003) {
    const plan = generatePlan(at);
    if (plan.services.length > 1 && plan.services.length <= MOST_SERVICES) {
      return { ...plan, launchFailures: 0, restores: 0 };
    }
  }
}

function pickOne(world: SimulatedWorld, share: number): ServiceId {
  const services = world.scheduler.list();
  return services[Math.floor(share * services.length)] ?? fail("no services");
}

/** Another description, whose links lead the other way; what may not change is as it was. */
function turned(
  world: SimulatedWorld,
  service: ServiceId,
  others: readonly ServiceDescription[],
): ServiceDescription | undefined {
  const old = world.scheduler.description(service);
  const count = world.scheduler.list().length;
  const turn = (name: ServiceName) => nameOf(count - 1 - Number(name.slice(1)));
  const other = others[Number(turn(old.name).slice(1))];
  if (other === undefined) return undefined;
  const isThere = (name: string) => world.scheduler.find(name) !== undefined;
  const known = (names: readonly ServiceName[]) => names.map(turn).filter(isThere);
  return {
    ...old,
    dependencies: other.dependencies.map(({ kind, name }) => ({ kind, name: turn(name) }))
      .filter(({ name }) => isThere(name)),
    after: known(other.after),
    before: known(other.before),
    restart: other.restart,
  };
}
