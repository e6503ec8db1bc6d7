/**
 * A real manager for tests: `dist/dinit` as a user instance with services, socket and log in a
 * folder of its own.
 */
import { within } from "../../tools/limit.ts";
import { assert, fail } from "../assert.ts";
import { ProgramOutput } from "./program_output.ts";

const PROJECT = new URL("../..", import.meta.url).pathname;
/** DINIT_PROGRAM names another build to be tested. */
export const PROGRAM = Deno.env.get("DINIT_PROGRAM") ?? `${PROJECT}dist/dinit`;
/** The build whose environment chooses event interface and making of children. */
export const PROGRAM_FOR_TESTS = `${PROJECT}dist/for-tests/dinit`;
const END_LIMIT_MS = 30_000;

export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface ManagerOptions {
  /** File name → text; a name without a dot gets `.toml`. */
  readonly services: Readonly<Record<string, string>>;
  /** Services to start; `boot` when none is named. */
  readonly start?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Default: `PROGRAM`. */
  readonly program?: string;
  /** Path of the control socket; by default in the folder. */
  readonly socket?: string;
  /** A program and words that run the manager: its own command line follows. */
  readonly through?: readonly string[];
  /**
   * Runs it as session leader on a terminal of its own, made by script(1), whose PID `pid` is then.
   */
  readonly onTerminal?: boolean;
}

export class Manager {
  #child: Deno.ChildProcess;
  readonly folder: string;
  readonly socket: string;
  readonly program: string;
  readonly #options: ManagerOptions;
  #output: ProgramOutput;

  private constructor(child: Deno.ChildProcess, folder: string, options: ManagerOptions) {
    this.#child = child;
    this.#options = options;
    this.folder = folder;
    this.socket = socketPath(folder, options);
    this.program = options.program ?? PROGRAM;
    this.#output = new ProgramOutput(child.stdout);
  }

  /**
   * Starts a manager and waits until its socket is open and its services have been ordered to
   * start.
   */
  static async start(options: ManagerOptions): Promise<Manager> {
    const folder = await Deno.makeTempDir({ prefix: "dinit-test-" });
    await Deno.mkdir(`${folder}/services`);
    for (const [name, text] of Object.entries(options.services)) {
      const file = name.includes(".") ? name : `${name}.toml`;
      await Deno.writeTextFile(`${folder}/services/${file}`, text);
    }
    const child = commandOf(folder, options).spawn();
    const manager = new Manager(child, folder, options);
    await manager.outputHas("\0");
    return manager;
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** Kills the manager, and waits until it is gone. What it supervised goes on. */
  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.ended();
  }

  /** Starts another one where one was that has ended. @param args Besides those of before. */
  async startAgain(...args: readonly string[]): Promise<void> {
    this.#child = commandOf(this.folder, withArgs(this.#options, args)).spawn();
    this.#output = new ProgramOutput(this.#child.stdout);
    await this.outputHas("\0");
  }

  /** Starts another one where one was that has ended, and kills it, however far it has come. */
  async startAndKill(afterMs: number): Promise<void> {
    this.#child = commandOf(this.folder, this.#options).spawn();
    this.#output = new ProgramOutput(this.#child.stdout);
    await new Promise((resolve) => setTimeout(resolve, afterMs));
    await this.kill();
  }

  /** Starts another manager with the same words, which is to end by itself. */
  async another(...args: readonly string[]): Promise<Outcome> {
    const command = commandOf(this.folder, withArgs(this.#options, args), "piped");
    const { code, stdout, stderr } = await within(
      END_LIMIT_MS,
      "The end of another manager",
      command.output(),
    );
    const decoder = new TextDecoder();
    return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
  }

  /** All that the manager wrote to its output. */
  get output(): string {
    return this.#output.text;
  }

  /** From here on only what is written later counts. */
  forgetOutput(): void {
    this.#output.text = "";
  }

  /** Waits until the manager's output has the text or matches. */
  outputHas(wanted: string | RegExp): Promise<void> {
    return this.#output.has(wanted);
  }

  /** Runs `dinit ctl`. */
  async ctl(...args: string[]): Promise<Outcome> {
    const { code, stdout, stderr } = await new Deno.Command(PROGRAM, {
      args: ["ctl", "-p", this.socket, ...args],
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).output();
    const decoder = new TextDecoder();
    return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
  }

  /** Runs `dinit ctl`, which must succeed. @returns What it wrote. */
  async ctlOk(...args: string[]): Promise<string> {
    const { code, out, err } = await this.ctl(...args);
    assert(code === 0, `dinit ctl ${args.join(" ")}: status ${code}\n${out}${err}`);
    return out;
  }

  /** PID of a service's process, from `status`. */
  async servicePid(name: string): Promise<number> {
    const status = await this.ctlOk("status", name);
    const match = /Process ID: (\d+)/.exec(status);
    return match === null ? fail(`No process in:\n${status}`) : Number(match[1]);
  }

  signal(signal: Deno.Signal): void {
    this.#child.kill(signal);
  }

  /** Waits for the manager's end. */
  async ended(): Promise<Deno.CommandStatus> {
    const status = await within(END_LIMIT_MS, "The manager's end", this.#child.status);
    await this.#output.ended;
    return status;
  }

  log(): string {
    return Deno.readTextFileSync(`${this.folder}/log`);
  }

  /** Ends the manager if it is still there, and removes the folder. */
  async dispose(): Promise<void> {
    try {
      // script(1) would give it two seconds.
      if (this.#options.onTerminal) await this.ctl("shutdown");
      else this.#child.kill("SIGTERM");
      await this.ended();
    } catch {
      try {
        this.#child.kill("SIGKILL");
      } catch { /* it has ended already */ }
      await this.#child.status;
    }
    await this.#output.ended;
    if (this.#options.onTerminal) await this.#child.stdin.close().catch(() => {});
    await Deno.remove(this.folder, { recursive: true });
  }
}

function withArgs(options: ManagerOptions, args: readonly string[]): ManagerOptions {
  return { ...options, args: [...options.args ?? [], ...args] };
}

function commandOf(
  folder: string,
  options: ManagerOptions,
  stderr: "inherit" | "piped" = "inherit",
): Deno.Command {
  const words = [
    ...options.through ?? [],
    options.program ?? PROGRAM,
    ...["-u", "-d", `${folder}/services`, "-l", `${folder}/log`],
    ...["-p", socketPath(folder, options)],
    ...["-F", "1", ...options.args ?? [], ...options.start ?? []],
  ];
  const [program = "", ...args] = options.onTerminal ? onTerminal(words) : words;
  return new Deno.Command(program, {
    args,
    env: { ...options.env },
    // script(1) would pass on the end of its input.
    stdin: options.onTerminal ? "piped" : "null",
    stdout: "piped",
    stderr,
  });
}

function socketPath(folder: string, { socket }: ManagerOptions): string {
  return socket ?? `${folder}/socket`;
}

/** No word may have blanks or characters that are special to a shell. */
function onTerminal(words: readonly string[]): readonly string[] {
  return ["/usr/bin/script", "-q", "-e", "-f", "-c", `exec ${words.join(" ")}`, "/dev/null"];
}

/** Starts a manager, runs the body, and ends the manager whatever came of it. */
export async function withManager(
  options: ManagerOptions,
  body: (manager: Manager) => Promise<void>,
): Promise<void> {
  const manager = await Manager.start(options);
  try {
    await body(manager);
  } catch (error) {
    console.log(`--- output\n${manager.output}\n--- log\n${manager.log()}`);
    throw error;
  } finally {
    await manager.dispose();
  }
}
