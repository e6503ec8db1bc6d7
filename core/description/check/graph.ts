/** What only a whole set of services shows: circles, chains that are too long. */
import { LONGEST_CHAIN } from "../../graph/chain_limit.ts";
import { findCycle } from "../../graph/cycles.ts";
import type { ServiceDescription } from "../contract/description.ts";

/** One link of a circle; orderings are marked, because they start nothing. */
export interface CycleStep {
  readonly name: string;
  /** How this service leads to the next one. */
  readonly via: "dependency" | "before" | "after";
}

/** What the graph needs of a service. */
export type Node = Pick<ServiceDescription, "name" | "dependencies" | "after" | "before">;

interface Link {
  readonly to: string;
  readonly via: CycleStep["via"];
}

/** The first circle, beginning anywhere on it; undefined when there is none. Order links count. */
export function firstCycle(nodes: readonly Node[]): readonly CycleStep[] | undefined {
  const links = linksOf(nodes);
  const cycle = findCycle(nodes.map(({ name }) => name), {
    edges: (name) => links.get(name) ?? [],
    target: (link) => link.to,
  });
  return cycle?.map(({ name, edge }) => ({ name, via: edge.via }));
}

function linksOf(nodes: readonly Node[]): ReadonlyMap<string, readonly Link[]> {
  const links = new Map<string, Link[]>();
  const add = (from: string, to: string, via: Link["via"]) => {
    const list = links.get(from);
    if (list === undefined) links.set(from, [{ to, via }]);
    else list.push({ to, via });
  };
  for (const node of nodes) {
    for (const { name } of node.dependencies) add(node.name, name, "dependency");
    for (const name of node.after) add(node.name, name, "after");
    // Whoever is named waits for this one.
    for (const name of node.before) add(name, node.name, "before");
  }
  return links;
}

/**
 * The longest chain of dependencies if it is longer than the manager allows. Ordering links do not
 * count. There must be no circle among the dependencies.
 */
export function findLongChain(nodes: readonly Node[]): readonly string[] | undefined {
  const byName = new Map(nodes.map((node) => [node.name as string, node]));
  const length = new Map<string, number>();
  for (const { name } of nodes) measure(name, byName, length);
  let longest: string | undefined;
  for (const [name, count] of length) {
    if (longest === undefined || count > (length.get(longest) ?? 0)) longest = name;
  }
  if (longest === undefined || (length.get(longest) ?? 0) <= LONGEST_CHAIN) return undefined;
  return chainFrom(longest, byName, length);
}

/** Services in the longest chain that begins at each one, itself included. */
function measure(
  start: string,
  byName: ReadonlyMap<string, Node>,
  length: Map<string, number>,
): void {
  const stack = [start];
  for (let name = stack.at(-1); name !== undefined; name = stack.at(-1)) {
    const needed = byName.get(name)?.dependencies.map((each) => each.name as string) ?? [];
    const open = needed.filter((each) => !length.has(each));
    if (open.length > 0 && !length.has(name)) {
      stack.push(...open);
      continue;
    }
    length.set(name, 1 + Math.max(0, ...needed.map((each) => length.get(each) ?? 0)));
    stack.pop();
  }
}

function chainFrom(
  start: string,
  byName: ReadonlyMap<string, Node>,
  length: ReadonlyMap<string, number>,
): readonly string[] {
  const chain: string[] = [];
  for (let name: string | undefined = start; name !== undefined;) {
    chain.push(name);
    const rest: number = (length.get(name) ?? 1) - 1;
    name = byName.get(name)?.dependencies.find((each) => length.get(each.name) === rest)?.name;
  }
  return chain;
}
