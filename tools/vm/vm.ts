/**
 * `npm run vm -- busybox`: builds our executable and boots a whole system under it on this terminal.
 *
 * This file reads the command line and puts the parts together; what is in the image is in
 * busybox_image.ts, how QEMU is called in qemu.ts.
 */
import { busyboxImage } from "./busybox_image.ts";
import { cachedImage } from "./image_cache.ts";
import { findKernel, kernelModules } from "./kernel.ts";
import { findQemu, qemuCommand } from "./qemu.ts";

const EXECUTABLE = "dist/dinit";

const USAGE = `Usage: npm run vm -- SYSTEM [--kvm] [KERNEL WORDS...]

Systems:
  busybox   busybox and the service set services/linux-minimal, from memory
  debian    not yet
  alpine    not yet

  --kvm     use the host's hardware virtualisation (/dev/kvm)
Further words go to the kernel command line: "single" starts a shell only.
`;

/** @returns The exit status for the shell. */
async function run(args: readonly string[]): Promise<number> {
  const [system, ...rest] = args;
  switch (system) {
    case "busybox":
      return await runBusybox(rest);
    case "debian":
    case "alpine":
      console.error(`vm: There is no machine for "${system}" yet. Use: npm run vm -- busybox`);
      return 1;
    case "--help":
      console.log(USAGE);
      return 0;
    case undefined:
      console.error(USAGE);
      return 1;
    default:
      console.error(`vm: Unknown system "${system}": allowed are busybox, debian, alpine`);
      return 1;
  }
}

async function runBusybox(rest: readonly string[]): Promise<number> {
  const kernel = findKernel();
  if ("kind" in kernel) return complain(kernel.message);
  const qemu = findQemu();
  if (qemu !== undefined) return complain(qemu.message);
  if (!await build()) return 1;
  const files = busyboxImage({
    executable: EXECUTABLE,
    extraFiles: kernelModules(kernel),
    enabled: [],
  });
  if ("kind" in files) return complain(files.message);

  const [program, ...args] = qemuCommand({
    kernel: kernel.path,
    initramfs: await cachedImage("busybox", files),
    kernelWords: ["quiet", ...rest.filter((word) => word !== "--kvm")],
    disks: [],
    serial: "terminal",
    useKvm: rest.includes("--kvm"),
  });
  console.log('Booting. Log in as "root", password "dinit". To quit: poweroff, or Ctrl-A then X.');
  const machine = new Deno.Command(program, { args }).spawn();
  return (await machine.status).code;
}

/** @returns false when it failed; it has said why. */
async function build(): Promise<boolean> {
  const args = ["run", "-A", "tools/compile.ts"];
  return (await new Deno.Command(Deno.execPath(), { args }).spawn().status).success;
}

function complain(message: string): number {
  console.error(`vm: ${message}`);
  return 1;
}

if (import.meta.main) {
  // Paths are seen from the repository, wherever this was called.
  Deno.chdir(new URL("../..", import.meta.url));
  Deno.exit(await run(Deno.args));
}
