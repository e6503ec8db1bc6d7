/** Turns a bundle and a runtime into the executable, and makes the links by which it is called. */
import { replaceFile } from "./atomic_file.ts";
import { type BundledFile, FIRST_FILE } from "./bundle.ts";
import { writeIdentity } from "./identity.ts";
import { addMappedParts } from "./mapped_parts.ts";
import { run } from "./process.ts";
import { mapsParts, type TargetName } from "./target.ts";

/** Names that the executable answers to besides its own; each becomes a symbolic link to it. */
export const LINK_NAMES = [
  "dinitctl",
  "dinit-check",
  "dinit-monitor",
  "shutdown",
  "halt",
  "poweroff",
  "reboot",
  "soft-reboot",
  "telinit",
  "runlevel",
  "init",
] as const;

/**
 * What the program may do, as narrow as Deno's permissions allow: the network for `dinit
 * probe` alone, no subprocess by Deno's own means. (System calls go through FFI, which these
 * permissions do not narrow.)
 */
const PERMISSIONS = [
  "--allow-ffi",
  "--allow-net",
  "--allow-read",
  "--allow-write",
  "--allow-env",
  "--allow-sys",
  // Otherwise modules may be imported from a list of web hosts.
  "--deny-import",
  "--no-prompt",
];

/**
 * How V8 is set up, for a program that is idle most of the time and has a small heap:
 *
 * - No threads of its own. Measured on two processors, an idle program with 20,000 objects: 1
 *   thread and 63 MB resident instead of 3 threads and 71 MB; start and a loop full of allocations
 *   took the same time.
 * - The space for new objects does not grow. It grew to 16 MB during the start of a thousand
 *   services and stayed so; without, 26 instead of 32 MB of anonymous memory are left after it.
 *   Starts and restarts took the same time; a flood of requests on one connection is answered a
 *   fifth slower (33,000 instead of 40,000 a second).
 * - `gc` can be called: `daemon/supervision/heap_collection.ts`.
 * - No compiler for machine code (a JIT), which is an interpreter's reward for loops that an init
 *   program does not have. With one, 512 MB of memory are writable and executable, which
 *   `vm.overcommit_memory=2` and policies against executable memory refuse.
 *   `docs/design/0016-no-jit.md` has what it costs.
 */
export const ENGINE_FLAGS: readonly string[] = [
  "--single-threaded",
  "--max-semi-space-size=1",
  "--expose-gc",
  "--jitless",
];

/** What to compile. */
export interface CompileOptions {
  readonly bundle: readonly BundledFile[];
  /** Path of the runtime to embed the bundle in. */
  readonly runtime: string;
  readonly target: TargetName;
  /** Path of the executable. */
  readonly output: string;
  /** For the entry program; absent: it is not told, and serves no client. */
  readonly identity?: string;
}

/**
 * Compiles to a file that replaces the old one at once: a program that runs from it is not
 * disturbed.
 *
 * @throws {Error} `deno compile` fails; with its output.
 */
export async function compileExecutable(options: CompileOptions): Promise<void> {
  // A directory of its own: with a package.json in sight, deno compile embeds all of node_modules.
  const directory = await Deno.makeTempDir({ prefix: "dinit-build-" });
  const parts = options.bundle.filter(({ name }) => name !== FIRST_FILE);
  const mapped = mapsParts(options.target) ? parts : [];
  const included = options.bundle.filter((file) => !mapped.includes(file));
  try {
    for (const { name, bytes } of included) {
      const source = `${directory}/${name}`;
      await Deno.writeFile(source, bytes);
      // deno compile stores the time of change; a fixed one makes equal sources into equal
      // executables.
      await Deno.utime(source, 0, 0);
    }
    const runtime = await runtimeWithParts(options.runtime, mapped, directory);
    await replaceFile(options.output, async (temporary) => {
      await run([
        Deno.execPath(),
        "compile",
        "--quiet",
        "--no-config",
        "--no-lock",
        "--no-check",
        "--no-remote",
        // Otherwise the program reads and writes a code cache of a predictable name in /tmp, as
        // root.
        "--no-code-cache",
        ...PERMISSIONS,
        `--v8-flags=${ENGINE_FLAGS.join()}`,
        ...targetOption(options.target),
        "--output",
        temporary,
        ...included.flatMap(({ name }) => name === FIRST_FILE ? [] : ["--include", name]),
        FIRST_FILE,
      ], { directory, environment: { DENORT_BIN: runtime, DENO_NO_UPDATE_CHECK: "1" } });
      if (options.identity === undefined) return;
      // deno compile puts the program behind the runtime's image, and leaves that as it is.
      const { size } = await Deno.stat(options.runtime);
      await writeIdentity(temporary, options.identity, size);
    });
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/** @returns Path of a runtime that has the parts behind its image. */
async function runtimeWithParts(
  runtime: string,
  parts: readonly BundledFile[],
  directory: string,
): Promise<string> {
  if (parts.length === 0) return runtime;
  const path = `${directory}/denort`;
  const image = addMappedParts(await Deno.readFile(runtime), parts);
  await Deno.writeFile(path, image, { mode: 0o755 });
  return path;
}

/**
 * `deno compile` knows no FreeBSD. Without a target it takes the runtime of DENORT_BIN for one of
 * this machine's, which is true on FreeBSD, and does no harm on Linux: both are ELF files, which
 * get the program in the same way.
 */
function targetOption(target: TargetName): readonly string[] {
  return target.endsWith("-freebsd") ? [] : ["--target", target];
}

/** Makes {@linkcode LINK_NAMES} beside the executable. */
export async function linkExecutable(executable: string): Promise<void> {
  const slash = executable.lastIndexOf("/");
  const [directory, name] = [executable.slice(0, slash), executable.slice(slash + 1)];
  for (const link of LINK_NAMES) {
    await replaceFile(`${directory}/${link}`, (temporary) => Deno.symlink(name, temporary));
  }
}
