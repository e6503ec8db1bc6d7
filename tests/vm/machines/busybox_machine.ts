/**
 * The machine of the boot tests: the system that `npm run vm -- busybox` starts, and the services
 * of tests/vm/services on top.
 */
import { busyboxImage } from "../../../tools/vm/images/busybox_image.ts";
import { isFile } from "../../../tools/vm/host_program.ts";
import { cachedImage } from "../../../tools/vm/images/image_cache.ts";
import { copy, type ImageFile, text } from "../../../tools/vm/images/image_file.ts";
import { findKernel, kernelModules } from "../../../tools/vm/kernel.ts";
import { findQemu } from "../../../tools/vm/qemu.ts";
import { BUSYBOX_NEED } from "../../busybox.ts";
import { type Need, tool } from "../../skip.ts";
import { Machine } from "./machine.ts";

/** On the host. */
export const EXECUTABLE = "dist/dinit";
/** Lets its parent die, waits until PID 1 is its parent, tells its own PID and ends. */
const ORPHAN = `#!/bin/sh
[ "$1" = child ] || { "$0" child & exit; }
until grep -q "^PPid:.1$" /proc/$$/status; do usleep 20000; done
echo $$ >/tmp/orphan
`;

/** What the boot tests need on the host. The executable must have been built before. */
export function machineNeeds(): Need[] {
  const kernel = findKernel();
  return [
    tool("qemu-system-x86_64", findQemu() === undefined),
    tool("a Linux kernel (linux-image-cloud-amd64, or DINIT_VM_KERNEL)", !("kind" in kernel)),
    BUSYBOX_NEED,
    tool(`${EXECUTABLE} (npm run build)`, isFile(EXECUTABLE)),
  ];
}

/** What differs between the machines of two tests. */
export interface BusyboxMachineOptions {
  /** Further words of the kernel command line; `quiet` is there always. */
  readonly kernelWords?: readonly string[];
  /** Services of tests/vm/services that `boot` starts. */
  readonly enabled?: readonly string[];
  readonly disks?: readonly string[];
  /** Default: 1024. */
  readonly memoryMiB?: number;
  readonly extraFiles?: readonly ImageFile[];
  /** Names of kernel modules that the tests load. */
  readonly modules?: readonly string[];
  /** Path of a kernel; absent: the host's. */
  readonly kernel?: string;
}

/** Which system the machine has in memory. */
type ImageOptions = Pick<BusyboxMachineOptions, "enabled" | "extraFiles" | "modules">;

/**
 * The system as files; {@link machineNeeds} must be met.
 *
 * @throws {Error} When something for it is missing after all.
 */
export function busyboxFiles(options: ImageOptions = {}): readonly ImageFile[] {
  const kernel = findKernel();
  if ("kind" in kernel) throw new Error(kernel.message);
  const files = busyboxImage({
    executable: EXECUTABLE,
    extraFiles: [
      ...kernelModules(kernel, options.modules),
      ...testFiles(),
      ...options.extraFiles ?? [],
    ],
    enabled: options.enabled ?? [],
  });
  if ("kind" in files) throw new Error(files.message);
  return files;
}

/**
 * The system without a machine.
 *
 * @param name Word for the cached image.
 * @returns Path of the initramfs.
 * @throws {Error} As {@link busyboxFiles}.
 */
export async function busyboxInitramfs(name: string, options: ImageOptions = {}): Promise<string> {
  return await cachedImage(name, busyboxFiles(options));
}

/** The descriptions of tests/vm/services, as files of /etc/dinit.d, and what tests run. */
export function testFiles(): readonly ImageFile[] {
  const folder = "tests/vm/services";
  const services = [...Deno.readDirSync(folder)]
    .map(({ name }) => copy(`/etc/dinit.d/${name}`, `${folder}/${name}`, 0o644))
    .sort((a, b) => a.path < b.path ? -1 : 1);
  return [...services, text("/bin/orphan", ORPHAN, 0o755)];
}

/**
 * Starts the machine; {@link machineNeeds} must be met.
 *
 * @param name As for {@link Machine.start}.
 * @throws {Error} When something for the image is missing after all.
 */
export async function startBusyboxMachine(
  name: string,
  options: BusyboxMachineOptions = {},
): Promise<Machine> {
  const kernel = findKernel(options.kernel);
  if ("kind" in kernel) throw new Error(kernel.message);
  const kind = options.extraFiles === undefined ? options.enabled?.join("-") ?? "plain" : name;
  return await Machine.start(name, {
    kernel: kernel.path,
    initramfs: await busyboxInitramfs(`test-${kind}`, options),
    kernelWords: ["quiet", ...options.kernelWords ?? []],
    disks: options.disks ?? [],
    ...(options.memoryMiB === undefined ? {} : { memoryMiB: options.memoryMiB }),
  });
}
