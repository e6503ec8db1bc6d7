/**
 * The machines of `npm run vm` with a disk, for tests: on a copy of their disk, so that it can be
 * looked at after the power-off.
 */
import { findKernel, type Kernel } from "../../../tools/vm/kernel.ts";
import type { Missing } from "../../../tools/vm/host_program.ts";
import type { Medium } from "../../../tools/vm/systems.ts";
import { Machine } from "./machine.ts";

/** What a test chooses. */
export interface DemoMachineOptions {
  /** Makes the system, from a kernel of this host and our executable. */
  readonly make: (
    ingredients: { kernel: Kernel; executable: string },
  ) => Promise<Medium | Missing>;
  /** Called with the copy before the machine starts. */
  readonly prepareDisk?: (path: string) => void;
  /** Port of the loopback address for ssh. */
  readonly sshPort?: number;
}

/** A machine and its disk; both are gone when it is disposed of. */
export interface DemoMachine extends AsyncDisposable {
  readonly machine: Machine;
  /** Path of the raw image; to be looked at when the machine has ended. */
  readonly disk: string;
}

/**
 * Builds the system, if that has not been done, and starts it.
 *
 * @param name As for {@link Machine.start}.
 * @throws {Error} When something that it needs is missing.
 */
export async function startDemoMachine(
  name: string,
  { make, prepareDisk, sshPort }: DemoMachineOptions,
): Promise<DemoMachine> {
  const kernel = findKernel();
  if ("kind" in kernel) throw new Error(kernel.message);
  const medium = await make({ kernel, executable: "dist/dinit" });
  if (medium.kind === "missing") throw new Error(medium.message);
  if (medium.kind === "memory") throw new Error(`"${name}" has no disk`);

  const folder = await Deno.makeTempDir({ prefix: "dinit-vm-disk-" });
  const disk = `${folder}/disk`;
  try {
    copySparse(medium.image, disk);
    prepareDisk?.(disk);
    const machine = await Machine.start(name, {
      kernel: kernel.path,
      rootDisk: { path: disk, keepsChanges: true },
      kernelWords: ["quiet"],
      network: sshPort === undefined ? {} : { sshPort },
    });
    return {
      machine,
      disk,
      async [Symbol.asyncDispose]() {
        await machine[Symbol.asyncDispose]();
        await Deno.remove(folder, { recursive: true });
      },
    };
  } catch (error) {
    await Deno.remove(folder, { recursive: true });
    throw error;
  }
}

function copySparse(from: string, to: string): void {
  const { success } = new Deno.Command("cp", { args: ["--sparse=always", from, to] }).outputSync();
  if (!success) throw new Error(`Cannot copy "${from}" to "${to}"`);
}
