import type { Answer } from "../../../../core/event.ts";
import { assert, assertEquals, assertIncludes, assertThrows } from "../../../assert.ts";
import { buildDescription, type DescriptionParts, serviceName } from "../../../builders.ts";
import { Driver, EXITED_1 } from "../driver.ts";

function reload(driver: Driver, name: string, parts: DescriptionParts) {
  const description = buildDescription(name, parts);
  return driver.order({ kind: "reload", service: driver.id(name), description });
}

function why(answer: Answer): string {
  assert(answer.kind === "refused", JSON.stringify(answer));
  return answer.why;
}

Deno.test("reload of a stopped service to another type makes a new record that keeps its dependents", () => {
  const driver = new Driver();
  driver.load({ srv: {}, top: { links: { need: ["srv"] } } });
  const old = driver.id("srv");
  const { answer, said } = reload(driver, "srv", { type: "triggered" });
  assertEquals(answer.kind, "accepted");
  assertEquals(said, ["forget srv"]);
  assertThrows(() => driver.scheduler.status(old));
  driver.start("top");
  assertEquals(driver.states("srv", "top"), ["starting", "starting"]);
});

Deno.test("reload of a stopped service keeps its number when the type stays", () => {
  const driver = new Driver();
  driver.load({ srv: {} });
  const old = driver.id("srv");
  assertEquals(reload(driver, "srv", { restart: "always" }).said, ["redescribe srv"]);
  assertEquals(driver.id("srv"), old);
  assertEquals(driver.scheduler.description(old).restart, "always");
});

Deno.test("reload is refused while the service is starting or stopping", () => {
  const driver = new Driver();
  driver.load({ srv: { type: "process" } });
  driver.start("srv");
  assertIncludes(why(reload(driver, "srv", { type: "process" }).answer), "starting");
  driver.spawned("srv");
  driver.executed("srv");
  driver.stop("srv");
  assertIncludes(why(reload(driver, "srv", { type: "process" }).answer), "stopping");
});

Deno.test("reload of a started service says which setting cannot change", () => {
  const driver = new Driver();
  driver.load({ srv: { type: "process" } });
  driver.run("srv");
  assertIncludes(why(reload(driver, "srv", { type: "internal" }).answer), "type");
  const log = { kind: "pipe" } as const;
  assertIncludes(why(reload(driver, "srv", { type: "process", log }).answer), "log-type");
  const consoled = { type: "process", console: "runs" } as const;
  assertIncludes(why(reload(driver, "srv", consoled).answer), "console");
  assertEquals(
    reload(driver, "srv", { type: "process", stopTimeoutMs: 5 }).answer.kind,
    "accepted",
  );
});

Deno.test("reload takes new dependencies before it lets old ones go, and starts none", () => {
  const driver = new Driver();
  driver.load({ old: {}, kept: {}, opt: {}, srv: { links: { need: ["old", "kept"] } } });
  driver.start("srv");
  const links = { "need": ["kept"], "waits-for": ["opt"] } as const;
  const { answer, said } = reload(driver, "srv", { links });
  assertEquals(answer.kind, "accepted");
  assertEquals(said, ["redescribe srv", "old:stopped"]);
  assertEquals(driver.states("old", "kept", "opt"), ["stopped", "started", "stopped"]);
});

Deno.test("reload of a started service refuses a need that is not started", () => {
  const driver = new Driver();
  driver.load({ base: {}, srv: {} });
  driver.start("srv");
  assertIncludes(why(reload(driver, "srv", { links: { need: ["base"] } }).answer), '"base"');
});

Deno.test("reload refuses a cycle, also over before and after", () => {
  const driver = new Driver();
  driver.load({ srv: {}, top: { links: { need: ["srv"] } } });
  assertIncludes(why(reload(driver, "srv", { links: { need: ["top"] } }).answer), "cycle");
  assertIncludes(why(reload(driver, "srv", { after: [serviceName("top")] }).answer), "cycle");
  assertEquals(reload(driver, "srv", { before: [serviceName("top")] }).answer.kind, "accepted");
  assertIncludes(why(reload(driver, "top", { before: [serviceName("srv")] }).answer), "cycle");
});

Deno.test("reload replaces before lines", () => {
  const driver = new Driver();
  driver.load({ later: {}, srv: { before: [serviceName("later")] } });
  assertEquals(driver.scheduler.links(driver.id("later")).length, 1);
  reload(driver, "srv", {});
  assertEquals(driver.scheduler.links(driver.id("later")), []);
});

Deno.test("reload refuses a chain of more than 32 services and frees one that it takes apart", () => {
  const driver = new Driver();
  driver.load({ s1: {} });
  for (let i = 2; i <= 32; i++) driver.load({ [`s${i}`]: { links: { need: [`s${i - 1}`] } } });
  driver.load({ one: {} });
  assertIncludes(why(reload(driver, "s1", { links: { need: ["one"] } }).answer), "32 services");
  assertEquals(reload(driver, "s32", {}).answer.kind, "accepted");
  assertEquals(reload(driver, "s1", { links: { need: ["one"] } }).answer.kind, "accepted");
});

Deno.test("reload keeps log-type = pipe while the output is consumed", () => {
  const driver = new Driver();
  const log = { kind: "pipe" } as const;
  driver.load({
    app: { type: "process", log },
    reader: { type: "process", consumerOf: serviceName("app") },
  });
  assertIncludes(why(reload(driver, "app", { type: "process" }).answer), '"reader"');
  assertEquals(reload(driver, "app", { type: "scripted", log }).answer.kind, "accepted");
  assertEquals(reload(driver, "reader", { type: "process" }).answer.kind, "accepted");
  assertEquals(reload(driver, "app", { type: "process" }).answer.kind, "accepted");
});

Deno.test("reload keeps a dependency up that is pinned over a new link in place of an old one", () => {
  const driver = new Driver();
  driver.load({
    base: { type: "process" },
    mid: { links: { need: ["base"] } },
    top: { links: { need: ["base"] } },
  });
  driver.run("base");
  driver.start("mid");
  driver.start("top", { pin: true });
  // Pinned, so it stays although its process is gone; without the pin it would stop now.
  driver.exited("base", EXITED_1);
  assertEquals(reload(driver, "top", { links: { need: ["mid"] } }).answer.kind, "accepted");
  assertEquals(driver.states("base", "mid", "top"), ["started", "started", "started"]);
});

Deno.test("reload of a started service cannot change how it is activated", () => {
  const driver = new Driver();
  driver.load({ srv: { type: "process" } });
  driver.run("srv");
  const parts = { type: "process", startsOnDemand: true } as const;
  assertIncludes(why(reload(driver, "srv", parts).answer), "socket-activation");
});
