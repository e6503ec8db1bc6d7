import type { Answer } from "../../../../core/event.ts";
import { assertEquals } from "../../../assert.ts";
import { buildDescription, type DescriptionParts, serviceName } from "../../../builders.ts";
import { Driver } from "../driver.ts";

type Services = Readonly<Record<string, DescriptionParts>>;

function reloadAll(driver: Driver, services: Services): {
  readonly answer: Answer;
  readonly said: readonly string[];
} {
  const reloads = Object.entries(services).map(([name, parts]) => ({
    service: driver.id(name),
    description: buildDescription(name, parts),
  }));
  return driver.order({ kind: "reload-together", reloads });
}

function links(driver: Driver, name: string): readonly string[] {
  return driver.scheduler.links(driver.id(name)).map(({ kind, to }) =>
    `${kind} ${driver.scheduler.description(to).name}`
  );
}

const PIPED: DescriptionParts = { type: "process", log: { kind: "pipe" } };

function reads(producer: string): DescriptionParts {
  return { type: "process", consumerOf: serviceName(producer) };
}

Deno.test("two readers of outputs change places only when they are reloaded together", () => {
  const driver = new Driver();
  driver.load({ one: PIPED, two: PIPED, a: reads("one"), b: reads("two") });
  for (const [name, producer] of [["a", "two"], ["b", "one"]] as const) {
    assertEquals(reloadAll(driver, { [name]: reads(producer) }).answer.kind, "refused");
  }
  const { answer, said } = reloadAll(driver, { a: reads("two"), b: reads("one") });
  assertEquals(answer, { kind: "accepted" });
  assertEquals(said, ["redescribe a", "redescribe b"]);
  const consumers = [...driver.scheduler.records()].map(({ consumer }) => consumer?.name);
  assertEquals(consumers, ["b", "a", undefined, undefined]);
});

Deno.test("a link is turned round between services that are up, and nothing stops", () => {
  const driver = new Driver();
  driver.load({ low: {}, high: { links: { need: ["low"] } } });
  driver.start("high", { pin: true });
  driver.start("low");
  const turned = { low: { links: { need: ["high"] } }, high: {} } as const;
  assertEquals(reloadAll(driver, { low: turned.low }).answer, {
    kind: "refused",
    why: "its links would form a cycle: low → high → low",
  });
  const { answer, said } = reloadAll(driver, turned);
  assertEquals([answer.kind, said], ["accepted", ["redescribe low", "redescribe high"]]);
  assertEquals([links(driver, "low"), links(driver, "high")], [["need high"], []]);
  assertEquals(driver.states("low", "high"), ["started", "started"]);
  assertEquals([...driver.scheduler.records()].map(({ height }) => height), [2, 1]);
  driver.order({ kind: "unpin", service: driver.id("high") });
  assertEquals(
    driver.order({
      kind: "stop",
      service: driver.id("high"),
      pin: false,
      force: false,
    }).answer,
    { kind: "dependents", services: [driver.id("low")] },
  );
});

Deno.test("a dependency that one lets go and another takes does not stop", () => {
  const driver = new Driver();
  driver.load({ disk: { type: "process" }, a: { links: { need: ["disk"] } }, b: {} });
  driver.start("b");
  driver.start("a");
  driver.spawned("disk");
  driver.executed("disk");
  const { said } = reloadAll(driver, { a: {}, b: { links: { need: ["disk"] } } });
  assertEquals(said, ["redescribe a", "redescribe b"]);
  assertEquals(driver.state("disk"), "started");
  assertEquals(driver.release("b"), ["b:stopped", "disk TERM to start group"]);
});

Deno.test("nothing changes when one of them is at fault, and that one is named", () => {
  const driver = new Driver();
  driver.load({ a: {}, b: {}, c: {} });
  driver.start("b");
  const before = driver.scheduler.write();
  for (
    const [parts, why] of [
      [{ b: { type: "triggered" } }, '"b": type cannot change while it is started; stop it first'],
      [{ b: { links: { need: ["x"] } } }, '"b": its dependency "x" is not loaded'],
      [
        { b: { after: [serviceName("a")] }, c: {} },
        "its links would form a cycle: a → b → a",
      ],
    ] as const
  ) {
    const { answer, said } = reloadAll(driver, {
      a: { links: { "waits-for": ["b"] }, chainTo: serviceName("c") },
      ...parts,
    });
    assertEquals([answer, said], [{ kind: "refused", why }, []]);
    assertEquals(driver.scheduler.write(), before);
  }
});

Deno.test("chains of dependencies are measured as they will be", () => {
  const driver = new Driver();
  const names = Array.from({ length: 32 }, (_, index) => `s${index}`);
  const chain = (order: readonly string[]): Services =>
    Object.fromEntries(order.map((name, index) => {
      const below = order[index - 1];
      return [name, below === undefined ? {} : { links: { need: [below] } }];
    }));
  driver.load({ ...chain(names), extra: {} });
  assertEquals(
    reloadAll(driver, { s0: { links: { need: ["extra"] } } }).answer,
    { kind: "refused", why: "a chain of dependencies would have more than 32 services" },
  );
  const turned = chain([...names].reverse());
  assertEquals(reloadAll(driver, turned).answer, { kind: "accepted" });
  assertEquals(
    [...driver.scheduler.records()].map(({ height }) => height),
    [...names.map((_, index) => 32 - index), 1],
  );
});

Deno.test("types change together with links", () => {
  const driver = new Driver();
  driver.load({ a: {}, b: { links: { need: ["a"] } } });
  const { said } = reloadAll(driver, {
    a: { type: "triggered", links: { need: ["b"] } },
    b: { type: "triggered" },
  });
  assertEquals(said, ["forget a", "forget b"]);
  driver.start("a");
  assertEquals(driver.states("a", "b"), ["starting", "starting"]);
  driver.order({ kind: "trigger", service: driver.id("b"), on: true });
  driver.order({ kind: "trigger", service: driver.id("a"), on: true });
  assertEquals(driver.states("a", "b"), ["started", "started"]);
});
