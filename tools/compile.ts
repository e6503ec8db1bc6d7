/**
 * Builds the executable: `npm run build`, or `deno task build`.
 *
 * Bundle the modules, find Deno's runtime, put the entry program into it, make code caches,
 * compile. Each step is a module of `tools/build/`; this one reads the arguments and reports.
 */
import { parseArgs } from "node:util";
import { replaceFile } from "./build/atomic_file.ts";
import { readBuildInfo } from "./build/build_info.ts";
import { bundle } from "./build/bundle.ts";
import { addCodeCaches } from "./build/code_cache.ts";
import { identify } from "./build/identity.ts";
import { compileExecutable, linkExecutable } from "./build/executable.ts";
import { finishExecutable, prepareRuntime } from "./build/freebsd_image.ts";
import { run } from "./build/process.ts";
import { progressOn, STANDARD_ERROR } from "./build/progress.ts";
import { findRuntime } from "./build/runtime/runtime.ts";
import { cachePatchedRuntime } from "./build/runtime/patched.ts";
import { findTarget, type Target, TARGET_NAMES } from "./build/target.ts";

const HELP = `Usage: npm run build [-- OPTIONS]

Makes dist/dinit and the links to it (dinitctl, shutdown, …). For another target than this machine's,
they go to dist/TARGET/.

  --for-tests        Let the environment choose what only tests choose (platform/linux/kernel/backends.ts), and
                     put it into dist/for-tests/; not for use
  --target TARGET    Build for another machine than this one:
${TARGET_NAMES.map((name) => `                       ${name}`).join("\n")}
  --entry FILE       First module of the program (default: main.ts)
  --output FILE      The executable, made without the links (default: as above, with links)
  --help             Print this and exit

Environment: DENORT_BIN=FILE uses this file as Deno's runtime, for the target that is built. FreeBSD's
must be given so, and be of the Deno that compiles: see docs/freebsd.md.
`;

/** A fault in the command line. */
class UsageError extends Error {}

interface Settings {
  readonly target: Target;
  readonly isForTests: boolean;
  readonly entry: string;
  readonly output: string;
  readonly links: boolean;
}

const ROOT = new URL("..", import.meta.url).pathname.replace(/\/$/, "");

function readArguments(args: readonly string[]): Settings | "help" {
  const values = (() => {
    try {
      return parseArgs({
        // `deno task build -- --target X` hands the "--" on, `npm run` does not.
        args: args[0] === "--" ? args.slice(1) : [...args],
        options: {
          target: { type: "string" },
          entry: { type: "string" },
          output: { type: "string" },
          "for-tests": { type: "boolean" },
          help: { type: "boolean", short: "h" },
        },
      }).values;
    } catch (error) {
      throw new UsageError(error instanceof Error ? error.message : String(error));
    }
  })();
  if (values.help === true) return "help";
  const target = readTarget(values.target ?? Deno.build.target);
  const isForTests = values["for-tests"] === true;
  const folder = [
    "dist",
    ...(target.name === Deno.build.target ? [] : [target.name]),
    ...(isForTests ? ["for-tests"] : []),
  ].join("/");
  return {
    target,
    isForTests,
    entry: absolute(values.entry ?? `${ROOT}/main.ts`),
    output: absolute(values.output ?? `${ROOT}/${folder}/dinit`),
    links: values.output === undefined,
  };
}

function readTarget(name: string): Target {
  const target = findTarget(name);
  if (target !== undefined) return target;
  throw new UsageError(`Cannot build for "${name}": allowed are ${TARGET_NAMES.join(", ")}`);
}

function absolute(path: string): string {
  return path.startsWith("/") ? path : `${Deno.cwd()}/${path}`;
}

async function compile(settings: Settings): Promise<void> {
  const start = performance.now();
  const cache = `${ROOT}/.cache`;
  const target = settings.target.name;
  const { isForTests } = settings;
  const info = await readBuildInfo(ROOT, { target, isForTests });
  const { files: program, identity } = await identify(await bundle(settings.entry, ROOT, info));
  const runtime = await findRuntime(settings.target, {
    denortPath: Deno.env.get("DENORT_BIN"),
    denoVersion: Deno.version.deno,
    denoDirectory: await denoDirectory(),
    cache,
    report: (line) => console.log(line),
    progress: progressOn(STANDARD_ERROR),
  });
  const prepared = settings.target.kind === "freebsd"
    ? prepareRuntime(runtime, Deno.version.deno, (line) => console.log(line))
    : runtime;
  const patched = await cachePatchedRuntime(prepared, settings.target, cache);
  const files = await addCodeCaches(program, {
    info: { ...info, identity },
    root: ROOT,
    runtime: patched,
    target,
    cache,
  });
  const { output } = settings;
  await compileExecutable({ bundle: files, runtime: patched, target, output, identity });
  if (settings.target.kind === "freebsd") await finish(settings.output);
  if (settings.links) await linkExecutable(settings.output);

  const { size } = await Deno.stat(settings.output);
  const seconds = (performance.now() - start) / 1000;
  console.log(
    `${settings.output}: dinit ${info.version} (${info.commit}), ${settings.target.name}, ` +
      `${(size / 1e6).toFixed(1)} MB, ${seconds.toFixed(1)} s`,
  );
}

async function finish(output: string): Promise<void> {
  const finished = finishExecutable(await Deno.readFile(output), output);
  if (finished === undefined) return;
  await replaceFile(output, (temporary) => Deno.writeFile(temporary, finished, { mode: 0o755 }));
}

/** Directory of Deno's own cache. */
async function denoDirectory(): Promise<string> {
  const answer: unknown = JSON.parse(
    new TextDecoder().decode(await run([Deno.execPath(), "info", "--json"], { directory: "/" })),
  );
  const found = typeof answer === "object" && answer !== null && "denoDir" in answer;
  return found ? String(answer.denoDir) : "";
}

if (import.meta.main) {
  try {
    const settings = readArguments(Deno.args);
    if (settings === "help") console.log(HELP.trimEnd());
    else await compile(settings);
  } catch (error) {
    console.error(`build: ${error instanceof Error ? error.message : String(error)}`);
    Deno.exit(error instanceof UsageError ? 2 : 1);
  }
}
