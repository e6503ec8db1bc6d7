/** Services that cannot be loaded and that others only wait for. */
import type { BrokenService } from "../../../core/description/contract/description.ts";
import { assert, assertEquals, assertIncludes } from "../../assert.ts";
import { buildDescription, serviceName } from "../../builders.ts";
import { Driver } from "./driver.ts";

function broken(name: string, why = "broken"): BrokenService {
  const { source } = buildDescription(name);
  return {
    name: serviceName(name),
    source,
    problems: [{
      severity: "error",
      message: why,
      file: source.file,
      line: 3,
      column: 1,
      lineText: "x",
      hint: undefined,
    }],
  };
}

function whyBroken(driver: Driver, name: string): string | undefined {
  return driver.scheduler.fault(driver.id(name))?.problems[0]?.message;
}

/** `boot` waits for `bad`, which is broken. */
function bootWithBad(): Driver {
  const driver = new Driver();
  const boot = { links: { "waits-for": ["bad"] } };
  assertEquals(driver.tryLoad({ boot }, { broken: [broken("bad")] }).kind, "loaded");
  return driver;
}

Deno.test("load() lists a broken service as failed, with its fault and its dependent", () => {
  const driver = bootWithBad();
  const bad = driver.id("bad");
  assertEquals(driver.scheduler.list(), [driver.id("boot"), bad]);
  const { state, reason } = driver.scheduler.status(bad);
  assertEquals([state, reason], ["stopped", "failed"]);
  assertEquals(driver.scheduler.description(bad).source.file, "/etc/dinit.d/bad");
  assertEquals(whyBroken(driver, "bad"), "broken");
  assertEquals(driver.scheduler.dependentLinks(bad).map(({ from }) => from), [driver.id("boot")]);
});

Deno.test("load() refuses a broken service that is needed, in the set or from before", () => {
  for (const kind of ["need", "milestone", "prepared-by"] as const) {
    const driver = new Driver();
    const top = { links: { [kind]: ["bad"] } };
    assertEquals(driver.tryLoad({ top }, { broken: [broken("bad")] }).kind, "refused");
    assertEquals(driver.scheduler.list(), []);
    driver.tryLoad({}, { broken: [broken("bad")] });
    assertEquals(driver.tryLoad({ top }).kind, "refused");
  }
});

Deno.test("a start goes on without a broken service, which is told as failed", () => {
  const driver = bootWithBad();
  assertEquals(driver.start("boot"), ["bad:failed", "boot:started"]);
  assertEquals(driver.states("boot", "bad"), ["started", "stopped"]);
});

Deno.test("orders leave a broken service stopped and nobody holding it", () => {
  const driver = bootWithBad();
  driver.start("boot");
  driver.start("bad", { pin: true });
  driver.order({ kind: "wake", service: driver.id("bad"), pin: false });
  driver.stop("bad");
  driver.release("bad");
  driver.order({ kind: "restart", service: driver.id("boot"), force: false });
  assertEquals(driver.states("boot", "bad"), ["started", "stopped"]);
  assertEquals(driver.scheduler.status(driver.id("bad")).reason, "failed");
  const reload = driver.order({
    kind: "reload",
    service: driver.id("bad"),
    description: buildDescription("bad"),
  });
  assertEquals(reload.answer.kind, "refused");
});

Deno.test("load() mends a broken service in its place, and it can be started", () => {
  const driver = bootWithBad();
  driver.start("boot");
  const number = driver.id("bad");
  driver.load({ base: {}, bad: { type: "process", links: { need: ["base"] } } });
  assertEquals(driver.id("bad"), number);
  assertEquals(driver.scheduler.fault(number), undefined);
  assertEquals(driver.scheduler.status(number).reason, "normal");
  driver.run("bad");
  assertEquals(driver.states("base", "bad", "boot"), ["started", "started", "started"]);
});

Deno.test("load() gives a broken service its new reasons", () => {
  const driver = bootWithBad();
  driver.tryLoad({}, { broken: [broken("bad", "broken otherwise")] });
  assertEquals(whyBroken(driver, "bad"), "broken otherwise");
  assertEquals(driver.scheduler.list().length, 2);
});

Deno.test("load() counts the depth of what stands above a mended service", () => {
  const driver = new Driver();
  const names = Array.from({ length: 32 }, (_, index) => `s${index + 1}`);
  driver.tryLoad({ top: { links: { "waits-for": ["s32"] } } }, { broken: [broken("s32")] });
  for (const [index, name] of names.entries()) {
    const links = index === 0 ? {} : { need: [`s${index}`] };
    const answer = driver.tryLoad({ [name]: { links } });
    assertEquals(answer.kind, name === "s32" ? "too-deep" : "loaded", name);
  }
  assertEquals(whyBroken(driver, "s32"), "broken");
});

Deno.test("load() passes the pin of a mended service on to what it needs", () => {
  const driver = bootWithBad();
  driver.order({ kind: "wake", service: driver.id("bad"), pin: true });
  driver.load({ base: {} });
  driver.start("base");
  driver.load({ bad: { links: { need: ["base"] } } });
  driver.start("bad");
  const release = { service: driver.id("base"), pin: false, force: true } as const;
  assertEquals(driver.order({ kind: "stop", ...release }).answer.kind, "pinned-started");
});

/** `bad`, which is broken, is made by an order to wait for the top of a chain of 31. */
function badAboveChain(): Driver {
  const driver = new Driver();
  for (let number = 1; number <= 31; number++) {
    driver.load({ [`s${number}`]: { links: number === 1 ? {} : { need: [`s${number - 1}`] } } });
  }
  driver.load({ spare: {} });
  driver.tryLoad({ free: { links: { "waits-for": ["bad"] } } }, { broken: [broken("bad")] });
  const link = { link: "waits-for", from: driver.id("bad"), to: driver.id("s31") } as const;
  driver.order({ kind: "remove-link", link: "waits-for", from: driver.id("free"), to: link.from });
  assertEquals(driver.order({ kind: "enable", ...link }).answer.kind, "linked");
  return driver;
}

Deno.test("load() counts the depth of what orders put below a broken service", () => {
  const driver = badAboveChain();
  const top = { links: { "waits-for": ["bad"] } };
  assertEquals(driver.tryLoad({ top }).kind, "too-deep");
  assertEquals(driver.tryLoad({ bad: { links: { need: ["spare"] } } }).kind, "loaded");
  assertEquals(driver.tryLoad({ top }).kind, "too-deep");
});

Deno.test("reload counts the depth of what orders put below a broken service", () => {
  const driver = badAboveChain();
  const description = buildDescription("free", { links: { "waits-for": ["bad"] } });
  const { answer } = driver.order({ kind: "reload", service: driver.id("free"), description });
  assertEquals(answer.kind, "refused");
});

Deno.test("load() refuses a mended service that closes a circle", () => {
  const driver = bootWithBad();
  assertEquals(driver.tryLoad({ bad: { links: { need: ["boot"] } } }).kind, "cycle");
  assert(driver.scheduler.fault(driver.id("bad")) !== undefined);
});

Deno.test("load() leaves out of a circle what is only waited for, and what needs it", () => {
  const driver = new Driver();
  const answer = driver.tryLoad({
    boot: { links: { need: ["net"], "waits-for": ["odd", "above"] } },
    net: { after: [serviceName("odd")] },
    odd: { links: { need: ["net"] } },
    above: { links: { need: ["odd", "pulled"] } },
    pulled: {},
  }, { roots: [{ kind: "need", name: serviceName("boot") }] });
  assert(answer.kind === "loaded");
  assertEquals(answer.leftOut.map(({ name }) => String(name)), ["odd", "above"]);
  assertIncludes(whyBroken(driver, "odd") ?? "", "services depend in a circle: ");
  assertIncludes(whyBroken(driver, "above") ?? "", 'it needs "odd", which cannot be loaded');
  assertEquals(driver.scheduler.find("pulled"), undefined);
  driver.start("boot");
  assertEquals(driver.states("boot", "net"), ["started", "started"]);
});

Deno.test("load() refuses a circle of what is needed", () => {
  const driver = new Driver();
  const answer = driver.tryLoad({
    boot: { links: { need: ["a"] } },
    a: { after: [serviceName("b")], links: { "waits-for": ["c"] } },
    c: { links: { need: ["b"] } },
    b: { links: { need: ["boot"] } },
  }, { roots: [{ kind: "need", name: serviceName("b") }] });
  assertEquals(answer.kind, "cycle");
  assertEquals(driver.scheduler.list(), []);
});

Deno.test("load() leaves out the second reader of one output, where it is only waited for", () => {
  const driver = new Driver();
  const reader = { type: "process", consumerOf: serviceName("app") } as const;
  const answer = driver.tryLoad({
    boot: { links: { need: ["app"], "waits-for": ["one", "two"] } },
    app: { type: "process", log: { kind: "pipe" } },
    one: reader,
    two: reader,
  }, { roots: [{ kind: "need", name: serviceName("boot") }] });
  assert(answer.kind === "loaded");
  assertEquals(answer.leftOut.map(({ name }) => String(name)), ["two"]);
});

Deno.test("unload takes a broken service away when nothing waits for it any more", () => {
  const driver = bootWithBad();
  const bad = driver.id("bad");
  assertEquals(driver.order({ kind: "unload", service: bad }).answer.kind, "refused");
  driver.order({ kind: "unload", service: driver.id("boot") });
  assertEquals(driver.order({ kind: "unload", service: bad }).said, ["forget bad"]);
});
