/** Services that conflict: which of them has its way, and when it has not. */
import { Scheduler } from "../../../core/schedule/scheduler.ts";
import { instant } from "../../../core/types.ts";
import { assert, assertEquals } from "../../assert.ts";
import { buildDescription, type DescriptionParts, serviceName } from "../../builders.ts";
import { Driver, EXITED_0, TERMINATED } from "../schedule/driver.ts";

const CONFLICTS = { conflicts: [serviceName("b")] } as const;

/** Processes `a`, which says that it conflicts, and `b`; one of them runs. */
function pair(running: "a" | "b", parts: DescriptionParts = {}): Driver {
  const driver = new Driver();
  driver.load({
    a: { type: "process", ...CONFLICTS, ...parts },
    b: { type: "process", restart: "always", ...parts },
  });
  driver.run(running);
  return driver;
}

function answer(driver: Driver, name: string) {
  return driver.order({ kind: "start", service: driver.id(name), pin: false }).answer;
}

Deno.test("a start stops the other, in both directions, and waits until nothing of it runs", () => {
  for (const [running, coming] of [["a", "b"], ["b", "a"]] as const) {
    const driver = pair(running);
    assertEquals(driver.start(coming), [`${running} TERM to start group`]);
    assertEquals(driver.states(running, coming), ["stopping", "starting"]);
    assertEquals(driver.exited(running, TERMINATED), [
      `${running}:stopped`,
      `${coming} spawn start`,
    ]);
    driver.spawned(coming);
    driver.executed(coming);
    assertEquals(driver.states(running, coming), ["stopped", "started"]);
    assertEquals(driver.advance(100_000), []);
  }
});

Deno.test("a service that nobody has loaded, or that is stopped, is in nobody's way", () => {
  const driver = new Driver();
  driver.load({ a: { type: "process", conflicts: [serviceName("ghost"), serviceName("b")] } });
  assertEquals(driver.start("a"), ["a spawn start"]);
});

Deno.test("who is wanted again while the other waits has its way", () => {
  const driver = pair("b");
  driver.start("a");
  driver.start("b");
  assertEquals(driver.state("a"), "stopped");
  driver.exited("b", TERMINATED);
  assertEquals(driver.states("a", "b"), ["stopped", "starting"]);
});

Deno.test("a start is refused where the other is pinned, or needed, and nothing changes", () => {
  const pinned = pair("b");
  pinned.start("b", { pin: true });
  assertEquals(answer(pinned, "a"), {
    kind: "refused",
    why: '"b" conflicts with it, and is pinned started',
  });
  const needed = pair("b");
  needed.load({ top: { links: { need: ["b"] } } });
  needed.start("top");
  assertEquals(answer(needed, "a"), {
    kind: "refused",
    why: '"b" conflicts with it, and is needed by "top"',
  });
  assertEquals(needed.states("a", "b", "top"), ["stopped", "started", "started"]);
});

Deno.test("who only waits for the other goes on without it", () => {
  const driver = pair("b");
  driver.load({ top: { links: { "waits-for": ["b"] } } });
  driver.start("top");
  driver.start("a");
  driver.exited("b", TERMINATED);
  assertEquals(driver.states("b", "top"), ["stopped", "started"]);
});

Deno.test("a service that needs both cannot start, and leaves neither up", () => {
  const driver = new Driver();
  driver.load({
    a: CONFLICTS,
    b: {},
    top: { links: { need: ["a", "b"] } },
  });
  driver.start("top");
  assertEquals(driver.states("a", "b", "top"), ["stopped", "stopped", "stopped"]);
  assert(driver.logs.some((line) => line.includes("conflicts with it, and is needed by")));
});

Deno.test("of two that are wanted at once the one that is named first has its way", () => {
  const driver = new Driver();
  driver.load({
    a: CONFLICTS,
    b: {},
    top: { links: { "waits-for": ["a", "b"] } },
  });
  driver.start("top");
  assertEquals(driver.states("a", "b", "top"), ["started", "stopped", "started"]);
});

Deno.test("a dependent that conflicts as well does not keep its dependency", () => {
  const driver = new Driver();
  driver.load({
    a: { conflicts: [serviceName("b"), serviceName("top")] },
    b: {},
    top: { links: { need: ["b"] } },
  });
  driver.start("top");
  driver.start("a");
  assertEquals(driver.states("a", "b", "top"), ["started", "stopped", "stopped"]);
});

Deno.test("an alias of the other is meant by its name", () => {
  const driver = new Driver();
  driver.load({ a: CONFLICTS, other: { aliases: [serviceName("b")] } });
  driver.start("other");
  driver.start("a");
  assertEquals(driver.states("a", "other"), ["started", "stopped"]);
});

Deno.test("a start that cannot be broken off is waited for", () => {
  const driver = new Driver();
  driver.load({ a: { type: "process", ...CONFLICTS }, b: { type: "scripted" } });
  driver.start("b");
  driver.spawned("b");
  driver.executed("b");
  driver.start("a");
  assertEquals(driver.states("a", "b"), ["starting", "starting"]);
  assertEquals(driver.exited("b", EXITED_0).includes("a spawn start"), true);
  assertEquals(driver.state("b"), "stopped");
});

Deno.test("a reload that would leave both up is refused, and one that does not takes effect", () => {
  const driver = new Driver();
  driver.load({ a: {}, b: {} });
  driver.start("a");
  driver.start("b");
  const reload = () =>
    driver.order({
      kind: "reload",
      service: driver.id("a"),
      description: buildDescription("a", CONFLICTS),
    }).answer;
  assertEquals(reload(), {
    kind: "refused",
    why: '"a" and "b" would conflict, and both are up; stop one first',
  });
  driver.stop("b");
  assertEquals(reload().kind, "accepted");
  driver.start("b");
  assertEquals(driver.states("a", "b"), ["stopped", "started"]);
});

Deno.test("a service that was unloaded conflicts with nothing any more", () => {
  const driver = new Driver();
  driver.load({ a: CONFLICTS, b: {} });
  driver.order({ kind: "unload", service: driver.id("a") });
  driver.load({ a: {} });
  driver.start("a");
  driver.start("b");
  assertEquals(driver.states("a", "b"), ["started", "started"]);
});

Deno.test("a restored scheduler knows who conflicts", () => {
  const driver = pair("b");
  const restored = Scheduler.restored(driver.scheduler.write());
  assert(restored instanceof Scheduler);
  const service = driver.id("a");
  restored.order({ kind: "start", service, pin: false }, instant(driver.now));
  assertEquals(restored.status(driver.id("b")).state, "stopping");
});
