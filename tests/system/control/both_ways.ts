/**
 * A command line of a client, carried out both ways: by the executable's entry, which has the
 * manager do it, and by the client's own program.
 */
import { ANSWER_LIMIT_MS } from "../../../ctl/connection/patience.ts";
import { within } from "../../../tools/limit.ts";
import { assertEquals } from "../../assert.ts";
import { type Manager, type Outcome, PROGRAM } from "../manager.ts";

/**
 * `short`: through the manager, and by nothing else. `full`: the client's own program. `any`: as a
 * user calls it.
 */
export type Way = "short" | "full" | "any";

export interface CallOptions {
  readonly variables?: Readonly<Record<string, string>>;
  /** Columns of the terminal that output and errors are. */
  readonly columns?: number;
  /** Name that the program is called by. */
  readonly name?: string;
}

/**
 * The runtime cannot start within it, so that nobody falls back to it unseen; the entry program
 * needs next to nothing. In kibibytes of addresses.
 */
const NO_RUNTIME = "ulimit -v 1000000; ";

/** Longer than what commands that are to wait are told to, and than a client waits for answers. */
const CALL_LIMIT_MS = 2 * ANSWER_LIMIT_MS;

/** The words to be run, for those who start it themselves. */
export function commandOf(
  way: Way,
  words: readonly string[],
  { columns, name = "dinitctl" }: CallOptions = {},
): readonly string[] {
  const quoted = [`exec -a ${name} ${PROGRAM}`, ...words.map(quote)].join(" ");
  const size = columns === undefined ? "" : `stty cols ${columns} rows 24; `;
  const script = `${size}${way === "short" ? NO_RUNTIME : ""}${quoted}`;
  const shell = ["bash", "-c", script];
  return columns === undefined
    ? shell
    : ["script", "-q", "-e", "-c", shell.map(quote).join(" "), "/dev/null"];
}

/** The environment to run them in. */
export function environmentOf(
  way: Way,
  { variables = {} }: CallOptions = {},
): Record<string, string> {
  return {
    PATH: Deno.env.get("PATH") ?? "/usr/bin:/bin",
    TERM: "xterm",
    // It would be the client's own to run.
    PAGER: "cat",
    ...variables,
    ...way === "full" && { DINIT_CLIENT: "full" },
  };
}

/** Runs `dinitctl` against a manager. @throws {Error} It does not end. */
export async function call(
  manager: Pick<Manager, "socket">,
  way: Way,
  words: readonly string[],
  options: CallOptions = {},
): Promise<Outcome> {
  const [program = "", ...args] = commandOf(way, ["-p", manager.socket, ...words], options);
  const child = new Deno.Command(program, {
    args,
    env: environmentOf(way, options),
    clearEnv: true,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const output = child.output();
  const decoder = new TextDecoder();
  try {
    const shown = `dinitctl ${words.join(" ")}`;
    const { code, stdout, stderr } = await within(CALL_LIMIT_MS, shown, output);
    return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
  } catch (error) {
    child.kill("SIGKILL");
    await output;
    throw error;
  }
}

/** What cannot be the same twice: processes, the time, and the manager's folder. */
export function settled(outcome: Outcome, { folder }: Pick<Manager, "folder">): Outcome {
  const plain = (text: string) =>
    text.replaceAll(folder, "FOLDER")
      .replace(/(pid: |Process ID: |"pid": )[0-9]+/g, "$1PID")
      .replace(/^( +Uses: ).*$/gm, "$1FIGURES")
      .replace(/^(usage\.(?:cpu|memory|tasks|read|written)=|pid=)[0-9.]+$/gm, "$1FIGURE")
      .replace(/("(cpu|memory|tasks|read|written)": )[0-9.]+/g, "$1FIGURE")
      .replace(/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z/g, "TIME")
      .replace(/[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]+ \((just now|[0-9]+ \w+ ago)\)/g, "TIME");
  return { code: outcome.code, out: plain(outcome.out), err: plain(outcome.err) };
}

/** The same words through two managers that have come to the same state. */
export async function assertSame(
  [short, full]: readonly [Manager, Manager],
  words: readonly string[],
  options: CallOptions = {},
): Promise<Outcome> {
  const shortly = settled(await call(short, "short", words, options), short);
  const fully = settled(await call(full, "full", words, options), full);
  assertEquals(shortly, fully, `dinitctl ${words.join(" ")} ${JSON.stringify(options)}`);
  return shortly;
}

function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
