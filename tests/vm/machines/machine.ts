/**
 * A machine in QEMU for one test: boots, is talked to over its serial port, and never outlives the
 * test.
 */
import { within } from "../../../tools/limit.ts";
import { CACHE_FOLDER } from "../../../tools/vm/images/image_cache.ts";
import {
  controlOver,
  type EndReason,
  type MachineControl,
} from "../../../tools/vm/machine_control.ts";
import { type MachineSettings, qemuCommand } from "../../../tools/vm/qemu.ts";
import { type Found, SerialConsole } from "./serial_console.ts";

/** Emulation is slow, and slower when other tests run beside it. */
const COMMAND_TIMEOUT_MS = 60_000;
const BOOT_TIMEOUT_MS = 120_000;

/** What a shell command on the machine printed, and its exit status. */
export interface ShellResult {
  readonly output: string;
  readonly status: number;
}

/** One running machine. */
export class Machine {
  readonly console = new SerialConsole();
  readonly #name: string;
  readonly #process: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #reading: Promise<void>;
  readonly #folder: string;
  readonly #listener: Deno.Listener;
  #control: MachineControl | undefined;

  private constructor(
    name: string,
    process: Deno.ChildProcess,
    folder: string,
    listener: Deno.Listener,
  ) {
    this.#name = name;
    this.#process = process;
    this.#folder = folder;
    this.#listener = listener;
    this.#input = process.stdin.getWriter();
    this.#reading = this.#read();
  }

  /**
   * Starts QEMU; the machine has not booted yet when this resolves.
   *
   * @param name Word for the log: what the console showed is left in .cache/vm/console-NAME.log.
   */
  static async start(
    name: string,
    settings: Omit<MachineSettings, "serial" | "useKvm" | "controlSocket">,
  ): Promise<Machine> {
    const folder = await Deno.makeTempDir({ prefix: "dinit-vm-" });
    const controlSocket = `${folder}/control`;
    const listener = Deno.listen({ transport: "unix", path: controlSocket });
    const [program, ...args] = qemuCommand({
      ...settings,
      serial: "pipe",
      useKvm: false,
      controlSocket,
    });
    const process = new Deno.Command(program, {
      args,
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    const machine = new Machine(name, process, folder, listener);
    const connection = await Promise.race([listener.accept(), process.status]);
    if ("success" in connection) {
      await machine[Symbol.asyncDispose]();
      throw new Error(`QEMU ended at once, with status ${connection.code}`);
    }
    machine.#control = await controlOver(connection);
    return machine;
  }

  /** As {@link SerialConsole.expect}. */
  expect(pattern: RegExp, timeoutMs = COMMAND_TIMEOUT_MS): Promise<Found> {
    return this.console.expect(pattern, timeoutMs);
  }

  /** Types a line. */
  async send(line: string): Promise<void> {
    await this.type(line + "\n");
  }

  /** Types keys, without Enter. */
  async type(keys: string): Promise<void> {
    await this.#input.write(new TextEncoder().encode(keys));
  }

  /** Presses keys together on the machine's keyboard. */
  async press(...keys: string[]): Promise<void> {
    await this.#control?.press(keys);
  }

  /**
   * Logs in at the prompt and replaces the interactive shell by a loop that reads a command, runs
   * it and prints its status: without echo and line editing, what comes back is output only.
   */
  async logIn(user: string, password: string, bootTimeoutMs = BOOT_TIMEOUT_MS): Promise<void> {
    await this.expect(/login: /, bootTimeoutMs);
    await this.send(user);
    await this.expect(/Password: /);
    await this.send(password);
    await this.expect(/[#$] /);
    await this.startCommandLoop();
  }

  /** At a shell prompt: starts the loop that {@link shell} talks to. */
  async startCommandLoop(): Promise<void> {
    // The echo of this line does not match the pattern: it has %s where the number will be.
    await this.send(
      `stty -echo; printf '@@%s@@\\n' 0; ` +
        `while IFS= read -r line; do eval "$line" </dev/null; printf '\\n@@%s@@\\n' $?; done`,
    );
    await this.expect(/@@0@@\n/);
  }

  /** Runs a command line on the machine; needs {@link logIn} first. */
  async shell(command: string, timeoutMs = COMMAND_TIMEOUT_MS): Promise<ShellResult> {
    await this.send(command);
    const { before, match } = await this.expect(/\n?@@(\d+)@@\n/, timeoutMs);
    return { output: before.trimEnd(), status: Number(match[1]) };
  }

  /**
   * Waits until the machine has ended by itself.
   *
   * @throws {Error} With the transcript, when it still runs after the time.
   */
  async ended(timeoutMs = COMMAND_TIMEOUT_MS): Promise<EndReason | undefined> {
    await within(timeoutMs, "The machine's end", this.#process.status).catch((error) => {
      throw new Error(`${error.message}. The console:\n${this.console.transcript()}`);
    });
    await this.#reading;
    return await this.#control?.ended;
  }

  /** Ends the machine, if it still runs, and removes what belonged to it. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#process.kill("SIGKILL");
    } catch {
      // It has ended already.
    }
    await this.#process.status;
    await this.#reading;
    await this.#input.abort().catch(() => {});
    await this.#control?.ended;
    this.#listener.close();
    await Deno.writeTextFile(
      `${CACHE_FOLDER}/console-${this.#name}.log`,
      this.console.transcript() + "\n",
    );
    await Deno.remove(this.#folder, { recursive: true });
  }

  async #read(): Promise<void> {
    const decoder = new TextDecoder();
    for await (const chunk of this.#process.stdout) {
      this.console.append(decoder.decode(chunk, { stream: true }));
    }
    this.console.end();
  }
}
