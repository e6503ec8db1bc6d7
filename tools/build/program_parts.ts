/**
 * Parts of the program that are loaded on demand: each module that the first file imports by
 * `import()`, or by `require()` where there is no time for a promise nor for all of it at once,
 * becomes, with all that it imports, a script of its own (`load_part.ts` tells why).
 */
import { build, type BuildOptions, type Plugin } from "./esbuild.ts";

const PART_LOADER = new URL("load_part.ts", import.meta.url).pathname;
/** Namespaces of modules in place of parts, by what imports them. */
const PART = "part";
const PART_IN_STEPS = "part-in-steps";
/** The script's value is what the module exports. */
const [SCRIPT_HEAD, SCRIPT_TAIL] = [
  '(function (module) { "use strict";',
  "return module.exports;\n})({ exports: {} })",
];

/** What the bundles of the first file and of the parts have in common. */
export type BundleSettings = Pick<
  BuildOptions,
  | ("absWorkingDir" | "platform" | "target" | "charset" | "legalComments" | "define")
  | ("minifySyntax" | "minifyWhitespace" | "lineLimit")
>;

/** A part as it is found in the sources. */
export interface FoundPart {
  /** `daemon-run_daemon`: the module's path below the root. */
  readonly name: string;
  /** The module's path. */
  readonly path: string;
}

/**
 * In the file that imports them, replaces parts by calls of the loader: `import()` gives the
 * module, `require()` a function that loads it in steps. @param found Gets each part.
 */
export function partsByLoader(root: string, found: Map<string, FoundPart>): Plugin {
  return {
    name: "parts by loader",
    setup(bundler) {
      bundler.onResolve({ filter: /^\./ }, ({ kind, path, resolveDir }) => {
        if (kind !== "dynamic-import" && kind !== "require-call") return undefined;
        const file = new URL(path, `file://${resolveDir}/`).pathname;
        return { path: file, namespace: kind === "require-call" ? PART_IN_STEPS : PART };
      });
      for (
        const [namespace, load] of [[PART, "loadPart"], [PART_IN_STEPS, "partInSteps"]] as const
      ) {
        bundler.onLoad({ filter: /.*/, namespace }, ({ path }) => {
          const name = partName(root, path);
          found.set(name, { name, path });
          const loader = `require(${JSON.stringify(PART_LOADER)})`;
          return {
            contents: `module.exports = ${loader}.${load}(${JSON.stringify(name)});`,
            resolveDir: root,
          };
        });
      }
    },
  };
}

/**
 * Bundles a part into one script.
 *
 * @throws {Error} As {@linkcode build}; or it imports a module of the runtime, which a script
 *   cannot.
 */
export async function bundlePart(
  { path }: FoundPart,
  settings: BundleSettings,
): Promise<Uint8Array<ArrayBuffer>> {
  const { outputFiles } = await build({
    ...settings,
    // A script has no modules of the runtime: packages are to come in the form for anywhere.
    platform: "neutral",
    mainFields: ["module", "main"],
    entryPoints: [path],
    bundle: true,
    write: false,
    format: "cjs",
    banner: { js: SCRIPT_HEAD },
    footer: { js: SCRIPT_TAIL },
    logLevel: "silent",
    plugins: [NO_RUNTIME_MODULES],
  });
  return inAscii(outputFiles[0]?.contents ?? new Uint8Array(0));
}

/**
 * The bundler escapes what is in strings, but leaves some comments as they are; one "→" makes V8
 * keep the whole text with two bytes a letter (0.6 MB of a manager's memory).
 */
function inAscii(script: Uint8Array): Uint8Array<ArrayBuffer> {
  return script.some((byte) => byte > 0x7f)
    ? new TextEncoder().encode(new TextDecoder().decode(script).replace(/[\u0080-\uffff]/g, "?"))
    : new Uint8Array(script);
}

const NO_RUNTIME_MODULES: Plugin = {
  name: "no modules of the runtime",
  setup(bundler) {
    bundler.onResolve({ filter: /^node:/ }, ({ path }) => ({
      errors: [{ text: `"${path}" can be imported by the first file only, not by a part` }],
    }));
  },
};

function partName(root: string, path: string): string {
  const inside = path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path;
  return inside.replace(/\.ts$/, "").replaceAll("/", "-");
}
