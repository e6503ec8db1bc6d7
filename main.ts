/**
 * The one entry: the name the program was called by, and the first word, decide what it is.
 *
 * PID 1 is always the manager, whatever the kernel's words say.
 */
import process from "node:process";
import {
  type ClientIo,
  openClientIo,
  runCheck,
  runConvert,
  runCtl,
  runMonitor,
  runSchema,
  runShutdown,
} from "./ctl/mod.ts";
import { runDaemon } from "./daemon/daemon.ts";
import { runSystemShutdown } from "./daemon/machine_shutdown.ts";

/** A client: its words and its ways out → exit status. */
type Personality = (args: readonly string[], io: ClientIo) => number;

/** By first word, after `dinit`. */
const SUBCOMMANDS: Readonly<Record<string, Personality>> = {
  ctl: runCtl,
  check: runCheck,
  convert: runConvert,
  monitor: runMonitor,
  schema: runSchema,
};

/** By the name of the link to the executable. */
const NAMES: Readonly<Record<string, Personality>> = {
  "dinitctl": runCtl,
  "dinit-check": runCheck,
  "dinit-monitor": runMonitor,
  "shutdown": shutdown,
  "halt": shutdown,
  "poweroff": shutdown,
  "reboot": shutdown,
  "soft-reboot": shutdown,
};

/**
 * Last part of argv[0]. `Deno` does not tell it, `process` does; /proc/self/cmdline may be read only by
 * a program with all of Deno's permissions.
 */
function calledAs(): string {
  const path = process.argv0;
  return path.slice(path.lastIndexOf("/") + 1);
}

function shutdown(args: readonly string[], io: ClientIo): number {
  return runShutdown(
    args,
    io,
    (type) => runSystemShutdown(type, { show: (line) => io.out(`${line}\n`) }),
  );
}

function main(): number {
  if (Deno.pid === 1) return runDaemon(Deno.args);
  const name = calledAs();
  const named = NAMES[name];
  if (named !== undefined) return named(Deno.args, openClientIo(name));
  const [word = "", ...rest] = Deno.args;
  const subcommand = Object.hasOwn(SUBCOMMANDS, word) ? SUBCOMMANDS[word] : undefined;
  if (subcommand !== undefined) return subcommand(rest, openClientIo(`dinit ${word}`));
  return runDaemon(Deno.args);
}

Deno.exit(main());
