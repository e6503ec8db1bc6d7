/** The command line of `npm run vm`. */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { SYSTEM_NAMES, type SystemName } from "./systems.ts";

/** Printed for --help. */
export const USAGE = `Usage: npm run vm -- SYSTEM [OPTIONS] [KERNEL WORDS...]

Builds an image below .cache/vm/ and boots it in QEMU, with a login on this terminal.

Systems:
  busybox          busybox and the service set linux-minimal, in memory
  debian           Debian 12 with the set linux on a disk; sshd, cron, syslog, udev. The first time
                   its packages are fetched by mmdebstrap from the mirror that this host uses
  alpine TARBALL   Alpine's "mini root filesystem" with the set alpine on a disk

Options:
  --disk FILE        keep what the machine writes in FILE; it is made when it is missing, and not
                     brought up to date later. Without this option all is forgotten
  --ssh-port PORT    port of 127.0.0.1 that leads to the machine's sshd (default: 2222 or a free one)
  --memory MIB       memory of the machine (default: 1024)
  --kernel FILE      kernel to boot (default: the newest of linux-image-cloud-amd64)
  --graphic          show the machine's screen in a window; PID 1 writes there
  --screenshot FILE  boot, save the screen with the login prompt as PNG, and end
  --kvm              use the host's hardware virtualisation (/dev/kvm)
  --help             print this and exit

KERNEL WORDS are for the machine: "single" starts a shell only, "fsck.mode=force" checks the disk.
Those that begin with a dash come after "--": npm run vm -- debian -- -t recovery

It needs: apt-get install qemu-system-x86 linux-image-cloud-amd64 busybox-static (busybox);
cpio e2fsprogs (debian, alpine); mmdebstrap openssh-client (debian); uidmap (if you are not root)
`;

/** What was asked for. */
export interface Options {
  readonly kind: "options";
  readonly system: SystemName;
  /** Alpine's tarball; undefined: none was named. */
  readonly tarball: string | undefined;
  readonly kernelWords: readonly string[];
  readonly disk: string | undefined;
  /** undefined: choose one. */
  readonly sshPort: number | undefined;
  readonly memoryMiB: number;
  readonly kernel: string | undefined;
  readonly screen: "none" | "window" | { readonly screenshot: string };
  readonly useKvm: boolean;
}

/** A request for help, or a fault of the command line with its message. */
export type OtherOutcome = { readonly kind: "help" } | {
  readonly kind: "fault";
  readonly message: string;
};

/**
 * Reads the arguments.
 *
 * @param folder Where relative paths begin; absolute. Those of the result are absolute.
 */
export function readOptions(args: readonly string[], folder: string): Options | OtherOutcome {
  let parsed;
  try {
    parsed = parse(args);
  } catch (error) {
    return fault(error instanceof Error ? error.message : String(error));
  }
  const { values, positionals } = parsed;
  if (values.help === true) return { kind: "help" };
  const [name, ...words] = positionals;
  const system = SYSTEM_NAMES.find((known) => known === name);
  if (system === undefined) {
    const what = name === undefined ? "Missing the system's name" : `Unknown system "${name}"`;
    return fault(`${what}: allowed are ${SYSTEM_NAMES.join(", ")}`);
  }
  if (system === "busybox" && values.disk !== undefined) {
    return fault('Cannot use --disk with "busybox": it runs in memory and has no disk');
  }
  if (values.disk !== undefined && values.screenshot !== undefined) {
    return fault(
      "Cannot use --disk with --screenshot: the machine is not shut down after the picture",
    );
  }
  if (system !== "debian" && values["ssh-port"] !== undefined) {
    return fault(`Cannot use --ssh-port with "${system}": it has no sshd`);
  }
  const sshPort = wholeNumber("--ssh-port", values["ssh-port"], 1, 65_535);
  if (typeof sshPort === "object") return sshPort;
  const path = (given: string | undefined) =>
    given === undefined ? undefined : resolve(folder, given);
  const memoryMiB = wholeNumber("--memory", values.memory, 128, 1_048_576);
  if (typeof memoryMiB === "object") return memoryMiB;
  return {
    kind: "options",
    system,
    tarball: system === "alpine" ? path(words.shift()) : undefined,
    kernelWords: words,
    disk: path(values.disk),
    sshPort,
    memoryMiB: memoryMiB ?? 1024,
    kernel: path(values.kernel),
    screen: screenOf(values.graphic === true, path(values.screenshot)),
    useKvm: values.kvm === true,
  };
}

function parse(args: readonly string[]) {
  return parseArgs({
    // `deno task` hands the "--" on, `npm run` does not.
    args: args[0] === "--" ? args.slice(1) : [...args],
    allowPositionals: true,
    options: {
      disk: { type: "string" },
      "ssh-port": { type: "string" },
      memory: { type: "string" },
      kernel: { type: "string" },
      graphic: { type: "boolean" },
      screenshot: { type: "string" },
      kvm: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
  });
}

function screenOf(isGraphic: boolean, screenshot: string | undefined): Options["screen"] {
  if (screenshot !== undefined) return { screenshot };
  return isGraphic ? "window" : "none";
}

function wholeNumber(
  option: string,
  value: string | undefined,
  least: number,
  most: number,
): number | undefined | OtherOutcome {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (/^\d+$/.test(value) && number >= least && number <= most) return number;
  return fault(`Cannot use ${option} "${value}": allowed are ${least} to ${most}`);
}

function fault(message: string): OtherOutcome {
  return { kind: "fault", message };
}
