/**
 * Finds Deno's runtime ("denort"), the ELF file that `deno compile` puts the program into.
 *
 * The sources in their order: the file that DENORT_BIN names; Deno's own cache; what an earlier
 * build fetched; Deno's download server; an npm package that holds the same runtime.
 */
import { exists, replaceFile } from "../atomic_file.ts";
import type { Progress } from "../progress.ts";
import { interpreterOf, readElf } from "../elf/image.ts";
import { DENO_DOWNLOADS, downloadRuntime, readDenoCache } from "./download.ts";
import { fetchPackagedRuntime } from "./package.ts";
import type { LinuxTarget, Target } from "../target.ts";

/** What the search depends on besides the target; tests give their own. */
export interface RuntimeOptions {
  /** Value of DENORT_BIN, if it is set. */
  readonly denortPath: string | undefined;
  readonly denoVersion: string;
  /** Deno's own cache, where an earlier `deno compile` may have left the runtime. */
  readonly denoDirectory: string;
  /** Directory for what is fetched. */
  readonly cache: string;
  /** Called with one line for each thing that a person should know. */
  readonly report: (line: string) => void;
  /** Shows that a fetch goes on. */
  readonly progress: Progress;
  /** Default: Deno's. */
  readonly downloadServer?: string;
}

/**
 * @returns The runtime's ELF file, without anything behind it.
 * @throws {Error} No source has it; the message says why for each.
 */
export async function findRuntime(
  target: Target,
  options: RuntimeOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const { denortPath, report } = options;
  if (denortPath !== undefined && denortPath !== "") {
    const bytes = await Deno.readFile(denortPath).catch((error: unknown) => {
      throw new Error(`Cannot read DENORT_BIN = "${denortPath}": ${messageOf(error)}`);
    });
    const image = checked(bytes, denortPath, target);
    report(`runtime: ${denortPath} (DENORT_BIN)`);
    return image;
  }

  const own = await readDenoCache(options.denoDirectory, options.denoVersion, target.name);
  if (own !== undefined) {
    report(`runtime: Deno's own cache in ${options.denoDirectory}`);
    return checked(own, "Deno's own cache", target);
  }

  if (target.kind === "freebsd") {
    throw new Error(
      `Cannot find the runtime of Deno ${options.denoVersion} for ${target.name}: nobody offers it for download. Set ` +
        "DENORT_BIN to a denort that was built on FreeBSD from the same version of Deno (docs/freebsd.md)",
    );
  }

  const { package: name } = target.packagedRuntime;
  const directory = `${options.cache}/runtime/${options.denoVersion}/${target.name}`;
  const sources: readonly Source[] = [
    {
      name: `Deno's download of ${options.denoVersion}`,
      path: `${directory}/downloaded`,
      fetchImage: () => download(target, options),
    },
    {
      name: `the npm package ${name}`,
      path: `${directory}/packaged`,
      fetchImage: () => unpackFor(target, options),
    },
  ];
  for (const source of sources) {
    if (!await exists(source.path)) continue;
    report(`runtime: ${source.name} (from the cache)`);
    return checked(await Deno.readFile(source.path), source.name, target);
  }
  const failures: string[] = [];
  for (const source of sources) {
    const attempt = failures.length === 0 ? "fetching" : "that cannot be had here, so fetching";
    report(`runtime: ${attempt} ${source.name}, once (some 40 MB)`);
    const fetched = await fetchInto(source);
    if (fetched.kind === "image") return checked(fetched.bytes, source.name, target);
    failures.push(`\n  ${source.name}: ${fetched.why}`);
  }
  throw new Error(
    `Cannot find the runtime of Deno ${options.denoVersion} for ${target.name}. Set DENORT_BIN to ` +
      `its path, or allow one of these:${failures.join("")}`,
  );
}

/** Where a runtime can be fetched from, and the file that keeps it for later builds. */
interface Source {
  readonly name: string;
  readonly path: string;
  fetchImage(): Promise<Uint8Array<ArrayBuffer>>;
}

type Fetched =
  | { readonly kind: "image"; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: "unavailable"; readonly why: string };

async function fetchInto({ path, fetchImage }: Source): Promise<Fetched> {
  try {
    const bytes = await fetchImage();
    await replaceFile(path, (temporary) => Deno.writeFile(temporary, bytes));
    return { kind: "image", bytes };
  } catch (error) {
    return { kind: "unavailable", why: messageOf(error) };
  }
}

function download(target: LinuxTarget, options: RuntimeOptions): Promise<Uint8Array<ArrayBuffer>> {
  const server = options.downloadServer ?? DENO_DOWNLOADS;
  return downloadRuntime(server, options.denoVersion, target.name, options.progress);
}

function unpackFor(target: LinuxTarget, options: RuntimeOptions): Promise<Uint8Array<ArrayBuffer>> {
  const { denoVersion, package: name } = target.packagedRuntime;
  if (denoVersion !== options.denoVersion) {
    return Promise.reject(
      new Error(`${name} is of Deno ${denoVersion}, this is Deno ${options.denoVersion}`),
    );
  }
  return options.progress.during(name, () => fetchPackagedRuntime(target.packagedRuntime));
}

/** Refuses a runtime for another processor or system. */
function checked(
  bytes: Uint8Array<ArrayBuffer>,
  name: string,
  target: Target,
): Uint8Array<ArrayBuffer> {
  const image = readElf(bytes, name);
  if (image.machine !== target.elfMachine) {
    throw new Error(
      `${name}: Cannot use this as a runtime for ${target.name}: its ELF machine number is ` +
        `${image.machine}, needed is ${target.elfMachine}`,
    );
  }
  const interpreter = interpreterOf(bytes, image);
  if (interpreter !== undefined && !interpreter.includes(target.interpreter)) {
    throw new Error(
      `${name}: Cannot use this as a runtime for ${target.name}: its dynamic linker is "${interpreter}"`,
    );
  }
  return bytes.subarray(0, image.length);
}

/** One line, without a stack. */
function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
