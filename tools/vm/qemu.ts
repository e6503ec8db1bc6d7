/**
 * The command line of QEMU for a machine that boots a kernel and an initramfs directly.
 */
import type { Missing } from "./kernel.ts";

const QEMU = "qemu-system-x86_64";

/** A machine before it runs. */
export interface MachineSettings {
  readonly kernel: string;
  readonly initramfs: string;
  /** Words after `console=ttyS0 panic=-1`. */
  readonly kernelWords: readonly string[];
  /** Raw disk images; the first is /dev/vda. */
  readonly disks: readonly string[];
  /**
   * `terminal`: the serial port and QEMU's monitor share this terminal, Ctrl-A X ends the machine.
   * `pipe`: the serial port is standard input and output, nothing else is there.
   */
  readonly serial: "terminal" | "pipe";
  /** Unix socket that the caller listens on; QEMU connects to it for control (QMP). */
  readonly controlSocket?: string;
  /** The host's hardware virtualisation: only on request, since /dev/kvm may be there and hang. */
  readonly useKvm: boolean;
}

/** Whether QEMU can be run here. */
export function findQemu(): Missing | undefined {
  try {
    new Deno.Command(QEMU, { args: ["--version"], stdout: "null" }).outputSync();
    return undefined;
  } catch {
    return {
      kind: "missing",
      message: `Cannot run "${QEMU}". Run: apt-get install qemu-system-x86`,
    };
  }
}

/**
 * Program and arguments.
 *
 * One processor: emulated, a second one makes a boot no faster. No five-level page tables (la57):
 * walking them takes five to ten hundredths of the run. A reboot and a kernel panic end QEMU (`-no-reboot`,
 * `panic=-1`), so that no machine runs on unseen.
 */
export function qemuCommand(settings: MachineSettings): [string, ...string[]] {
  const accelerator = settings.useKvm
    ? ["-accel", "kvm", "-cpu", "host"]
    : ["-accel", "tcg,thread=multi", "-cpu", "max,la57=off"];
  // Not -nographic: under that the firmware clears the terminal.
  const serial = settings.serial === "terminal"
    ? ["-serial", "mon:stdio"]
    : ["-monitor", "none", "-serial", "stdio"];
  const control = settings.controlSocket === undefined
    ? []
    : ["-qmp", `unix:${settings.controlSocket}`];
  return [
    QEMU,
    ...accelerator,
    ...["-m", "1024", "-no-reboot", "-nic", "none", "-display", "none"],
    ...serial,
    ...control,
    ...settings.disks.flatMap((disk) => ["-drive", `file=${disk},format=raw,if=virtio`]),
    ...["-kernel", settings.kernel, "-initrd", settings.initramfs],
    ...["-append", ["console=ttyS0", "panic=-1", ...settings.kernelWords].join(" ")],
  ];
}
