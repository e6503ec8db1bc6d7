/**
 * A machine of arm64 in QEMU: kernel, C library and busybox of a Debian release, unpacked from
 * packages of that architecture, and our executable as process 1, built here.
 */
import { busyboxImage, type ForeignParts } from "../../../tools/vm/images/busybox_image.ts";
import { readDynamic } from "../../../tools/build/elf/dynamic.ts";
import { cachedImage } from "../../../tools/vm/images/image_cache.ts";
import { copy, type ImageFile } from "../../../tools/vm/images/image_file.ts";
import { findQemu, serialPort } from "../../../tools/vm/qemu.ts";
import { debianNeeds, unpackDebianFiles } from "../../debian_files.ts";
import { kernelFiles, rootFiles } from "../../debian_releases.ts";
import { foreignExecutable } from "../../foreign_executable.ts";
import { type Need, tool } from "../../skip.ts";
import { testFiles } from "./busybox_machine.ts";
import { debianKernel } from "./debian_kernel.ts";
import { Machine } from "./machine.ts";

const PROCESSOR = "aarch64";
const EMULATOR = "qemu-aarch64-static";
/** The C library's folder and loader; Debian's releases have both, or links that lead there. */
export const LIBRARIES = "/lib/aarch64-linux-gnu";
const LOADER = "/lib/ld-linux-aarch64.so.1";

/** What the machine needs on this host. */
export async function arm64Needs(suite: string): Promise<readonly Need[]> {
  return [
    tool(`qemu-system-${PROCESSOR}`, findQemu(PROCESSOR) === undefined),
    // It runs busybox, to ask what commands it has.
    tool(EMULATOR),
    ...await debianNeeds(kernelFiles(suite, "arm64")),
    ...await debianNeeds(rootFiles(suite, "arm64")),
  ];
}

/** What differs between the machines of two tests. */
export interface Arm64MachineOptions {
  readonly suite: string;
  /** Services of tests/vm/services that `boot` starts. */
  readonly enabled: readonly string[];
  /** For what is unpacked and built; the machine needs it as long as it runs. */
  readonly folder: string;
}

/**
 * Starts the machine; {@link arm64Needs} must be met.
 *
 * @param name As for {@link Machine.start}.
 * @throws {Error} When something for the image is missing after all.
 */
export async function startArm64Machine(
  name: string,
  { suite, enabled, folder }: Arm64MachineOptions,
): Promise<Machine> {
  const kernel = await debianKernel(suite, "arm64", folder);
  const root = await unpackDebianFiles(rootFiles(suite, "arm64"), `${folder}/root`);
  const executable = await foreignExecutable("aarch64-unknown-linux-gnu", folder);
  const files = busyboxImage({
    executable,
    enabled,
    extraFiles: testFiles(),
    foreign: foreignParts(root, executable),
  });
  if ("kind" in files) throw new Error(files.message);
  return await Machine.start(name, {
    processor: PROCESSOR,
    kernel,
    initramfs: await cachedImage(`test-arm64-${suite}`, files),
    kernelWords: ["quiet"],
  });
}

function foreignParts(root: string, executable: string): ForeignParts {
  return {
    busybox: `${root}/bin/busybox`,
    emulator: EMULATOR,
    libraries: librariesOf(root, executable),
    serialPort: serialPort(PROCESSOR),
  };
}

/** Those that the executable names need no others. */
function librariesOf(root: string, executable: string): readonly ImageFile[] {
  const needed = readDynamic(Deno.readFileSync(executable), executable)?.needed ?? [];
  const paths = needed.map((library) => `${LIBRARIES}/${library}`).filter((path) =>
    !path.endsWith(LOADER.slice(LOADER.lastIndexOf("/")))
  );
  return [LOADER, ...paths].map((path) => copy(path, `${root}${path}`));
}
