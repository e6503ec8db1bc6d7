/**
 * Reads what the modules of a directory import, as `deno info --json` tells it.
 *
 * All modules are roots, so that those which nothing imports are there, too; imports of types are
 * marked. Nothing is fetched: what comes from a package is an import without a target.
 */

/**
 * What a module imports: by `import`, `export … from`, an `import()` of a fixed text or a type of
 * one.
 */
export interface Import {
  /** As written. */
  readonly specifier: string;
  /**
   * Path of the file; as an address when it is not in the directory. Undefined: no file of ours.
   */
  readonly target: string | undefined;
  /** From 1. */
  readonly line: number;
  /** Gone after compilation: `import type`, `export type`, a type `import("…").Name`. */
  readonly isTypeOnly: boolean;
}

/** One source file. */
export interface Module {
  /** Relative to the directory: `core/types.ts`. */
  readonly path: string;
  readonly imports: readonly Import[];
  /** Why its imports are not known. */
  readonly fault?: string;
}

/** Folders that hold no modules of ours. */
const SKIPPED = new Set(["node_modules", "dist"]);

interface Place {
  /** Absent when it cannot be resolved. */
  readonly specifier?: string;
  readonly span: { readonly start: { readonly line: number } };
}

/**
 * The part of the output that is looked at; with "code" a "type" is what stands for it in a check.
 */
interface Graph {
  readonly modules: readonly {
    readonly specifier: string;
    readonly error?: string;
    readonly dependencies?: readonly {
      readonly specifier: string;
      readonly code?: Place;
      readonly type?: Place;
    }[];
  }[];
}

/**
 * Reads all modules below a directory; folders whose names begin with a dot are left out.
 *
 * @param root Directory without a slash at the end.
 * @throws {Error} When Deno cannot tell.
 */
export async function readModules(root: string): Promise<readonly Module[]> {
  const paths = findModules(root);
  const graph = await readGraph(root, paths);
  const bySpecifier = new Map(graph.modules.map((module) => [module.specifier, module]));
  return paths.map((path) => {
    const module = bySpecifier.get(specifierOf(root, path));
    const fault = module === undefined ? "Deno does not tell of it" : module.error;
    const imports = (module?.dependencies ?? []).map(({ specifier, code, type }) => {
      const place = code ?? type;
      return {
        specifier,
        target: targetOf(root, specifier, place?.specifier),
        line: 1 + (place?.span.start.line ?? 0),
        isTypeOnly: code === undefined,
      };
    });
    return { path, imports, ...(fault === undefined ? {} : { fault }) };
  });
}

function findModules(root: string, folder = ""): string[] {
  return [...Deno.readDirSync(`${root}/${folder}`)].flatMap((entry) => {
    const path = `${folder}${entry.name}`;
    if (entry.isDirectory && !entry.name.startsWith(".") && !SKIPPED.has(entry.name)) {
      return findModules(root, `${path}/`);
    }
    return entry.isFile && entry.name.endsWith(".ts") ? [path] : [];
  }).sort();
}

function specifierOf(root: string, path: string): string {
  return new URL(path, `file://${root}/`).href;
}

function targetOf(root: string, specifier: string, resolved = specifier): string | undefined {
  const base = specifierOf(root, "");
  if (resolved.startsWith(base) && !resolved.startsWith(`${base}node_modules/`)) {
    return resolved.slice(base.length);
  }
  return /^(\.|\/|file:)/.test(specifier) ? resolved : undefined;
}

async function readGraph(root: string, paths: readonly string[]): Promise<Graph> {
  // It takes one file only: this one imports them all.
  const entry = await Deno.makeTempFile({ prefix: "dinit-imports-", suffix: ".ts" });
  try {
    const imports = paths.map((path) => `import ${JSON.stringify(specifierOf(root, path))};\n`);
    await Deno.writeTextFile(entry, imports.join(""));
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["info", "--json", "--no-npm", "--no-remote", entry],
      cwd: root,
      stdin: "null",
    }).output();
    const decoder = new TextDecoder();
    if (!success) throw new Error(`Cannot read the imports: ${decoder.decode(stderr).trim()}`);
    return JSON.parse(decoder.decode(stdout));
  } finally {
    await Deno.remove(entry);
  }
}
