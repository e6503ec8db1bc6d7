/**
 * Makes few JavaScript files of the program's modules: the first one, one for each `import()`, one for what
 * several of these share. The only import of esbuild.
 */
import { build, stop } from "esbuild";

/** What `core/build_info.ts` is to tell at run time. */
export interface BuildInfo {
  readonly version: string;
  readonly commit: string;
  readonly target: string;
}

/** A file of the program, beside the others. */
export interface BundledFile {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Name of the file that is to be run. */
export const FIRST_FILE = "dinit.js";

/** Nothing is written there: esbuild wants to know a place when there are several files. */
const OUTPUT_DIRECTORY = "/bundle";

/** Name that `core/build_info.ts` reads; the bundler puts the value in its place. */
const BUILD_CONSTANT = "DINIT_BUILD";

/**
 * Bundles a program with all it imports.
 *
 * Names stay as they are, so that a stack in a bug report can be read. All that is not ASCII is escaped:
 * a single "→" makes V8 keep the whole text of a file with two bytes a letter (0.5 MB of a manager's memory).
 *
 * @param entry Path of the first module.
 * @param root Directory that the names of modules in the bundle's comments are relative to.
 * @throws {Error} A module has a syntax error or an import is not found; esbuild's text says where.
 */
export async function bundle(
  entry: string,
  root: string,
  info: BuildInfo,
): Promise<readonly BundledFile[]> {
  try {
    const result = await build({
      entryPoints: [{ in: entry, out: FIRST_FILE.slice(0, -".js".length) }],
      absWorkingDir: root,
      outdir: OUTPUT_DIRECTORY,
      bundle: true,
      splitting: true,
      write: false,
      platform: "node",
      format: "esm",
      target: "esnext",
      charset: "ascii",
      legalComments: "inline",
      minifySyntax: true,
      define: { [BUILD_CONSTANT]: JSON.stringify(info) },
      logLevel: "silent",
    });
    return result.outputFiles.map(({ path, contents }) => ({
      name: path.slice(OUTPUT_DIRECTORY.length + 1),
      bytes: new Uint8Array(contents),
    }));
  } finally {
    await stop();
  }
}
