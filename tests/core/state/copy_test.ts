import { generatePlan } from "../../../tools/simulation/generate.ts";
import { happen } from "../../../tools/simulation/happenings.ts";
import { seededRandom } from "../../../tools/simulation/random.ts";
import { comeToRest } from "../../../tools/simulation/rest.ts";
import { SimulatedWorld } from "../../../tools/simulation/world.ts";
import { instant } from "../../../core/types.ts";
import { assert, assertEquals, fail } from "../../assert.ts";
import { Driver } from "../schedule/driver.ts";

Deno.test("Scheduler.copy() of any state says the same, and lets nothing through", () => {
  let asked = 0;
  for (let seed = 1; seed <= 200; seed++) {
    const plan = { ...generatePlan(seed), restores: 0 };
    if (plan.services.length > 60) continue;
    const random = seededRandom(seed);
    const world = new SimulatedWorld(plan, { traces: false });
    for (const description of plan.services) world.load(description);
    for (let count = random.below(60); count > 0; count--) {
      const services = world.scheduler.list();
      const service = services[random.below(services.length)] ?? fail("no services");
      if (random.chance(0.3)) world.order({ kind: "start", service, pin: random.chance(0.2) });
      else if (random.chance(0.2)) world.order({ kind: "stop", service, pin: false, force: true });
      else happen(world, random.next(), random.next());
    }
    const { scheduler } = world;
    const before = scheduler.write();
    const copy = scheduler.copy();
    assertEquals(copy.write(), before);
    assertEquals(copy.nextDeadline(), scheduler.nextDeadline());
    assertEquals(copy.activeCount, scheduler.activeCount);
    copy.order({ kind: "shutdown", type: "halt" }, instant(world.now + 1));
    for (const { id: service } of [...copy.records()]) {
      const status = { kind: "exited", code: 0 } as const;
      copy.apply({ kind: "exec-succeeded", service, role: "start" }, instant(world.now + 2));
      copy.apply({ kind: "exited", service, role: "start", status }, instant(world.now + 2));
    }
    copy.apply({ kind: "deadline" }, instant(world.now + 100_000));
    assertEquals(scheduler.write(), before);
    comeToRest(world);
    asked++;
  }
  assert(asked > 100);
});

Deno.test("Scheduler.copy() keeps placeholders, readers of outputs and what it decides by", () => {
  const driver = new Driver({ deliberateSignals: new Set([9]) });
  driver.load({
    producer: { type: "process", log: { kind: "pipe" } },
    reader: { type: "process", consumerOf: "producer" as never, after: ["nobody" as never] },
  });
  const copy = driver.scheduler.copy();
  assertEquals(copy.write(), driver.scheduler.write());
  assertEquals(copy.facts, driver.scheduler.facts);
  const [producer] = copy.records();
  assert(producer?.consumer !== undefined);
  assert([...driver.scheduler.records()].every((record) => record !== producer.consumer));
});
