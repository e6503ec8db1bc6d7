/** How programs that crash are run here. */
import type { Processor } from "../../../native/conventions.ts";
import { within } from "../../../tools/limit.ts";
import { type Need, surroundings, tool } from "../../skip.ts";
import { ProgramOutput } from "../../system/program_output.ts";
import { commandFor, placeExecutable } from "../static_executable.ts";
import { type RepeatedCrashes, repeater } from "./crashing_program.ts";

const LIMIT_MS = 30_000;

/** What it takes to run programs of a processor. */
export function needs(processor: Processor): readonly Need[] {
  const isLinux = surroundings("Linux", Deno.build.os === "linux");
  return processor === Deno.build.arch ? [isLinux] : [isLinux, tool(`qemu-${processor}-static`)];
}

/** Paths of a program, and of what executes it again. */
export interface Paths {
  readonly program: string;
  readonly again: string;
  readonly console: string;
}

/** Runs the body with a folder for a program. */
export async function inFolder(
  processor: Processor,
  body: (paths: Paths) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "dinit-native-" });
  const program = `${folder}/program`;
  const again = processor === Deno.build.arch ? "/proc/self/exe" : `${folder}/again`;
  try {
    if (processor !== Deno.build.arch) {
      // The kernel knows nothing of the emulator.
      const emulator =
        (await new Deno.Command("which", { args: commandFor(processor, "").slice(0, 1) })
          .output()).stdout;
      const path = new TextDecoder().decode(emulator).trim();
      await Deno.writeTextFile(again, `#!${path} ${program}\n`);
      await Deno.chmod(again, 0o755);
    }
    await body({ program, again, console: "/proc/self/fd/2" });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** A program that crashes again and again. */
export interface Repeater {
  readonly output: ProgramOutput;
  readonly messages: ProgramOutput;
  /** The process that crashes. */
  readonly pid: number;
  /** Waits for its end, and gives the status that its parent sees. */
  ended(): Promise<Deno.CommandStatus>;
}

export interface RepeaterOptions extends Omit<RepeatedCrashes, "program" | "console"> {
  /** It is process 1 of a namespace. */
  readonly isFirst: boolean;
  readonly words?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** What is executed again, in place of the program. */
  readonly again?: string;
}

/** Runs one until the body is through with it. */
export async function withRepeater(
  { isFirst, words = [], env = {}, again: other, ...options }: RepeaterOptions,
  body: (running: Repeater) => Promise<void>,
): Promise<void> {
  const { processor } = options;
  await inFolder(processor, async ({ program, again, console }) => {
    placeExecutable(program, repeater({ ...options, program: other ?? again, console }), processor);
    const line = [...commandFor(processor, program), ...words];
    // The status of unshare(1) is that of its child.
    const [command = "", ...args] = isFirst
      ? ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc", ...line]
      : line;
    const child = new Deno.Command(command, { args, env, stdout: "piped", stderr: "piped" })
      .spawn();
    const output = new ProgramOutput(child.stdout);
    const messages = new ProgramOutput(child.stderr);
    try {
      await within(LIMIT_MS, "The first word of the program", output.has("s"));
      const ended = async () => {
        const status = await within(LIMIT_MS, "The end of the program", child.status);
        await within(
          LIMIT_MS,
          "The end of its output",
          Promise.all([output.ended, messages.ended]),
        );
        return status;
      };
      await body({
        output,
        messages,
        get pid() {
          return isFirst ? firstChild(child.pid) : child.pid;
        },
        ended,
      });
    } finally {
      // Process 1 of its own takes all with it, and holds the output of unshare(1) open otherwise.
      if (isFirst) endAll(child.pid);
      try {
        child.kill("SIGKILL");
      } catch { /* it has ended */ }
      await child.status;
      await within(LIMIT_MS, "The end of its output", Promise.all([output.ended, messages.ended]));
    }
  });
}

function endAll(parent: number): void {
  try {
    for (const pid of childrenOf(parent)) Deno.kill(pid, "SIGKILL");
  } catch { /* they have ended */ }
}

/** The processes that a process has made and that are left, ended ones included. */
export function childrenOf(pid: number): readonly number[] {
  const text = Deno.readTextFileSync(`/proc/${pid}/task/${pid}/children`).trim();
  return text === "" ? [] : text.split(" ").map(Number);
}

function firstChild(pid: number): number {
  const [child] = childrenOf(pid);
  if (child === undefined) throw new Error(`Process ${pid} has no child`);
  return child;
}
