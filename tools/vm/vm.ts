/**
 * `npm run vm -- busybox|debian|alpine`: builds our executable and boots a whole system under it.
 *
 * This file puts the parts together: the command line is in options.ts, what the systems are made
 * of in systems.ts, how QEMU is called in qemu.ts.
 */
import type { Missing } from "./host_program.ts";
import { findKernel } from "./kernel.ts";
import { type Options, readOptions, USAGE } from "./options.ts";
import { findQemu, type MachineSettings, qemuCommand } from "./qemu.ts";
import { ROOT_PASSWORD } from "./root_password.ts";
import { takeScreenshot } from "./screenshot.ts";
import { freePort, sshCommand } from "./ssh_access.ts";
import {
  type Ingredients,
  makeAlpine,
  makeBusybox,
  makeDebian,
  type Medium,
  missingFor,
} from "./systems.ts";

const EXECUTABLE = "dist/dinit";
const USUAL_SSH_PORT = 2222;

/**
 * @param folder Where the user is.
 * @returns The exit status for the shell.
 */
async function run(args: readonly string[], folder: string): Promise<number> {
  const options = readOptions(args, folder);
  switch (options.kind) {
    case "help":
      console.log(USAGE.trimEnd());
      return 0;
    case "fault":
      console.error(`vm: ${options.message}. See: npm run vm -- --help`);
      return 2;
    case "options":
      return await runSystem(options);
  }
}

async function runSystem(options: Options): Promise<number> {
  const kernel = findKernel(options.kernel);
  if ("kind" in kernel) return complain(kernel);
  // Before the minute that building may take.
  const missing = findQemu() ?? missingFor(options.system, options.tarball);
  if (missing !== undefined) return complain(missing);
  if (!await build()) return 1;
  const medium = await make(options, { kernel, executable: EXECUTABLE });
  if (medium.kind === "missing") return complain(medium);

  const settings = await machineSettings(options, kernel.path, medium);
  if (typeof options.screen === "object") {
    await takeScreenshot(options.screen.screenshot, settings);
    return 0;
  }
  announce(settings);
  const [program, ...args] = qemuCommand({
    ...settings,
    serial: "terminal",
    screen: options.screen,
  });
  return (await new Deno.Command(program, { args }).spawn().status).code;
}

function make(options: Options, ingredients: Ingredients): Promise<Medium | Missing> {
  switch (options.system) {
    case "busybox":
      return makeBusybox(ingredients);
    case "debian":
      return makeDebian(ingredients);
    case "alpine":
      return makeAlpine(ingredients, options.tarball);
  }
}

async function machineSettings(
  options: Options,
  kernel: string,
  medium: Medium,
): Promise<Omit<MachineSettings, "serial" | "screen">> {
  const common = {
    kernel,
    kernelWords: ["quiet", ...options.kernelWords],
    memoryMiB: options.memoryMiB,
    useKvm: options.useKvm,
  };
  if (medium.kind === "memory") return { ...common, initramfs: medium.initramfs };
  const path = options.disk ?? medium.image;
  if (options.disk !== undefined && !exists(path)) await copySparse(medium.image, path);
  return {
    ...common,
    rootDisk: { path, keepsChanges: options.disk !== undefined },
    network: medium.hasSsh ? { sshPort: options.sshPort ?? freePort(USUAL_SSH_PORT) } : {},
  };
}

/** Says how to get in and out. */
function announce({ network }: Pick<MachineSettings, "network">): void {
  console.log(`Booting. Log in as "root", password "${ROOT_PASSWORD}".`);
  if (network?.sshPort !== undefined) {
    console.log(`From another terminal: ${sshCommand(network.sshPort).join(" ")}`);
  }
  console.log("To quit: poweroff, or Ctrl-A then X.");
}

/** @throws {Error} When the disk is full or the folder is missing; cp has said so. */
async function copySparse(from: string, to: string): Promise<void> {
  const args = ["--sparse=always", "--", from, to];
  const { success } = await new Deno.Command("cp", { args }).spawn().status;
  if (!success) throw new Error(`Cannot make the disk "${to}"`);
}

/** @returns false when it failed; it has said why. */
async function build(): Promise<boolean> {
  const args = ["run", "-A", "tools/compile.ts"];
  return (await new Deno.Command(Deno.execPath(), { args }).spawn().status).success;
}

function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

function complain({ message }: Missing): number {
  console.error(`vm: ${message}`);
  return 1;
}

if (import.meta.main) {
  // npm and deno task change to the repository and tell where they were called.
  const folder = Deno.env.get("INIT_CWD") ?? Deno.cwd();
  Deno.chdir(new URL("../..", import.meta.url));
  try {
    Deno.exit(await run(Deno.args, folder));
  } catch (error) {
    console.error(`vm: ${error instanceof Error ? error.message : String(error)}`);
    Deno.exit(1);
  }
}
