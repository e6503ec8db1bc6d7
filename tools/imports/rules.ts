/**
 * Holds modules against the rules on imports: layers, outside packages, cycles.
 *
 * That pure modules touch no global names of the world around them is a rule of the lint plugin,
 * `tools/lint/pure_modules.ts`.
 */
import { findModuleCycles } from "./cycles.ts";
import { fits, type Layer, layerOf, LAYERS } from "./layers.ts";
import type { Import, Module } from "./graph.ts";

/** A breach of a rule. */
export interface Breach {
  readonly path: string;
  readonly line: number;
  readonly message: string;
}

/**
 * @returns Rules that name what is neither among all the modules of the repository nor imported by
 *   one.
 */
export function findIdleRules(modules: readonly Module[]): readonly Breach[] {
  const prefixes = LAYERS.flatMap((
    { prefix, values, types },
  ) => [prefix, ...values, ...types ?? []]);
  const paths = modules.flatMap((
    { path, imports },
  ) => [path, ...imports.map((i) => i.target ?? "")]);
  return [...new Set(prefixes)].flatMap((prefix) =>
    paths.some((path) => fits(path, prefix)) ? [] : [{
      path: "tools/imports/layers.ts",
      line: 1,
      message: `A rule names "${prefix}", and there is nothing at such a path`,
    }]
  );
}

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
  if (module.fault !== undefined) {
    return [{ path: module.path, line: 1, message: `Cannot read the imports: ${module.fault}` }];
  }
  return module.imports.flatMap((entry) => {
    const message = importBreach(layer, entry);
    return message === undefined ? [] : [{ path: module.path, line: entry.line, message }];
  });
}

function importBreach(layer: Layer, { specifier, target, isTypeOnly }: Import): string | undefined {
  if (target === undefined) {
    const isSystem = specifier.startsWith("node:");
    return isSystem && layer.isPure === true
      ? `"${layer.prefix}" is pure and may not import "${specifier}"`
      : undefined;
  }
  if (!/\.(ts|json|toml)$/.test(target)) return `"${specifier}" must name the file with its ending`;
  if (layer.values.some((prefix) => fits(target, prefix))) return undefined;
  const isType = layer.types?.some((prefix) => fits(target, prefix)) ?? false;
  if (isType && isTypeOnly) return undefined;
  return isType
    ? `"${layer.prefix}" may import types only from "${target}": write "import type"`
    : `"${layer.prefix}" may not import "${target}": allowed are ${layer.values.join(", ")}`;
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
