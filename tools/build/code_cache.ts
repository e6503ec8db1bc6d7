/**
 * V8's code caches for the program's parts: what `load_part.ts` starts them from.
 *
 * They are made by running the parts (`code_cache_maker.ts`): a manager starts, serves clients and
 * stops, so that the functions of its start are in the cache, too, and not only what runs when it
 * is loaded. What V8 writes differs a little from run to run; equal parts get the same cache again
 * from the build's.
 */
import { exists, replaceFile } from "./atomic_file.ts";
import { type BuildInfo, bundle, type BundledFile, FIRST_FILE } from "./bundle.ts";
import { CACHED_PARTS } from "./cached_parts.ts";
import { compileExecutable, ENGINE_FLAGS } from "./executable.ts";
import { sha256 } from "./hash.ts";
import { run } from "./process.ts";
import { removeOld } from "./runtime/patched.ts";
import type { TargetName } from "./target.ts";

const MAKER = new URL("code_cache_maker.ts", import.meta.url).pathname;
/** It takes a second. */
const MAKER_LIMIT_MS = 60_000;

/** What the caches are made with. */
export interface CodeCacheSettings {
  readonly info: BuildInfo;
  readonly root: string;
  /** Path of the runtime with the entry program. */
  readonly runtime: string;
  readonly target: TargetName;
  /** Directory of the build's cache. */
  readonly cache: string;
}

/**
 * Adds `NAME.cache` for each part `NAME.js` of a program: empty for a part that is not worth one,
 * and for all of them when this machine cannot run the target's programs.
 *
 * @throws {Error} The maker failed; with its output.
 */
export async function addCodeCaches(
  program: readonly BundledFile[],
  settings: CodeCacheSettings,
): Promise<readonly BundledFile[]> {
  const parts = program.filter(({ name }) => name !== FIRST_FILE);
  const isWhole = CACHED_PARTS.every((part) => parts.some(({ name }) => isText(name, part)));
  // Elsewhere than on Linux nobody has tried it, and a fault in it should not cost the build.
  const runsHere = settings.target === Deno.build.target && Deno.build.os === "linux";
  const made = isWhole && runsHere ? await cachedOrMade(parts, settings) : {};
  return [...program, ...parts.map(({ name }) => cacheFile(name, made[name]))];
}

function isText(file: string, part: string): boolean {
  return file === `${part}.js`;
}

function cacheFile(script: string, bytes = new Uint8Array(0)): BundledFile {
  return { name: script.replace(/\.js$/, ".cache"), bytes };
}

/** By name of the script. */
type Caches = Readonly<Record<string, Uint8Array<ArrayBuffer>>>;

async function cachedOrMade(
  parts: readonly BundledFile[],
  settings: CodeCacheSettings,
): Promise<Caches> {
  const maker = (await bundle(MAKER, settings.root, settings.info)).slice(0, 1);
  const texts = [...maker, ...parts].map(({ bytes }) => bytes);
  // V8 refuses a cache that was made under other flags.
  const flags = new TextEncoder().encode(ENGINE_FLAGS.join());
  const key = await sha256(await Deno.readFile(settings.runtime), flags, ...texts);
  const directory = `${settings.cache}/code/${key.slice(0, 32)}`;
  const files = CACHED_PARTS.map((part) => [`${part}.js`, `${directory}/${part}`] as const);
  const areThere = await Promise.all(files.map(([, path]) => exists(path)));
  if (!areThere.every(Boolean)) {
    await make(
      [...maker, ...parts, ...parts.map(({ name }) => cacheFile(name))],
      directory,
      settings,
    );
    await removeOld(`${settings.cache}/code`);
  }
  const read = files.map(async ([name, path]) => [name, await Deno.readFile(path)] as const);
  return Object.fromEntries(await Promise.all(read));
}

/**
 * Compiles the maker, and lets it run the parts: as a manager, and as clients that are its
 * services.
 */
async function make(
  files: readonly BundledFile[],
  output: string,
  { runtime, target }: CodeCacheSettings,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "dinit-code-cache-" });
  try {
    const maker = `${folder}/maker`;
    const socket = `${folder}/socket`;
    await compileExecutable({ bundle: files, runtime, target, output: maker });
    const services = {
      boot: ["scripted", ["/bin/sh", "-c", "kill -TERM $PPID"], ["client"]],
      client: ["scripted", [maker, "client", folder, "-p", socket, "list"], ["process"]],
      process: ["process", ["/bin/sleep", "1000"], []],
    } as const;
    await Deno.mkdir(`${folder}/services`);
    for (const [name, [type, command, needs]] of Object.entries(services)) {
      await Deno.writeTextFile(
        `${folder}/services/${name}.toml`,
        `type = "${type}"\ncommand = ${JSON.stringify(command)}\n` +
          `depends-on = ${JSON.stringify(needs)}\nlog-type = "buffer"\n`,
      );
    }
    await run([
      ...[maker, "daemon", folder] as const,
      ...["--user", "--services-dir", `${folder}/services`, "--socket-path", socket],
    ], { limitMs: MAKER_LIMIT_MS });
    for (const part of CACHED_PARTS) {
      await replaceFile(
        `${output}/${part}`,
        (temporary) => Deno.copyFile(`${folder}/${part}`, temporary),
      );
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
