import { measureHeights, type NamedGraph, namesRoundCycle } from "../../../core/schedule/graph.ts";
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

Deno.test("namesRoundCycle() has the first name again at the end", () => {
  const links: Record<string, string[]> = { a: ["b"], b: ["c", "d"], d: ["b"] };
  assertEquals(namesRoundCycle(["a"], (name) => links[name] ?? []), ["b", "d", "b"]);
  assertEquals(namesRoundCycle(["c"], (name) => links[name] ?? []), undefined);
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
