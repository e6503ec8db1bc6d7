/** A whole machine in QEMU, from its start to the login prompt. Only with `--vm`. */
import { within } from "../../limit.ts";
import type { Load } from "../load.ts";
import { busyboxImage } from "../../vm/images/busybox_image.ts";
import { cachedImage } from "../../vm/images/image_cache.ts";
import { findKernel, kernelModules } from "../../vm/kernel.ts";
import { findQemu, qemuCommand } from "../../vm/qemu.ts";

const BOOT_LIMIT_MS = 180_000;
const PROMPT = "login:";

export const boot: Load = {
  name: "boot",
  figures: [{ id: "boot", title: "Boot in QEMU to the login prompt", unit: "s", better: "less" }],
  kinds: ["ours"],
  mostRounds: 3,
  isOptional: true,
  async measure({ subject, workspace }) {
    const kernel = findKernel();
    const qemu = findQemu();
    if ("kind" in kernel) throw new Error(kernel.message);
    if (qemu !== undefined) throw new Error(qemu.message);
    const files = busyboxImage({
      executable: subject.programs.manager ?? "",
      extraFiles: kernelModules(kernel),
      enabled: [],
    });
    if ("kind" in files) throw new Error(files.message);
    const [program, ...args] = qemuCommand({
      kernel: kernel.path,
      initramfs: await cachedImage("busybox", files),
      kernelWords: ["quiet"],
      disks: [],
      serial: "pipe",
      useKvm: false,
    });
    const begin = performance.now();
    // With the workspace's environment, so that it ends with the workspace.
    const machine = new Deno.Command(program, {
      args,
      clearEnv: true,
      env: { ...workspace.environment },
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    await within(BOOT_LIMIT_MS, "The boot", outputHas(machine.stdout, PROMPT));
    const end = performance.now();
    machine.kill("SIGKILL");
    await machine.status;
    await machine.stdin.close().catch(() => {});
    return { boot: (end - begin) / 1000 };
  },
};

async function outputHas(stream: ReadableStream<Uint8Array>, text: string): Promise<void> {
  let seen = "";
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`The machine ended before "${text}":\n${seen}`);
    seen += value;
    if (seen.includes(text)) return;
  }
}
