import { assert, assertEquals, assertIncludes, assertThrows } from "../../assert.ts";
import { serviceName } from "../../builders.ts";
import { Driver } from "./driver.ts";

Deno.test("load() numbers services in the order given and lists them so", () => {
  const driver = new Driver();
  const answer = driver.tryLoad({ base: {}, top: { links: { need: ["base"] } } });
  assert(answer.kind === "loaded");
  assertEquals(driver.scheduler.list(), answer.services);
  assertEquals(driver.scheduler.find("top"), answer.services[1]);
});

Deno.test("load() lets a dependency come later in the same set", () => {
  const driver = new Driver();
  assertEquals(driver.tryLoad({ top: { links: { need: ["base"] } }, base: {} }).kind, "loaded");
  driver.start("top");
  assertEquals(driver.states("base", "top"), ["started", "started"]);
});

Deno.test("load() refuses a dependency that is nowhere, and loads nothing", () => {
  const driver = new Driver();
  const answer = driver.tryLoad({ other: {}, top: { links: { need: ["base"] } } });
  assert(answer.kind === "refused");
  assertEquals(answer.service, "top");
  assertIncludes(answer.why, '"base" is not loaded');
  assertEquals(driver.scheduler.list(), []);
});

Deno.test("load() refuses a service that is loaded already", () => {
  const driver = new Driver();
  driver.load({ one: {} });
  assertEquals(driver.tryLoad({ one: {} }).kind, "refused");
});

Deno.test("load() refuses a cycle over links of any kind and says how it goes", () => {
  const driver = new Driver();
  const answer = driver.tryLoad({
    a: { links: { "waits-for": ["b"] } },
    b: { after: [serviceName("a")] },
  });
  assertEquals(answer, { kind: "cycle", path: ["a", "b", "a"] });
});

Deno.test("load() refuses a cycle that closes over a placeholder", () => {
  const driver = new Driver();
  driver.load({ a: { after: [serviceName("b")] } });
  const answer = driver.tryLoad({ b: { links: { need: ["a"] } } });
  assertEquals(answer, { kind: "cycle", path: ["b", "a", "b"] });
  assertEquals(driver.scheduler.find("b"), undefined);
});

Deno.test("load() refuses a cycle over a before line for a loaded service", () => {
  const driver = new Driver();
  driver.load({ a: {} });
  const answer = driver.tryLoad({ b: { links: { need: ["a"] }, before: [serviceName("a")] } });
  assert(answer.kind === "cycle");
});

Deno.test("load() allows 32 services in a chain and refuses 33, also one by one", () => {
  const driver = new Driver();
  driver.load({ s1: {} });
  for (let i = 2; i <= 32; i++) driver.load({ [`s${i}`]: { links: { need: [`s${i - 1}`] } } });
  const answer = driver.tryLoad({ s33: { links: { "waits-for": ["s32"] } } });
  assert(answer.kind === "too-deep");
  assertEquals(answer.path[0], "s33");
  assertEquals(answer.path.length, 33);
});

Deno.test("load() does not count orderings as depth", () => {
  const driver = new Driver();
  driver.load({ s1: {} });
  for (let i = 2; i <= 50; i++) driver.load({ [`s${i}`]: { after: [serviceName(`s${i - 1}`)] } });
  assertEquals(driver.scheduler.list().length, 50);
});

Deno.test("load() puts before links of others behind the lines of the description", () => {
  const driver = new Driver();
  driver.load({ dep: {}, first: { before: [serviceName("second")] } });
  driver.load({ second: { links: { need: ["dep"] } } });
  const kinds = driver.scheduler.links(driver.id("second")).map((link) => link.kind);
  assertEquals(kinds, ["need", "before"]);
});

Deno.test("a placeholder is not found, not listed and not shown in links", () => {
  const driver = new Driver();
  driver.load({ second: { after: [serviceName("first")] } });
  assertEquals(driver.scheduler.find("first"), undefined);
  assertEquals(driver.scheduler.list().length, 1);
  assertEquals(driver.scheduler.links(driver.id("second")), []);
});

Deno.test("an ordering works from the time the other service is loaded", () => {
  const driver = new Driver();
  driver.load({ second: { after: [serviceName("first")] } });
  driver.load({ first: { type: "scripted" } });
  driver.start("first");
  driver.start("second");
  assertEquals(driver.state("second"), "starting");
});

Deno.test("load() refuses a second consumer, also when the first was loaded before the producer", () => {
  const driver = new Driver();
  const consumer = { type: "process", consumerOf: serviceName("app") } as const;
  driver.load({ reader: consumer });
  driver.load({ app: { type: "process", log: { kind: "pipe" } } });
  const answer = driver.tryLoad({ rival: consumer });
  assert(answer.kind === "refused");
  assertEquals(answer.why, 'the output of "app" is consumed by "reader" already');
});

Deno.test("load() refuses a producer without a pipe when its consumer is loaded", () => {
  const driver = new Driver();
  driver.load({ reader: { type: "process", consumerOf: serviceName("app") } });
  const answer = driver.tryLoad({ app: { type: "process" } });
  assert(answer.kind === "refused");
  assertIncludes(answer.why, 'must be "pipe"');
});

Deno.test("load() refuses two consumers of one producer in one set", () => {
  const driver = new Driver();
  const consumer = { type: "process", consumerOf: serviceName("app") } as const;
  assertEquals(driver.tryLoad({ a: consumer, b: consumer }).kind, "refused");
});

Deno.test("unload keeps a consumer's claim on the producer's output", () => {
  const driver = new Driver();
  const app = { type: "process", log: { kind: "pipe" } } as const;
  const consumer = { type: "process", consumerOf: serviceName("app") } as const;
  driver.load({ app, reader: consumer });
  driver.order({ kind: "unload", service: driver.id("app") });
  driver.load({ app });
  assertEquals(driver.tryLoad({ rival: consumer }).kind, "refused");
  driver.order({ kind: "unload", service: driver.id("reader") });
  assertEquals(driver.tryLoad({ rival: consumer }).kind, "loaded");
});

Deno.test("unload frees the number for good and the name for a new record", () => {
  const driver = new Driver();
  driver.load({ one: {} });
  const old = driver.id("one");
  const { answer, said } = driver.order({ kind: "unload", service: old });
  assertEquals(answer, { kind: "accepted" });
  assertEquals(said, ["forget one"]);
  assertThrows(() => driver.scheduler.status(old), /No service has the number/);
  driver.load({ one: {} });
  assert(driver.id("one") !== old);
});

Deno.test("unload is refused while others depend on the service", () => {
  const driver = new Driver();
  driver.load({ base: {}, top: { links: { "waits-for": ["base"] } } });
  const { answer } = driver.order({ kind: "unload", service: driver.id("base") });
  assertEquals(answer, { kind: "refused", why: 'other services depend on it: "top"' });
});
