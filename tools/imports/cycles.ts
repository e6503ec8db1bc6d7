/** Finds modules that import each other, types included: such modules can only be read together. */
import { findCycles } from "../../core/cycles.ts";
import type { Import, Module } from "./graph.ts";

/** A closed way through imports. */
export interface ModuleCycle {
  /** The module whose import closes the way, and the line of that import. */
  readonly path: string;
  readonly line: number;
  /** The way, with the first member again at the end. */
  readonly members: readonly string[];
}

/** @returns One cycle for each import that leads back to a module on the way to it. */
export function findModuleCycles(modules: readonly Module[]): readonly ModuleCycle[] {
  const byPath = new Map(modules.map((module) => [module.path, module]));
  const cycles = findCycles<Import>(byPath.keys(), {
    edges: (path) => byPath.get(path)?.imports ?? [],
    target: ({ target, specifier }) => target ?? specifier,
  });
  return [...cycles].flatMap((cycle) => {
    const [first, last] = [cycle[0], cycle.at(-1)];
    if (first === undefined || last === undefined) return [];
    const members = [...cycle, first].map(({ name }) => name);
    return [{ path: last.name, line: last.edge.line, members }];
  });
}
