/**
 * Makes few JavaScript files of the program's modules: the first one, and a script for each part
 * that is loaded on demand.
 */
import { build, stop } from "./esbuild.ts";
import { findTarget, mapsParts } from "./target.ts";
import { bundlePart, type BundleSettings, type FoundPart, partsByLoader } from "./program_parts.ts";

/** What `core/program/build_info.ts` is to tell at run time. */
export interface BuildInfo {
  readonly version: string;
  readonly commit: string;
  readonly identity: string;
  readonly target: string;
  /** Whether the environment may choose what only tests choose; `core/program/build_info.ts`. */
  readonly isForTests: boolean;
}

/** A file of the program, beside the others. */
export interface BundledFile {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Columns of a line, beyond which the bundler begins another one where it can. */
const LINE_LIMIT = 120;

/** Name of the file that is to be run. */
export const FIRST_FILE = "dinit.js";

/**
 * Names that `core/program/build_info.ts`, `platform/linux/kernel/backends.ts` and `load_part.ts`
 * declare; the bundler puts the values in their place.
 */
const BUILD_CONSTANT = "DINIT_BUILD";
const FOR_TESTS_CONSTANT = "DINIT_FOR_TESTS";
const MAPS_PARTS_CONSTANT = "DINIT_MAPS_PARTS";

/**
 * Bundles a program with all it imports.
 *
 * Names stay as they are, so that a stack in a bug report can be read. All that is not ASCII is
 * escaped.
 *
 * @param entry Path of the first module.
 * @param root Directory that the names of modules in the bundle's comments are relative to.
 * @returns The first file, named {@linkcode FIRST_FILE}, then `NAME.js` of each part.
 * @throws {Error} A module has a syntax error or an import is not found; esbuild's text says where.
 */
export async function bundle(
  entry: string,
  root: string,
  info: BuildInfo,
): Promise<readonly BundledFile[]> {
  const target = findTarget(info.target);
  const settings: BundleSettings = {
    absWorkingDir: root,
    platform: "node",
    target: "esnext",
    charset: "ascii",
    legalComments: "inline",
    minifySyntax: true,
    // V8 keeps the text. Names stay, so a line of a stack can be found.
    minifyWhitespace: true,
    lineLimit: LINE_LIMIT,
    define: {
      [BUILD_CONSTANT]: JSON.stringify(info),
      [FOR_TESTS_CONSTANT]: JSON.stringify(info.isForTests),
      [MAPS_PARTS_CONSTANT]: JSON.stringify(target !== undefined && mapsParts(target.name)),
      "Deno.build.os": JSON.stringify(target?.kind ?? Deno.build.os),
    },
  };
  const found = new Map<string, FoundPart>();
  try {
    const first = await build({
      ...settings,
      entryPoints: [entry],
      bundle: true,
      write: false,
      format: "esm",
      logLevel: "silent",
      plugins: [partsByLoader(root, found)],
    });
    const parts = [...found.values()].map(async (part) => ({
      name: `${part.name}.js`,
      bytes: await bundlePart(part, settings),
    }));
    return [
      { name: FIRST_FILE, bytes: new Uint8Array(first.outputFiles[0]?.contents ?? []) },
      ...await Promise.all(parts),
    ];
  } finally {
    await stop();
  }
}
