/** Finds modules that import each other, types included: such modules can only be read together. */
import type { Module } from "./module.ts";
import { resolve } from "./resolve.ts";

/** A closed way through imports. */
export interface Cycle {
  /** The module whose import closes the way, and the line of that import. */
  readonly path: string;
  readonly line: number;
  /** The way, with the first member again at the end. */
  readonly members: readonly string[];
}

/** @returns One cycle for each import that leads back to a module on the way to it. */
export function findCycles(modules: readonly Module[]): readonly Cycle[] {
  const byPath = new Map(modules.map((module) => [module.path, module]));
  const done = new Set<string>();
  const way: string[] = [];
  const cycles: Cycle[] = [];

  const visit = (module: Module) => {
    way.push(module.path);
    for (const { specifier, line } of module.imports) {
      if (!specifier.startsWith(".")) continue;
      const target = byPath.get(resolve(module.path, specifier));
      if (target === undefined || done.has(target.path)) continue;
      const start = way.indexOf(target.path);
      if (start < 0) visit(target);
      else cycles.push({ path: module.path, line, members: [...way.slice(start), target.path] });
    }
    way.pop();
    done.add(module.path);
  };
  for (const module of modules) if (!done.has(module.path)) visit(module);
  return cycles;
}
