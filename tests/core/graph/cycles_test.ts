import { findCycle, findCycles, type Graph } from "../../../core/graph/cycles.ts";
import { assertEquals } from "../../assert.ts";

/** A graph whose edges are the names they lead to, with a mark. */
function graphOf(links: Readonly<Record<string, readonly string[]>>): Graph<{ to: string }> {
  return {
    edges: (name) => (links[name] ?? []).map((to) => ({ to })),
    target: ({ to }) => to,
  };
}

/** Each cycle as `a → b`, in which every name is followed by where its edge leads. */
function cycles(links: Readonly<Record<string, readonly string[]>>, ...starts: string[]): string[] {
  return [...findCycles(starts, graphOf(links))].map((cycle) =>
    cycle.map(({ name, edge }) => `${name} → ${edge.to}`).join(", ")
  );
}

Deno.test("findCycles() finds nothing in a diamond", () => {
  assertEquals(cycles({ top: ["l", "r"], l: ["base"], r: ["base"] }, "top"), []);
});

Deno.test("findCycles() gives each node of a cycle with the edge to the next one", () => {
  assertEquals(cycles({ a: ["b"], b: ["c", "d"], d: ["b"] }, "a"), ["b → d, d → b"]);
});

Deno.test("findCycles() sees a node that leads to itself", () => {
  assertEquals(cycles({ a: ["a"] }, "a"), ["a → a"]);
});

Deno.test("findCycles() goes on after the first cycle, and on to the other starts", () => {
  assertEquals(cycles({ a: ["b"], b: ["a", "b"], c: ["d"], d: ["c", "a"] }, "a", "b", "c"), [
    "a → b, b → a",
    "b → b",
    "c → d, d → c",
  ]);
});

Deno.test("findCycle() is the first one, and undefined when there is none", () => {
  assertEquals(findCycle(["a"], graphOf({ a: ["b"], b: ["b", "a"] })), [
    { name: "b", edge: { to: "b" } },
  ]);
  assertEquals(findCycle(["a"], graphOf({ a: ["b"] })), undefined);
});

Deno.test("findCycle() follows a chain of 100,000 without recursion", () => {
  const next = (name: string) => Number(name) < 100_000 ? [String(Number(name) + 1)] : [];
  assertEquals(findCycle(["0"], { edges: next, target: (name) => name }), undefined);
});
