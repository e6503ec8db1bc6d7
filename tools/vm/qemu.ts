/**
 * The command line of QEMU for a machine whose kernel is loaded directly, without a boot loader.
 */
import type { Processor } from "../../native/conventions.ts";
import type { Missing } from "./host_program.ts";

/** What QEMU calls differently for each processor. */
interface MachineType {
  readonly program: string;
  readonly debianPackage: string;
  readonly board: readonly string[];
  /** The processor that is emulated. */
  readonly emulated: string;
  /** What Linux calls the serial port. */
  readonly serialPort: string;
}

/**
 * No five-level page tables (la57) on x86-64: walking them takes five to ten hundredths of the run.
 * On arm64 a processor that much hardware has: checking pointers as the newest do (pauth) takes
 * half of the time when it is emulated.
 */
const MACHINE_TYPES: Readonly<Record<Processor, MachineType>> = {
  x86_64: {
    program: "qemu-system-x86_64",
    debianPackage: "qemu-system-x86",
    board: [],
    emulated: "max,la57=off",
    serialPort: "ttyS0",
  },
  aarch64: {
    program: "qemu-system-aarch64",
    debianPackage: "qemu-system-arm",
    board: ["-machine", "virt"],
    emulated: "cortex-a72",
    serialPort: "ttyAMA0",
  },
};

/** What Linux calls the serial port of the machine that QEMU makes. */
export function serialPort(processor: Processor): string {
  return MACHINE_TYPES[processor].serialPort;
}

/** A machine before it runs. */
export interface MachineSettings {
  /** Default: `x86_64`. */
  readonly processor?: Processor;
  readonly kernel: string;
  /** The system in memory; without it there must be a root disk. */
  readonly initramfs?: string;
  readonly rootDisk?: RootDisk;
  /** Words after those that this file chooses. */
  readonly kernelWords: readonly string[];
  /** Raw disk images; the first is /dev/vda. */
  readonly disks?: readonly string[];
  /**
   * A network card. QEMU answers on it as a router with DHCP but forwards nothing, so the machine
   * reaches nobody, and is reached only by its port 22 behind this one of the loopback address.
   */
  readonly network?: { readonly sshPort?: number };
  /** Default: 1024. */
  readonly memoryMiB?: number;
  /**
   * `terminal`: the serial port and QEMU's monitor share this terminal, Ctrl-A X ends the machine.
   * `pipe`: the serial port is standard input and output, nothing else is there.
   */
  readonly serial: "terminal" | "pipe";
  /**
   * Where PID 1 writes, and whether the screen is shown: `hidden` is a screen that exists for
   * screenshots. Default: `none`, with the serial port as the console.
   */
  readonly screen?: "none" | "hidden" | "window";
  /** Unix socket that the caller listens on; QEMU connects to it for control (QMP). */
  readonly controlSocket?: string;
  /**
   * The guest's clock goes by its instructions and not by the host's, so that their number is the
   * same however busy the host is; a plugin writes it to a file when QEMU ends.
   */
  readonly counts?: InstructionCount;
  /** The host's hardware virtualisation: only on request, since /dev/kvm may be there and hang. */
  readonly useKvm: boolean;
}

/** Where the number of the guest's instructions goes. */
export interface InstructionCount {
  /** Path of the plugin: `tools/bench/boot/count_instructions.c`, compiled. */
  readonly plugin: string;
  readonly file: string;
}

/** A raw image with a file system, attached as NVMe since common kernels have that built in. */
export interface RootDisk {
  readonly path: string;
  /** false: what the machine writes is forgotten at its end, and the image stays as it is. */
  readonly keepsChanges: boolean;
}

/** Whether QEMU can be run here. */
export function findQemu(processor: Processor = "x86_64"): Missing | undefined {
  const { program, debianPackage } = MACHINE_TYPES[processor];
  try {
    new Deno.Command(program, { args: ["--version"], stdout: "null" }).outputSync();
    return undefined;
  } catch {
    return {
      kind: "missing",
      message: `Cannot run "${program}". Run: apt-get install ${debianPackage}`,
    };
  }
}

/** Version of QEMU, as `7.2.22`. @throws {Error} When it cannot be run or says something else. */
export function qemuVersion(processor: Processor = "x86_64"): string {
  const { program } = MACHINE_TYPES[processor];
  const { stdout } = new Deno.Command(program, { args: ["--version"] }).outputSync();
  const version = / version (\d[\d.]*)/.exec(new TextDecoder().decode(stdout))?.[1];
  if (version === undefined) throw new Error(`"${program}" does not tell its version`);
  return version;
}

/**
 * Program and arguments.
 *
 * One processor: emulated, a second one makes a boot no faster. A reboot and a kernel panic end
 * QEMU (`-no-reboot`, `panic=-1`), so that no machine runs on unseen.
 */
export function qemuCommand(settings: MachineSettings): [string, ...string[]] {
  const { program, board, emulated } = machineType(settings);
  const accelerator = settings.useKvm
    ? ["-accel", "kvm", "-cpu", "host"]
    : [...emulator(settings.counts), "-cpu", emulated];
  // Not -nographic: under that the firmware clears the terminal.
  const serial = settings.serial === "terminal"
    ? ["-serial", "mon:stdio"]
    : ["-monitor", "none", "-serial", "stdio"];
  const control = settings.controlSocket === undefined
    ? []
    : ["-qmp", `unix:${settings.controlSocket}`];
  return [
    program,
    ...board,
    ...accelerator,
    ...["-m", String(settings.memoryMiB ?? 1024), "-no-reboot"],
    ...networkArguments(settings.network),
    ...(settings.screen === "window" ? [] : ["-display", "none"]),
    ...serial,
    ...control,
    ...rootDiskArguments(settings.rootDisk),
    ...(settings.disks ?? []).flatMap((disk) => [
      "-drive",
      `file=${quoted(disk)},format=raw,if=virtio`,
    ]),
    ...["-kernel", settings.kernel],
    ...(settings.initramfs === undefined ? [] : ["-initrd", settings.initramfs]),
    ...["-append", kernelCommandLine(settings)],
  ];
}

/** Counted, an instruction is 2 ns, and a processor that waits for a timer does not wait for it. */
function emulator(counts: InstructionCount | undefined): readonly string[] {
  if (counts === undefined) return ["-accel", "tcg,thread=multi"];
  return [
    ...["-accel", "tcg,thread=single"],
    ...["-icount", "shift=1,align=off,sleep=off"],
    ...["-plugin", `${quoted(counts.plugin)},out=${quoted(counts.file)}`],
  ];
}

function machineType({ processor = "x86_64" }: Pick<MachineSettings, "processor">): MachineType {
  return MACHINE_TYPES[processor];
}

function networkArguments(network: MachineSettings["network"]): string[] {
  if (network === undefined) return ["-nic", "none"];
  const card = "user,model=virtio-net-pci,restrict=on";
  const forward = network.sshPort === undefined
    ? ""
    : `,hostfwd=tcp:127.0.0.1:${network.sshPort}-:22`;
  return ["-nic", card + forward];
}

function rootDiskArguments(disk: RootDisk | undefined): string[] {
  if (disk === undefined) return [];
  const snapshot = disk.keepsChanges ? "off" : "on";
  return [
    "-drive",
    `file=${quoted(disk.path)},format=raw,if=none,id=root,snapshot=${snapshot}`,
    ...["-device", "nvme,drive=root,serial=root"],
  ];
}

/**
 * The last console is /dev/console; the kernel writes to both. Read-only, so that fsck can check.
 */
function kernelCommandLine(settings: MachineSettings): string {
  const { screen, rootDisk, kernelWords } = settings;
  const hasScreen = screen !== undefined && screen !== "none";
  return [
    `console=${machineType(settings).serialPort}`,
    ...(hasScreen ? ["console=tty0"] : []),
    "panic=-1",
    ...(rootDisk === undefined ? [] : ["root=/dev/nvme0n1", "ro"]),
    ...kernelWords,
  ].join(" ");
}

/** In a list of QEMU's options a comma of a file's name is written twice. */
function quoted(path: string): string {
  return path.replaceAll(",", ",,");
}
