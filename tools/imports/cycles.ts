/** Finds modules that import each other, types included: such modules can only be read together. */
import { findCycles } from "../../core/graph/cycles.ts";
import type { Import, Module } from "./graph.ts";
import { layerOf } from "./layers.ts";

/** A closed way through imports. */
export interface ModuleCycle {
  /** The module whose import closes the way, and the line of that import. */
  readonly path: string;
  readonly line: number;
  /**
   * The way, with the first member again at the end. A layer that may have cycles is one member.
   */
  readonly members: readonly string[];
}

/** An import and the module that it stands in. */
interface Edge {
  readonly path: string;
  readonly entry: Import;
}

/** @returns One cycle for each import that leads back to a module on the way to it. */
export function findModuleCycles(modules: readonly Module[]): readonly ModuleCycle[] {
  const edges = new Map<string, Edge[]>();
  for (const { path, imports } of modules) {
    const node = nodeOf(path);
    const known = edges.get(node);
    const list = known ?? [];
    if (known === undefined) edges.set(node, list);
    // What a layer with cycles imports of itself leads nowhere else.
    const isOneNode = node !== path;
    for (const entry of imports) {
      if (!isOneNode || targetOf(entry) !== node) list.push({ path, entry });
    }
  }
  const cycles = findCycles<Edge>(edges.keys(), {
    edges: (name) => edges.get(name) ?? [],
    target: ({ entry }) => targetOf(entry),
  });
  return [...cycles].flatMap((cycle) => {
    const [first, last] = [cycle[0], cycle.at(-1)];
    if (first === undefined || last === undefined) return [];
    const members = [...cycle, first].map(({ name }) => name);
    return [{ path: last.edge.path, line: last.edge.entry.line, members }];
  });
}

function targetOf({ target, specifier }: Import): string {
  return nodeOf(target ?? specifier);
}

/** A layer whose modules may import each other is looked at as a whole. */
function nodeOf(path: string): string {
  const layer = layerOf(path);
  return layer?.mayCycle === true ? layer.prefix : path;
}
