/**
 * What was run on which machine, as tests have written it: the data behind the tables of
 * docs/platforms.md.
 */

/** A machine that a test has run. */
export interface PlatformRun {
  /** By which the test finds it again: `trixie on arm64`. */
  readonly id: string;
  /** As people call it: `Debian trixie`. */
  readonly system: string;
  readonly processor: string;
  /** As uname(1) has it, and the package's version: `6.12.43+deb13-cloud-arm64 (6.12.43-1)`. */
  readonly kernel: string;
  /** Version, and that of the package: `glibc 2.41 (2.41-12)`. */
  readonly cLibrary: string;
  /** `QEMU 7.2.22, emulated`. */
  readonly machine: string;
  /** What was done, in the order in which it was. */
  readonly ran: readonly string[];
  /** Day of the run, as `2026-01-31`. */
  readonly date: string;
}

/** The least memory with which a machine does something. */
export interface MemoryFigure {
  /** `busybox's system on a disk, with swap`. */
  readonly id: string;
  readonly processor: string;
  readonly kernel: string;
  readonly swapMiB: number;
  /** Memory of the machine, as it is given to QEMU. */
  readonly loginMiB: number;
  /** The same, until `dinitctl list` has answered. */
  readonly listMiB: number;
  readonly date: string;
}

export interface PlatformResults {
  readonly runs: readonly PlatformRun[];
  readonly memory: readonly MemoryFigure[];
}

/** In the repository. */
export const RESULTS_FILE = "docs/platforms/results.json";

/** @param root Directory of the repository, with a slash at the end. */
export function readResults(root: string): PlatformResults {
  return JSON.parse(Deno.readTextFileSync(root + RESULTS_FILE));
}

/** The list with this entry in the place of the one of its id, sorted by id. */
export function withEntry<Entry extends { readonly id: string }>(
  entries: readonly Entry[],
  entry: Entry,
): readonly Entry[] {
  return [...entries.filter(({ id }) => id !== entry.id), entry]
    .sort((a, b) => a.id < b.id ? -1 : 1);
}

/**
 * What of a run must be as it is listed. Of the versions only what is chosen by us: the release
 * gives out corrected kernels and C libraries between two runs of ours.
 */
export function essence(
  { id, processor, kernel, cLibrary, ran }: Omit<PlatformRun, "date">,
): Readonly<Record<string, unknown>> {
  return {
    id,
    processor,
    kernel: /^\d+\.\d+/.exec(kernel)?.[0],
    cLibrary: /^glibc \d+\.\d+/.exec(cLibrary)?.[0],
    ran,
  };
}
