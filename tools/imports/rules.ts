/** Holds modules against the rules: layers, purity, outside packages, cycles. */
import { findModuleCycles } from "./cycles.ts";
import { fits, type Layer, layerOf, LAYERS } from "./layers.ts";
import type { Import, Module } from "./module.ts";
import { resolve } from "./resolve.ts";

/** A breach of a rule. */
export interface Breach {
  readonly path: string;
  readonly line: number;
  readonly message: string;
}

/**
 * Global names that a pure module may not touch, and what to do instead. `process` and `console` alone
 * are good names for variables in this program; the first is reached by `node:process`, too.
 */
const IMPURE: ReadonlyMap<string, string> = new Map([
  ["Deno", "let platform/ or daemon/ do it"],
  ["fetch", "let platform/ or daemon/ do it"],
  ["console.log", "return the text as data"],
  ["console.error", "return the text as data"],
  ["Date", "take the time as an argument"],
  ["process.env", "let platform/ or daemon/ do it"],
  ["performance", "take the time as an argument"],
  ["Math.random", "take the random number as an argument"],
  ["crypto", "take the random number as an argument"],
  ["setTimeout", "return the deadline as data"],
  ["setInterval", "return the deadline as data"],
  ["setImmediate", "return the deadline as data"],
  ["queueMicrotask", "return the deadline as data"],
]);

/** @returns All breaches, ordered by path and line. */
export function findBreaches(modules: readonly Module[]): readonly Breach[] {
  const breaches = [
    ...modules.flatMap(checkModule),
    ...checkPackages(modules),
    ...findModuleCycles(modules).map((cycle) => ({
      path: cycle.path,
      line: cycle.line,
      message: `These modules import each other: ${cycle.members.join(" → ")}`,
    })),
  ];
  return breaches.toSorted((a, b) => a.path.localeCompare(b.path) || a.line - b.line);
}

function checkModule(module: Module): Breach[] {
  const layer = layerOf(module.path);
  if (layer === undefined) {
    const known = LAYERS.map((candidate) => candidate.prefix).join(", ");
    return [{
      path: module.path,
      line: 1,
      message: `No layer has this path; known are ${known}. Add it to tools/imports/layers.ts`,
    }];
  }
  const fromImports = module.imports.flatMap((entry) => {
    const message = importBreach(module, layer, entry);
    return message === undefined ? [] : [{ path: module.path, line: entry.line, message }];
  });
  return layer.isPure === true ? [...fromImports, ...checkPurity(module)] : fromImports;
}

function importBreach(module: Module, layer: Layer, entry: Import): string | undefined {
  const { specifier } = entry;
  if (!specifier.startsWith(".")) {
    const isSystem = specifier.startsWith("node:");
    return isSystem && layer.isPure === true
      ? `"${layer.prefix}" is pure and may not import "${specifier}"`
      : undefined;
  }
  const target = resolve(module.path, specifier);
  if (!/\.(ts|json|toml)$/.test(target)) return `"${specifier}" must name the file with its ending`;
  const isForbidden = layer.except?.some((prefix) => fits(target, prefix)) ?? false;
  const isValue = layer.values.some((prefix) => fits(target, prefix));
  if (isValue && !isForbidden) return undefined;
  const isType = layer.types?.some((prefix) => fits(target, prefix)) ?? false;
  if (isType && entry.isTypeOnly) return undefined;
  return isType
    ? `"${layer.prefix}" may import types only from "${target}": write "import type"`
    : `"${layer.prefix}" may not import "${target}": allowed are ${layer.values.join(", ")}`;
}

function checkPurity(module: Module): Breach[] {
  return module.globals.flatMap(({ name, line }) => {
    const instead = IMPURE.get(name);
    return instead === undefined
      ? []
      : [{ path: module.path, line, message: `Pure code may not use "${name}": ${instead}` }];
  });
}

/** Each package has one module that imports it and names what we use of it. */
function checkPackages(modules: readonly Module[]): Breach[] {
  const firstUser = new Map<string, string>();
  return modules.toSorted((a, b) => a.path.localeCompare(b.path)).flatMap((module) =>
    module.imports.flatMap((entry) => {
      const name = packageOf(entry.specifier);
      if (name === undefined) return [];
      const first = firstUser.get(name) ?? module.path;
      firstUser.set(name, first);
      return first === module.path ? [] : [{
        path: module.path,
        line: entry.line,
        message: `The package "${name}" is imported in ${first} already: take it from there`,
      }];
    })
  );
}

/** `@scope/name/part` → `@scope/name`; undefined for our own files and for `node:` modules. */
function packageOf(specifier: string): string | undefined {
  if (specifier.startsWith(".") || specifier.startsWith("node:")) return undefined;
  const parts = specifier.replace(/^(npm|jsr):\/?/, "").split("/");
  return parts.slice(0, specifier.includes("@") && parts[0]?.startsWith("@") ? 2 : 1).join("/");
}
