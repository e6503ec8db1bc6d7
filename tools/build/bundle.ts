/** Makes one JavaScript file of the program's modules. The only import of esbuild. */
import { build, stop } from "esbuild";

/** What `core/build_info.ts` is to tell at run time. */
export interface BuildInfo {
  readonly version: string;
  readonly commit: string;
  readonly target: string;
}

/** Name that `core/build_info.ts` reads; the bundler puts the value in its place. */
const BUILD_CONSTANT = "DINIT_BUILD";

/**
 * Bundles a program with all it imports.
 *
 * Names stay as they are, so that a stack in a bug report can be read.
 *
 * @param entry Path of the first module.
 * @param root Directory that the names of modules in the bundle's comments are relative to.
 * @throws {Error} A module has a syntax error or an import is not found; esbuild's text says where.
 */
export async function bundle(
  entry: string,
  root: string,
  info: BuildInfo,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const result = await build({
      entryPoints: [entry],
      absWorkingDir: root,
      bundle: true,
      write: false,
      platform: "node",
      format: "esm",
      target: "esnext",
      charset: "utf8",
      legalComments: "inline",
      minifySyntax: true,
      define: { [BUILD_CONSTANT]: JSON.stringify(info) },
      logLevel: "silent",
    });
    const [file] = result.outputFiles;
    if (file === undefined) throw new Error(`esbuild made nothing of ${entry}`);
    return new Uint8Array(file.contents);
  } finally {
    await stop();
  }
}
