/**
 * The one entry: the name the program was called by, and the first word, decide what it is.
 *
 * PID 1 is always the manager, whatever the kernel's words say. Only the chosen part is loaded: V8 has to
 * read what it loads to the last line; a client that read the manager, too, took 13 % more processor
 * time, an empty manager that read the clients 5 %.
 */
import process from "node:process";
import { CTL_NAMES, CTL_WORD, SHUTDOWN_NAMES } from "./core/client_pipe.ts";
import { NOT_ASCII } from "./core/started_words.ts";
import type { ClientIo } from "./ctl/mod.ts";

type Client = typeof import("./ctl/mod.ts");

/** Environment variable that asks for the place of an internal error. */
const TRACE_VARIABLE = "DINIT_TRACE";

/** A client: its words and its ways out → exit status. */
type Personality = (
  client: Client,
  args: readonly string[],
  io: ClientIo,
) => Promise<number> | number;

const ctl: Personality = (client, args, io) => client.runCtl(args, io);

/** By first word, after `dinit`. */
const SUBCOMMANDS: Readonly<Record<string, Personality>> = {
  [CTL_WORD]: ctl,
  check: (client, args, io) => client.runCheck(args, io),
  convert: (client, args, io) => client.runConvert(args, io),
  monitor: (client, args, io) => client.runMonitor(args, io),
  schema: (client, args, io) => client.runSchema(args, io),
};

/** By the name of the link to the executable. */
const NAMES: Readonly<Record<string, Personality>> = {
  ...Object.fromEntries(CTL_NAMES.map((name) => [name, ctl])),
  "dinit-check": (client, args, io) => client.runCheck(args, io),
  "dinit-monitor": (client, args, io) => client.runMonitor(args, io),
  ...Object.fromEntries(SHUTDOWN_NAMES.map((name) => [name, shutdown])),
};

/** What the program was called: argv[0], which `Deno` does not tell, and the other words. */
async function givenWords(): Promise<readonly [name: string, ...words: readonly string[]]> {
  const words = [process.argv0, ...Deno.args] as const;
  if (!words.includes(NOT_ASCII)) return words;
  const given = (await import("./ctl/words/given_words.ts")).givenWords();
  const [name, ...others] = given ?? words;
  return [name ?? "", ...others];
}

/** Last part of a path. */
function lastPart(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function personality(
  table: Readonly<Record<string, Personality>>,
  word: string,
): Personality | undefined {
  return Object.hasOwn(table, word) ? table[word] : undefined;
}

async function shutdown(client: Client, args: readonly string[], io: ClientIo): Promise<number> {
  const { runSystemShutdown } = await import("./daemon/machine/shutdown.ts");
  return client.runShutdown(
    args,
    io,
    (type) => runSystemShutdown(type, { show: (line) => io.out(`${line}\n`) }),
  );
}

async function manage(args: readonly string[]): Promise<number> {
  const { runDaemon } = await import("./daemon/run_daemon.ts");
  return runDaemon(args);
}

async function serve(run: Personality, name: string, args: readonly string[]): Promise<number> {
  const client = await import("./ctl/mod.ts");
  const io = client.openClientIo(name);
  const status = await run(client, args, io);
  const lost = io.outFault();
  if (lost === undefined) return status;
  io.err(`${name}: Cannot write to standard output: ${lost}\n`);
  // Half a list or half a converted file must not pass for the whole.
  return status === 0 ? 1 : status;
}

async function main(): Promise<number> {
  const [path, ...args] = await givenWords();
  if (Deno.pid === 1) return manage(args);
  const name = lastPart(path);
  const named = personality(NAMES, name);
  if (named !== undefined) return serve(named, name, args);
  const [word = "", ...rest] = args;
  const subcommand = personality(SUBCOMMANDS, word);
  if (subcommand !== undefined) return serve(subcommand, `dinit ${word}`, rest);
  return manage(args);
}

/** The one net under everything: a fault of ours, told without the lines of a stack. */
function reportFault(error: unknown): number {
  const shown = Deno.env.get(TRACE_VARIABLE) !== undefined && error instanceof Error
    ? error.stack
    : error;
  console.error(`dinit: Internal error: ${shown instanceof Error ? shown.message : shown}`);
  if (shown === error) console.error(`dinit: ${TRACE_VARIABLE}=1 shows where, for a report`);
  return 1;
}

Deno.exit(await main().catch(reportFault));
