import { Deadlines } from "../../../core/schedule/deadlines.ts";
import { makeRecord, type ServiceRecord } from "../../../core/service/record/record.ts";
import { instant, serviceId } from "../../../core/types.ts";
import { seededRandom } from "../../../tools/simulation/random.ts";
import { assertEquals } from "../../assert.ts";
import { buildDescription } from "../../builders.ts";

function makeServices(count: number): ServiceRecord[] {
  const description = buildDescription("any");
  return Array.from({ length: count }, (_, index) => makeRecord(serviceId(index), description));
}

Deno.test("Deadlines gives what is due, earliest first", () => {
  const deadlines = new Deadlines();
  const [a, b, c] = makeServices(3) as [ServiceRecord, ServiceRecord, ServiceRecord];
  deadlines.set(a, instant(30));
  deadlines.set(b, instant(10));
  deadlines.set(c, instant(20));
  assertEquals(deadlines.next, instant(10));
  assertEquals(deadlines.takeDue(instant(25)), b);
  assertEquals(deadlines.takeDue(instant(25)), c);
  assertEquals(deadlines.takeDue(instant(25)), undefined);
  assertEquals(deadlines.next, instant(30));
});

Deno.test("Deadlines gives what was set first when two are due at once", () => {
  const deadlines = new Deadlines();
  const services = makeServices(5);
  for (const service of services) deadlines.set(service, instant(7));
  const taken = services.map(() => deadlines.takeDue(instant(7)));
  assertEquals(taken, services);
});

Deno.test("Deadlines forgets a cancelled timer and replaces one that is set again", () => {
  const deadlines = new Deadlines();
  const [a, b] = makeServices(2) as [ServiceRecord, ServiceRecord];
  deadlines.set(a, instant(1));
  deadlines.set(b, instant(2));
  deadlines.cancel(a);
  deadlines.cancel(a);
  deadlines.set(b, instant(5));
  assertEquals(deadlines.next, instant(5));
  assertEquals(deadlines.takeDue(instant(9)), b);
  assertEquals(deadlines.next, undefined);
});

Deno.test("Deadlines stays in order over random settings and cancellations", () => {
  const random = seededRandom(3);
  const services = makeServices(60);
  const deadlines = new Deadlines();
  const expected = new Map<ServiceRecord, number>();
  for (let round = 0; round < 5000; round++) {
    const service = random.pick(services);
    if (random.chance(0.3)) {
      deadlines.cancel(service);
      expected.delete(service);
    } else {
      const time = random.below(1000);
      deadlines.set(service, instant(time));
      expected.set(service, time);
    }
    const next = expected.size === 0 ? undefined : instant(Math.min(...expected.values()));
    assertEquals(deadlines.next, next);
  }
});
