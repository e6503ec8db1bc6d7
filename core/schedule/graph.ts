/**
 * Cycles and depth of the graph of links.
 *
 * A cycle is refused over links of any kind, orderings included. Depth counts dependencies only: at
 * most {@link LONGEST_CHAIN} services in a chain, on every way a link can come to be.
 */
import { LONGEST_CHAIN } from "../graph/chain_limit.ts";
import { findCycle } from "../graph/cycles.ts";
import type { ServiceRecord } from "../service/record/record.ts";
import { isOrderLink } from "../service/record/terms.ts";
import type { Registry } from "./registry.ts";

/** Why a change is refused for which {@link raisedHeights} is "too-deep". */
export const CHAIN_TOO_LONG =
  `a chain of dependencies would have more than ${LONGEST_CHAIN} services`;

/** A graph that may be partly in memory, partly about to be made; names are the nodes. */
export interface NamedGraph {
  /** Everything the service waits for or depends on, orderings included. */
  all(name: string): readonly string[];
  /** Its dependencies, orderings excluded. */
  dependencies(name: string): readonly string[];
  /** What is known of the longest chain from here down; undefined: to be worked out. */
  knownHeight(name: string): number | undefined;
}

/**
 * @returns The names round a cycle, the first one again at the end; undefined when there is none.
 */
export function namesRoundCycle(
  starts: readonly string[],
  next: (name: string) => readonly string[],
): readonly string[] | undefined {
  const names = findCycle(starts, { edges: next, target: (name) => name })?.map(({ name }) => name);
  return names === undefined ? undefined : [...names, ...names.slice(0, 1)];
}

/**
 * Works out how long the longest chain from each of the services down is. The graph has no cycle.
 *
 * @returns The heights, or the names of a chain that is too long.
 */
export function measureHeights(
  names: readonly string[],
  graph: NamedGraph,
): { readonly heights: ReadonlyMap<string, number> } | { readonly tooDeep: readonly string[] } {
  const heights = new Map<string, number>();
  for (const name of names) {
    if (measure(name, graph, heights, 1) > LONGEST_CHAIN) {
      return { tooDeep: deepestChain(name, graph, heights) };
    }
  }
  return { heights };
}

function measure(
  name: string,
  graph: NamedGraph,
  heights: Map<string, number>,
  level: number,
): number {
  const known = heights.get(name) ?? graph.knownHeight(name);
  if (known !== undefined) return known;
  // Deeper than allowed already: no need to know by how much, and the stack stays small.
  if (level > LONGEST_CHAIN) return Infinity;
  let height = 1;
  for (const dependency of graph.dependencies(name)) {
    height = Math.max(height, 1 + measure(dependency, graph, heights, level + 1));
  }
  heights.set(name, height);
  return height;
}

function deepestChain(
  start: string,
  graph: NamedGraph,
  heights: ReadonlyMap<string, number>,
): readonly string[] {
  const chain = [start];
  let name = start;
  while (chain.length <= LONGEST_CHAIN) {
    let deepest: string | undefined;
    let best = -1;
    for (const dependency of graph.dependencies(name)) {
      const height = heights.get(dependency) ?? graph.knownHeight(dependency) ?? Infinity;
      if (height > best) [deepest, best] = [dependency, height];
    }
    if (deepest === undefined) break;
    chain.push(deepest);
    name = deepest;
  }
  return chain;
}

/** Whether `target` is reached from `start` over links of any kind. */
export function reaches(start: ServiceRecord, target: ServiceRecord): boolean {
  const seen = new Set([start]);
  const pending = [start];
  for (let service = pending.pop(); service !== undefined; service = pending.pop()) {
    if (service === target) return true;
    for (const link of service.links) {
      if (seen.has(link.to)) continue;
      seen.add(link.to);
      pending.push(link.to);
    }
  }
  return false;
}

/** The height of a service by its present links. */
export function heightByLinks(service: ServiceRecord): number {
  let height = 1;
  for (const link of service.links) {
    if (!isOrderLink(link)) height = Math.max(height, 1 + link.to.height);
  }
  return height;
}

/**
 * What the heights of a service and of all above it become when its own height is as given.
 *
 * @returns The changed heights, or "too-deep" when a chain would be longer than allowed.
 */
export function raisedHeights(
  service: ServiceRecord,
  height: number,
): ReadonlyMap<ServiceRecord, number> | "too-deep" {
  const heights = new Map([[service, height]]);
  const pending = [service];
  for (let lower = pending.pop(); lower !== undefined; lower = pending.pop()) {
    const lowerHeight = heights.get(lower) ?? lower.height;
    if (lowerHeight > LONGEST_CHAIN) return "too-deep";
    for (const link of lower.dependents) {
      if (isOrderLink(link)) continue;
      const known = heights.get(link.from) ?? link.from.height;
      if (known > lowerHeight) continue;
      heights.set(link.from, lowerHeight + 1);
      pending.push(link.from);
    }
  }
  return heights;
}

/** Brings the heights of a service and of all above it up to date after links of it have gone. */
export function refreshHeights(
  registry: Pick<Registry, "setHeight">,
  service: ServiceRecord,
): void {
  const pending = [service];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const height = heightByLinks(next);
    if (height === next.height) continue;
    registry.setHeight(next, height);
    for (const link of next.dependents) {
      if (!isOrderLink(link)) pending.push(link.from);
    }
  }
}

/**
 * Names of those that depend on one of the services, over any number of others; order links do not
 * count. One of the services themselves is among them only if it depends on another.
 */
export function namesAbove(services: readonly ServiceRecord[]): Set<string> {
  const above = new Set<string>();
  const pending = [...services];
  for (let lower = pending.pop(); lower !== undefined; lower = pending.pop()) {
    for (const link of lower.dependents) {
      if (isOrderLink(link) || above.has(link.from.name)) continue;
      above.add(link.from.name);
      pending.push(link.from);
    }
  }
  return above;
}
