import type { Answer } from "../../../core/event.ts";
import { assert, assertEquals, assertIncludes } from "../../assert.ts";
import { Driver } from "./driver.ts";

type Kind = "need" | "milestone" | "waits-for";

function addLink(driver: Driver, link: Kind, from: string, to: string): Answer {
  const order = { kind: "add-link", link, from: driver.id(from), to: driver.id(to) } as const;
  return driver.order(order).answer;
}

function removeLink(driver: Driver, link: Kind, from: string, to: string): Answer {
  const order = { kind: "remove-link", link, from: driver.id(from), to: driver.id(to) } as const;
  return driver.order(order).answer;
}

Deno.test("add-link refuses a cycle", () => {
  const driver = new Driver();
  driver.load({ base: {}, top: { links: { "waits-for": ["base"] } } });
  const answer = addLink(driver, "waits-for", "base", "top");
  assert(answer.kind === "refused");
  assertIncludes(answer.why, "cycle");
  assertEquals(addLink(driver, "need", "base", "base").kind, "refused");
});

Deno.test("add-link says whether the link was there", () => {
  const driver = new Driver();
  driver.load({ base: {}, top: {} });
  assertEquals(addLink(driver, "waits-for", "top", "base"), { kind: "linked", existed: false });
  assertEquals(addLink(driver, "waits-for", "top", "base"), { kind: "linked", existed: true });
});

Deno.test("add-link refuses a chain of 33 services wherever the link is in it", () => {
  const driver = new Driver();
  for (let i = 1; i <= 33; i++) driver.load({ [`s${i}`]: {} });
  for (let i = 1; i <= 15; i++) {
    assertEquals(addLink(driver, "waits-for", `s${i}`, `s${i + 1}`).kind, "linked");
  }
  for (let i = 32; i >= 17; i--) {
    assertEquals(addLink(driver, "waits-for", `s${i}`, `s${i + 1}`).kind, "linked");
  }
  const answer = addLink(driver, "waits-for", "s16", "s17");
  assert(answer.kind === "refused");
  assertIncludes(answer.why, "32 services");
  assertEquals(removeLink(driver, "waits-for", "s32", "s33").kind, "accepted");
  assertEquals(addLink(driver, "waits-for", "s16", "s17").kind, "linked");
});

Deno.test("load counts the chains that were made by add-link", () => {
  const driver = new Driver();
  for (let i = 1; i <= 32; i++) driver.load({ [`s${i}`]: {} });
  for (let i = 1; i < 32; i++) addLink(driver, "waits-for", `s${i}`, `s${i + 1}`);
  assertEquals(driver.tryLoad({ top: { links: { need: ["s1"] } } }).kind, "too-deep");
});

Deno.test("add-link of a need passes a pin on, and remove-link takes it back", () => {
  const driver = new Driver();
  driver.load({ base: {}, top: {} });
  driver.start("base");
  driver.start("top", { pin: true });
  addLink(driver, "need", "top", "base");
  const stop = { kind: "stop", service: driver.id("base"), pin: false, force: true } as const;
  assertEquals(driver.order(stop).answer.kind, "pinned-started");
  removeLink(driver, "need", "top", "base");
  assertEquals(driver.order(stop).answer.kind, "already");
});

Deno.test("remove-link lets a dependency go that waited for the dependent to stop", () => {
  const driver = new Driver();
  driver.load({ base: {}, top: { type: "process", links: { need: ["base"] } } });
  driver.run("top");
  driver.release("top");
  assertEquals(driver.states("base", "top"), ["stopping", "stopping"]);
  removeLink(driver, "need", "top", "base");
  assertEquals(driver.states("base", "top"), ["stopped", "stopping"]);
});

Deno.test("remove-link of a link that is not there is refused", () => {
  const driver = new Driver();
  driver.load({ base: {}, top: {} });
  assertEquals(removeLink(driver, "need", "top", "base").kind, "refused");
});

Deno.test("enable starts the dependency of a service that is up, and not while shutting down", () => {
  const driver = new Driver();
  driver.load({ keep: { type: "process" }, opt: {}, more: {} });
  driver.run("keep");
  const enable = (to: string) => {
    const [from, target] = [driver.id("keep"), driver.id(to)];
    return driver.order({ kind: "enable", link: "waits-for", from, to: target });
  };
  assertEquals(enable("opt").said, ["opt:started"]);
  driver.order({ kind: "shutdown", type: "halt" });
  assertEquals(enable("more").said, []);
  assertEquals(driver.state("more"), "stopped");
});
