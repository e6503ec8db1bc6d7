import { findCycle, measureHeights, type NamedGraph } from "../../../core/schedule/graph.ts";
import { assert, assertEquals } from "../../assert.ts";

function graphOf(links: Readonly<Record<string, readonly string[]>>): NamedGraph {
  const next = (name: string) => links[name] ?? [];
  return { all: next, dependencies: next, knownHeight: () => undefined };
}

/** s0 → s1 → … */
function chainOf(length: number): Record<string, readonly string[]> {
  const links: Record<string, readonly string[]> = {};
  for (let i = 0; i < length; i++) links[`s${i}`] = i + 1 < length ? [`s${i + 1}`] : [];
  return links;
}

Deno.test("findCycle() finds nothing in a diamond", () => {
  const links: Record<string, string[]> = { top: ["l", "r"], l: ["base"], r: ["base"] };
  assertEquals(findCycle(["top"], (name) => links[name] ?? []), undefined);
});

Deno.test("findCycle() names the services round the cycle", () => {
  const links: Record<string, string[]> = { a: ["b"], b: ["c", "d"], d: ["b"] };
  assertEquals(findCycle(["a"], (name) => links[name] ?? []), ["b", "d", "b"]);
});

Deno.test("findCycle() sees a service that names itself", () => {
  assertEquals(findCycle(["a"], () => ["a"]), ["a", "a"]);
});

Deno.test("findCycle() follows a chain of 100,000 without recursion", () => {
  const links = chainOf(100_000);
  assertEquals(findCycle(["s0"], (name) => links[name] ?? []), undefined);
});

Deno.test("measureHeights() counts the services of the longest chain", () => {
  const measured = measureHeights(["top"], graphOf({ top: ["x", "y"], x: ["y"], y: [] }));
  assert("heights" in measured);
  assertEquals([...measured.heights], [["y", 1], ["x", 2], ["top", 3]]);
});

Deno.test("measureHeights() allows 32 services in a chain and refuses 33", () => {
  assert("heights" in measureHeights(["s0"], graphOf(chainOf(32))));
  const measured = measureHeights(["s0"], graphOf(chainOf(33)));
  assert("tooDeep" in measured);
  assertEquals(measured.tooDeep.length, 33);
});

Deno.test("measureHeights() refuses a chain of 100,000 without recursion to its end", () => {
  assert("tooDeep" in measureHeights(["s0"], graphOf(chainOf(100_000))));
});

Deno.test("measureHeights() meets a too deep chain whichever service is asked first", () => {
  const names = Array.from({ length: 33 }, (_, index) => `s${32 - index}`);
  assert("tooDeep" in measureHeights(names, graphOf(chainOf(33))));
});
