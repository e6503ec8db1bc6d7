/**
 * The executable as the first process of a PID namespace of its own, made by unshare(1): as the
 * entry point of a container, or as the manager of a whole system that has the machine's files.
 *
 * unshare(1) gives its own status as that of the first process; SIGKILL to it ends the whole
 * namespace.
 */
import { until, within } from "../../../tools/limit.ts";
import { assert } from "../../assert.ts";
import { type Need, surroundings, tool } from "../../skip.ts";
import { PROGRAM } from "../manager.ts";
import { ProgramOutput } from "../program_output.ts";

const LIMIT_MS = 30_000;

/** What these tests need. */
export const NAMESPACE_NEEDS: readonly Need[] = [
  surroundings("root", Deno.uid() === 0),
  tool("unshare"),
];

/** Which process, with what. */
export interface FirstProcessOptions {
  /** File name → text, below the folder `services`. */
  readonly services: Readonly<Record<string, string>>;
  readonly args: readonly string[];
  /**
   * Shell words before the arguments; the executable with the test's services and socket if not
   * given.
   */
  readonly program?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Shell commands inside the namespaces before the executable; `$FOLDER` is the test's folder. */
  readonly before?: string;
  /** Redirections of the executable, as a shell writes them: `0<&- 1>&-`. */
  readonly redirections?: string;
  /** Further options of unshare(1). */
  readonly unshare?: readonly string[];
}

/** One first process. */
export class FirstProcess {
  readonly #child: Deno.ChildProcess;
  readonly folder: string;
  readonly #output: ProgramOutput;

  private constructor(child: Deno.ChildProcess, folder: string) {
    this.#child = child;
    this.folder = folder;
    this.#output = new ProgramOutput(child.stdout);
  }

  static async start(options: FirstProcessOptions): Promise<FirstProcess> {
    const folder = await Deno.makeTempDir({ prefix: "dinit-first-" });
    await Deno.mkdir(`${folder}/services`);
    for (const [name, text] of Object.entries(options.services)) {
      const file = name.includes(".") ? name : `${name}.toml`;
      await Deno.writeTextFile(`${folder}/services/${file}`, text);
    }
    const own = `${PROGRAM} -d ${folder}/services -p ${folder}/socket`;
    const program = [options.program ?? own, ...options.args];
    const script = `${options.before ?? ""}\nexec ${program.join(" ")} ${
      options.redirections ?? ""
    }`;
    const child = new Deno.Command("unshare", {
      args: [
        ...["--pid", "--mount", "--fork", "--kill-child", "--propagation", "private"],
        ...options.unshare ?? ["--mount-proc"],
        ...["/bin/sh", "-c", script],
      ],
      env: { ...options.env, FOLDER: folder },
      stdin: "null",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    return new FirstProcess(child, folder);
  }

  /** All that was written to the standard output of the namespace's processes. */
  get output(): string {
    return this.#output.text;
  }

  /** The first process, as seen from outside its namespace. */
  async pid(): Promise<number> {
    const parent = this.#child.pid;
    let pid = 0;
    await until(LIMIT_MS, "unshare(1) and its first process", async () => {
      const text = await Deno.readTextFile(`/proc/${parent}/task/${parent}/children`);
      pid = Number(text.trim().split(" ")[0]);
      return pid > 1;
    });
    return pid;
  }

  async signal(signal: Deno.Signal): Promise<void> {
    Deno.kill(await this.pid(), signal);
  }

  /** As `signal`, by a number or a name that kill(1) knows: `RTMIN+3`. */
  async kill(signal: string): Promise<void> {
    const args = [`-${signal}`, String(await this.pid())];
    const { success } = await new Deno.Command("/bin/kill", { args }).output();
    assert(success, `kill ${args.join(" ")}`);
  }

  /** Waits until the output has the text or matches. */
  outputHas(wanted: string | RegExp): Promise<void> {
    return this.#output.has(wanted);
  }

  async ctl(...args: string[]): Promise<{ readonly code: number; readonly out: string }> {
    const { code, stdout } = await new Deno.Command(PROGRAM, {
      args: ["ctl", "-p", `${this.folder}/socket`, ...args],
      stdin: "null",
      stdout: "piped",
      stderr: "null",
    }).output();
    return { code, out: new TextDecoder().decode(stdout) };
  }

  /** Waits for the end. @returns The status of the first process. */
  async ended(): Promise<Deno.CommandStatus> {
    const status = await within(LIMIT_MS, "The end of the first process", this.#child.status);
    await this.#output.ended;
    return status;
  }

  async dispose(): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch { /* it has ended already */ }
    await this.#child.status;
    await this.#output.ended;
    await Deno.remove(this.folder, { recursive: true });
  }
}

/** Starts one, runs the body, and ends the namespace whatever came of it. */
export async function withFirstProcess(
  options: FirstProcessOptions,
  body: (first: FirstProcess) => Promise<void>,
): Promise<void> {
  const first = await FirstProcess.start(options);
  try {
    await body(first);
  } catch (error) {
    console.log(`--- output\n${first.output}`);
    throw error;
  } finally {
    await first.dispose();
  }
}
