/** Boots a machine only to take a picture of its screen with the login prompt. */
import { controlOver, type MachineControl } from "./machine_control.ts";
import { type MachineSettings, qemuCommand } from "./qemu.ts";

const BOOT_TIMEOUT_MS = 300_000;
/** Between two looks at the screen. */
const CALM_MS = 2_000;
/** Looks before a screen that never rests is taken as it is. */
const MOST_LOOKS = 20;
const PROMPT = "login: ";

/**
 * The machine is ended as if its plug were pulled, so its disk must not be kept.
 *
 * @param path Of the PNG file to write.
 * @throws {Error} When no prompt comes within five minutes.
 */
export async function takeScreenshot(
  path: string,
  settings: Omit<MachineSettings, "serial" | "screen" | "controlSocket">,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "dinit-screenshot-" });
  const controlSocket = `${folder}/control`;
  using listener = Deno.listen({ transport: "unix", path: controlSocket });
  const [program, ...args] = qemuCommand({
    ...settings,
    serial: "pipe",
    screen: "hidden",
    controlSocket,
  });
  const machine = new Deno.Command(program, { args, stdin: "null", stdout: "piped" }).spawn();
  try {
    const control = await controlOver(await listener.accept());
    await promptOn(machine.stdout);
    await restingScreen(control, `${folder}/screen.png`);
    // The last services report below the prompt; this calls for a new one.
    await control.press(["ret"]);
    await restingScreen(control, `${folder}/screen.png`);
    await Deno.copyFile(`${folder}/screen.png`, path);
  } finally {
    machine.kill("SIGKILL");
    await machine.status;
    await Deno.remove(folder, { recursive: true });
  }
}

/** Waits for the prompt on the serial port: then the machine has come up. */
async function promptOn(output: ReadableStream<Uint8Array>): Promise<void> {
  const reader = output.pipeThrough(new TextDecoderStream()).getReader();
  let timer: number | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`No login prompt came in ${BOOT_TIMEOUT_MS / 1000} s`)),
      BOOT_TIMEOUT_MS,
    );
  });
  try {
    for (let text = ""; !text.includes(PROMPT);) {
      const { done, value } = await Promise.race([reader.read(), tooLate]);
      if (done) throw new Error(`The machine ended before its login prompt: ${text}`);
      text += value;
    }
  } finally {
    clearTimeout(timer);
  }
}

/** Leaves a picture at the path that has been there before: only the cursor blinks. */
async function restingScreen(control: MachineControl, path: string): Promise<void> {
  const seen = new Set<string>();
  while (seen.size < MOST_LOOKS) {
    // Nothing tells when a screen is finished, so this looks at it from time to time.
    await new Promise((resolve) => setTimeout(resolve, CALM_MS));
    await control.screenshot(path);
    const picture = (await Deno.readFile(path)).join();
    if (seen.has(picture)) return;
    seen.add(picture);
  }
}
