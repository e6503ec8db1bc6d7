/** One boot of a machine in QEMU, from its start to the login prompt. */
import { run } from "../../build/process.ts";
import { within } from "../../limit.ts";
import { type InstructionCount, qemuCommand } from "../../vm/qemu.ts";
import { ROOT_PASSWORD } from "../../vm/root_password.ts";
import type { Workspace } from "../workspace.ts";

const BOOT_LIMIT_MS = 600_000;
const END_LIMIT_MS = 30_000;
const PROMPT = "login: ";
/** The quotes keep the terminal's echo from being taken for the answer. */
const ASK_MEMORY = "sleep 5; cat /proc/1/smaps_rollup; echo as''ked";
const ASKED = "asked";
const PLUGIN_SOURCE = new URL("count_instructions.c", import.meta.url).pathname;

/** What to boot. */
export interface BootSettings {
  readonly workspace: Workspace;
  readonly kernel: string;
  readonly disk: string;
  readonly kernelWords?: readonly string[];
}

/** Compiles QEMU's plugin into the folder. @returns Its path. @throws {Error} No C compiler. */
export async function compilePlugin(folder: string): Promise<string> {
  const path = `${folder}/count_instructions.so`;
  await run(["cc", "-O2", "-Wall", "-shared", "-fPIC", "-o", path, PLUGIN_SOURCE]);
  return path;
}

/** A boot, and what process 1 takes some seconds later: proc(5), smaps_rollup. */
export interface BootOutcome {
  /** On the host, until the prompt. */
  readonly seconds: number;
  readonly memory: {
    readonly anonymousKb: number;
    readonly rssKb: number;
    readonly pssKb: number;
  };
}

/** Boots, and logs in to ask for the memory. */
export async function bootSeconds(settings: BootSettings): Promise<BootOutcome> {
  const begin = performance.now();
  let end = begin;
  let answer = "";
  await boot(settings, undefined, async (output, say) => {
    const console = new Console(output);
    await console.has(PROMPT);
    end = performance.now();
    await say("root\n");
    await console.has("Password: ");
    await say(`${ROOT_PASSWORD}\n`);
    // Not the "#1" of the kernel's version, which login tells.
    await console.has("# ");
    await say(`${ASK_MEMORY}\n`);
    answer = await console.has(ASKED);
  });
  const field = (name: string) => {
    const value = new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(answer)?.[1];
    if (value === undefined) throw new Error(`Process 1 does not tell its ${name}:\n${answer}`);
    return Number(value);
  };
  const memory = { anonymousKb: field("Anonymous"), rssKb: field("Rss"), pssKb: field("Pss") };
  return { seconds: (end - begin) / 1000, memory };
}

/**
 * @param until `prompt`, or `end`: of the machine, by itself.
 * @returns Instructions of the guest until then, in millions.
 */
export async function bootInstructions(
  settings: BootSettings,
  plugin: string,
  until: "prompt" | "end",
): Promise<number> {
  const file = `${settings.workspace.folder}/instructions`;
  await boot(settings, { plugin, file }, async (output) => {
    if (until === "prompt") return void await new Console(output).has(PROMPT);
    for await (const _chunk of output);
  });
  return Number(await Deno.readTextFile(file)) / 1e6;
}

/** Runs the machine until what is waited for has come, then has QEMU end. */
async function boot(
  { workspace, kernel, disk, kernelWords = [] }: BootSettings,
  counts: InstructionCount | undefined,
  wait: (
    output: ReadableStream<Uint8Array>,
    say: (text: string) => Promise<void>,
  ) => Promise<void>,
): Promise<void> {
  const [program, ...args] = qemuCommand({
    kernel,
    rootDisk: { path: disk, keepsChanges: false },
    network: {},
    kernelWords: ["quiet", ...kernelWords],
    serial: "pipe",
    useKvm: false,
    ...counts && { counts },
  });
  // With the workspace's environment, so that it ends with the workspace.
  const machine = new Deno.Command(program, {
    args,
    clearEnv: true,
    env: { ...workspace.environment },
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const input = machine.stdin.getWriter();
  const say = (text: string) => input.write(new TextEncoder().encode(text));
  await within(BOOT_LIMIT_MS, "The boot", wait(machine.stdout, say));
  // At its orderly end the plugin writes; a machine that ended by itself has done so.
  end(machine);
  await within(END_LIMIT_MS, "The end of QEMU", machine.status);
  await input.close().catch(() => {});
}

function end(machine: Deno.ChildProcess): void {
  try {
    machine.kill("SIGTERM");
  } catch { /* it has ended already */ }
}

/** What the machine writes to its serial port, read on and on, so that it never waits for that. */
class Console {
  #unread = "";
  readonly #chunks: ReadableStreamDefaultReader<string>;

  constructor(output: ReadableStream<Uint8Array>) {
    this.#chunks = output.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** Waits for a text. @returns What came since the last one, with it. @throws {Error} The end. */
  async has(text: string): Promise<string> {
    for (;;) {
      const at = this.#unread.indexOf(text);
      if (at >= 0) {
        const read = this.#unread.slice(0, at + text.length);
        this.#unread = this.#unread.slice(at + text.length);
        return read;
      }
      const { value, done } = await this.#chunks.read();
      if (done) throw new Error(`The machine ended before "${text}":\n${this.#unread}`);
      this.#unread += value;
    }
  }
}
