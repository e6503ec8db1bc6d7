/**
 * Holds what a machine of a test is against docs/platforms.md, or writes it there:
 * `npm test -- --write-platforms`.
 */
import { formatted } from "../../../tools/formatted.ts";
import { PLATFORMS_PAGE, withPlatformTables } from "../../../tools/platforms/page.ts";
import {
  essence,
  type MemoryFigure,
  type PlatformResults,
  type PlatformRun,
  readResults,
  RESULTS_FILE,
  withEntry,
} from "../../../tools/platforms/results.ts";
import { qemuVersion } from "../../../tools/vm/qemu.ts";
import { assert, assertEquals } from "../../assert.ts";
import type { Machine } from "./machine.ts";

const ROOT = new URL("../../../", import.meta.url).pathname;
const IS_WRITING = Deno.env.get("DINIT_WRITE_PLATFORMS") !== undefined;
const HOW_TO_WRITE = 'write it by "npm test -- --write-platforms tests/vm"';

/** Kernel and C library, as they tell themselves; the machine's shell must be there. */
export async function systemVersions(
  machine: Machine,
  libraries: string,
): Promise<Pick<PlatformRun, "kernel" | "cLibrary">> {
  const { output: release } = await machine.shell("uname -r");
  const { output: build } = await machine.shell("uname -v");
  const { output: library } = await machine.shell(`${libraries}/libc.so.6`);
  // "#1 SMP Debian 6.1.148-1 (2025-08-26)"
  const kernelPackage = / Debian (\S+)/.exec(build)?.[1];
  // "GNU C Library (Debian GLIBC 2.36-9+deb12u10) stable release version 2.36."
  const [, libraryPackage, version] =
    /\(Debian E?GLIBC (\S+)\) \w+ release version ([\d.]+?)\.$/m.exec(library) ?? [];
  assert(kernelPackage !== undefined, build);
  assert(libraryPackage !== undefined, library);
  return {
    kernel: `${release} (${kernelPackage})`,
    cLibrary: `glibc ${version} (${libraryPackage})`,
  };
}

/** @throws {Error} When it is not listed, or as another one, and is not to be written. */
export async function listRun(run: Omit<PlatformRun, "date">): Promise<void> {
  const results = readResults(ROOT);
  if (IS_WRITING) {
    await write({ ...results, runs: withEntry(results.runs, { ...run, date: today() }) });
    return;
  }
  const listed = results.runs.find(({ id }) => id === run.id);
  assert(listed !== undefined, `${PLATFORMS_PAGE} does not list "${run.id}": ${HOW_TO_WRITE}`);
  assertEquals(essence(run), essence(listed), `${PLATFORMS_PAGE} has another: ${HOW_TO_WRITE}`);
}

/**
 * The same of a machine with kernel and C library of this host, which are not ours to choose: one
 * that is not listed is none that was promised.
 */
export async function listHostRun(
  run: Pick<PlatformRun, "processor" | "kernel" | "cLibrary" | "ran">,
): Promise<void> {
  if (Deno.env.get("DINIT_VM_KERNEL") !== undefined) return;
  const suite = /^VERSION_CODENAME=(\w+)$/m.exec(Deno.readTextFileSync("/etc/os-release"))?.[1];
  const id = `${suite} on ${run.processor}`;
  if (!IS_WRITING && !readResults(ROOT).runs.some((listed) => listed.id === id)) return;
  const machine = `QEMU ${qemuVersion()}, emulated`;
  await listRun({ id, system: `Debian ${suite}`, machine, ...run });
}

/** The listed figure; undefined when there is none. */
export function listedMemory(id: string): MemoryFigure | undefined {
  return readResults(ROOT).memory.find((figure) => figure.id === id);
}

/** Writes a figure that was measured, if figures are to be written. */
export async function listMemory(figure: Omit<MemoryFigure, "date">): Promise<void> {
  const results = readResults(ROOT);
  if (!IS_WRITING) return;
  await write({ ...results, memory: withEntry(results.memory, { ...figure, date: today() }) });
}

async function write(results: PlatformResults): Promise<void> {
  const page = withPlatformTables(Deno.readTextFileSync(ROOT + PLATFORMS_PAGE), results);
  Deno.writeTextFileSync(ROOT + RESULTS_FILE, await formatted(JSON.stringify(results), "json"));
  Deno.writeTextFileSync(ROOT + PLATFORMS_PAGE, await formatted(page, "md"));
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}
