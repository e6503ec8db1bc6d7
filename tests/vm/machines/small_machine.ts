/**
 * Machines with little memory: busybox's system on a disk, because a system in memory takes more
 * than all else.
 */
import { cachedDisk, missingDiskTool } from "../../../tools/vm/images/disk_image.ts";
import { hostProgram } from "../../../tools/vm/host_program.ts";
import { cachedFile } from "../../../tools/vm/images/image_cache.ts";
import { findKernel } from "../../../tools/vm/kernel.ts";
import { type Need, tool } from "../../skip.ts";
import { busyboxFiles, machineNeeds } from "./busybox_machine.ts";
import { Machine } from "./machine.ts";

const SYSTEM_MIB = 192;
/** Two blocks of zeros end an archive, and this one has nothing before them; tar(5). */
const EMPTY_ARCHIVE = new Uint8Array(2 * 512);

/** What such machines need on this host. */
export const SMALL_MACHINE_NEEDS: readonly Need[] = [
  ...machineNeeds(),
  tool("tar, cpio and mke2fs", missingDiskTool() === undefined),
  tool("mkswap (util-linux)", hostProgram("mkswap") !== undefined),
];

export interface SmallMachineOptions {
  readonly memoryMiB: number;
  /** 0: none. */
  readonly swapMiB: number;
  /** Further words of the kernel command line. */
  readonly kernelWords?: readonly string[];
}

/**
 * Starts one; {@link SMALL_MACHINE_NEEDS} must be met. What it writes is forgotten at its end.
 *
 * @param name As for {@link Machine.start}.
 * @throws {Error} When the disk cannot be made.
 */
export async function startSmallMachine(
  name: string,
  { memoryMiB, swapMiB, kernelWords = [] }: SmallMachineOptions,
): Promise<Machine> {
  const kernel = findKernel();
  if ("kind" in kernel) throw new Error(kernel.message);
  const hasSwap = swapMiB > 0;
  const system = await cachedDisk({
    name: hasSwap ? "test-small-swap" : "test-small",
    tarball: await emptyArchive(),
    files: busyboxFiles({ enabled: hasSwap ? ["swap"] : [] }),
    sizeMiB: SYSTEM_MIB,
  });
  return await Machine.start(name, {
    kernel: kernel.path,
    rootDisk: { path: system, keepsChanges: false },
    kernelWords: ["quiet", "rw", ...kernelWords],
    memoryMiB,
    disks: hasSwap ? [await swapDisk(swapMiB)] : [],
  });
}

function emptyArchive(): Promise<string> {
  return cachedFile(
    { name: "empty", extension: "tar", ingredients: EMPTY_ARCHIVE.length },
    (path) => Deno.writeFile(path, EMPTY_ARCHIVE),
  );
}

/** Nothing that matters is left on it by one machine for the next. */
function swapDisk(sizeMiB: number): Promise<string> {
  return cachedFile({ name: "swap", extension: "img", ingredients: sizeMiB }, async (path) => {
    await Deno.truncate(path, sizeMiB * 2 ** 20);
    const program = hostProgram("mkswap") ?? "mkswap";
    const { success, stderr } = await new Deno.Command(program, { args: [path] }).output();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
  });
}
