/**
 * The Debian machine in QEMU from its start to the login prompt, under this init, systemd and
 * sysvinit: by the guest's instructions, which do not depend on what else the host does; and by the
 * host's clock, where somebody then logs in and asks what process 1 takes. The latter wants a host
 * at rest: on a busy one the guest's own limits pass.
 */
import type { Load } from "../load.ts";
import { BOOT_FIGURES, BOOTED, type Booted, type BootFigure, bootId } from "../boot/figures.ts";
import { bootDisk, type MeasuredInit } from "../boot/images.ts";
import {
  bootInstructions,
  bootSeconds,
  type BootSettings,
  compilePlugin,
} from "../boot/boot_run.ts";
import { findKernel } from "../../vm/kernel.ts";
import { findQemu } from "../../vm/qemu.ts";

const INITS: readonly MeasuredInit[] = ["ours", "systemd", "sysvinit"];

export const bootInstructionCounts = boots("boots-instructions", ["instructions"], {
  async measure(machine, plugin) {
    return { instructions: await bootInstructions(machine, plugin, "prompt") };
  },
  async ofKernel(machine, plugin) {
    // Process 1 ends at once, and with it the machine.
    const kernelAlone = { ...machine, kernelWords: ["init=/bin/false"] };
    return { instructions: await bootInstructions(kernelAlone, plugin, "end") };
  },
});

export const bootTimes = boots("boots-times", ["seconds", "anonymous", "rss", "pss"], {
  async measure(machine) {
    const { seconds, memory } = await bootSeconds(machine);
    return { seconds, anonymous: memory.anonymousKb, rss: memory.rssKb, pss: memory.pssKb };
  },
});

/** Figures of one boot. */
type Measured = Promise<Partial<Record<BootFigure, number>>>;

interface BootMeasure {
  measure(machine: BootSettings, plugin: string): Measured;
  /** Of the kernel without an init. */
  ofKernel?(machine: BootSettings, plugin: string): Measured;
}

function boots(
  name: string,
  figures: readonly BootFigure[],
  { measure, ofKernel }: BootMeasure,
): Load {
  return {
    name,
    figures: BOOTED.flatMap(({ id, name }) =>
      BOOT_FIGURES.filter((figure) => figures.includes(figure.id)).map((figure) => ({
        ...{ id: bootId(id, figure.id), title: `${figure.title}: ${name}` },
        ...{ unit: figure.unit, better: "less" as const },
      }))
    ),
    kinds: ["ours"],
    mostRounds: 3,
    isOptional: true,
    page: "boots",
    async measure({ subject, workspace, programFolder }) {
      const kernel = findKernel();
      const qemu = findQemu();
      if ("kind" in kernel) throw new Error(kernel.message);
      if (qemu !== undefined) throw new Error(qemu.message);
      const plugin = await compilePlugin(programFolder);
      const executable = subject.programs.manager ?? "";
      const sample: Record<string, number> = {};
      const note = (init: Booted, measured: Awaited<Measured>) => {
        for (const figure of figures) {
          const value = measured[figure];
          if (value !== undefined) sample[bootId(init, figure)] = value;
        }
      };
      for (const init of INITS) {
        const disk = await bootDisk(init, { kernel, executable });
        const machine = { workspace, kernel: kernel.path, disk };
        note(init, await measure(machine, plugin));
        if (init !== "ours" || ofKernel === undefined) continue;
        note("kernel", await ofKernel(machine, plugin));
      }
      return sample;
    },
  };
}
