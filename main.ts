/**
 * The one entry: the name the program was called by, and the first word, decide what it is.
 *
 * PID 1 is always the manager, whatever the kernel's words say. Only the chosen part is loaded: V8
 * has to read what it loads to the last line; a client that read the manager, too, took 13 % more
 * processor time, an empty manager that read the clients 5 %.
 */
import { type NamedProgram, namedProgram, type Personality } from "./core/program/program_names.ts";
import { NOT_ASCII } from "./core/program/started_words.ts";
import type { ClientIo } from "./ctl/mod.ts";

type Client = typeof import("./ctl/mod.ts");

/**
 * Loads a part in steps, one a call, in the executable (`tools/build/program_parts.ts`): the
 * manager's loop has no time for promises, and little for a step.
 */
declare function require(
  module: "./daemon/clients/part.ts",
): () => typeof import("./daemon/clients/part.ts") | undefined;
declare function require(
  module: "./daemon/output/store/part.ts",
): () => typeof import("./daemon/output/store/part.ts") | undefined;
declare function require(
  module: "./daemon/timetable/part.ts",
): () => typeof import("./daemon/timetable/part.ts") | undefined;
declare function require(
  module: "./daemon/health/part.ts",
): () => typeof import("./daemon/health/part.ts") | undefined;
declare function require(
  module: "./daemon/conditions/part.ts",
): () => typeof import("./daemon/conditions/part.ts") | undefined;

/**
 * Node's global, which the runtime has as well. The module of that name would be the same, and
 * importing it is a fiftieth of all that is done before a manager is ready.
 */
const { process } = globalThis as unknown as { readonly process: { readonly argv0: string } };

/** Environment variable that asks for the place of an internal error. */
const TRACE_VARIABLE = "DINIT_TRACE";

/** A client: its words and its ways out → exit status. */
type Run = (client: Client, args: readonly string[], io: ClientIo) => Promise<number> | number;

const RUNS: Readonly<Record<Personality, Run>> = {
  ctl: (client, args, io) => client.runCtl(args, io),
  check: (client, args, io) => client.runCheck(args, io),
  convert: (_client, args, io) => convert(args, io),
  migrate: async (_client, args, io) => {
    const { runMigrate } = await import("./ctl/migrate/run_migrate.ts");
    return runMigrate(args, io);
  },
  monitor: (client, args, io) => client.runMonitor(args, io),
  schema: (client, args, io) => client.runSchema(args, io),
  shutdown,
  telinit: (client, args, io) => client.runTelinit(args, io),
  runlevel: (client, args, io) => client.runRunlevel(args, io),
  calendar: async (_client, args, io) => {
    const { runCalendar } = await import("./ctl/calendar/run_calendar.ts");
    return runCalendar(args, io);
  },
  probe: async (_client, args, io) => {
    const { runProbe } = await import("./ctl/probe/run_probe.ts");
    return runProbe(args, io);
  },
};

/** What the program was called: argv[0], which `Deno` does not tell, and the other words. */
async function givenWords(): Promise<readonly string[]> {
  const words = [process.argv0, ...Deno.args];
  if (!words.includes(NOT_ASCII)) return words;
  return (await import("./ctl/system/given_words.ts")).givenWords() ?? words;
}

/** Parts of the program that no other client reads; YAML only for files of it. */
async function convert(args: readonly string[], io: ClientIo): Promise<number> {
  const { convertEffects, runConvert } = await import("./ctl/convert/run_convert.ts");
  return runConvert(args, io, convertEffects(() => import("./ctl/convert/yaml.ts")));
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
  return runDaemon(args, {
    loadClients: () => require("./daemon/clients/part.ts")()?.CLIENT_PROGRAMS,
    loadLogStore: () => require("./daemon/output/store/part.ts")(),
    loadTimetable: () => require("./daemon/timetable/part.ts")(),
    loadProbes: () => require("./daemon/health/part.ts")(),
    loadConditions: () => require("./daemon/conditions/part.ts")(),
  });
}

async function serve({ personality, name, args }: NamedProgram): Promise<number> {
  const client = await import("./daemon/clients/part.ts");
  const io = client.openClientIo(name);
  const status = await RUNS[personality](client, args, io);
  return client.lostOutputStatus(status, io);
}

async function main(): Promise<number> {
  const words = await givenWords();
  const program = Deno.pid === 1 ? undefined : namedProgram(words);
  return program === undefined ? manage(words.slice(1)) : serve(program);
}

/** The last catch: a fault of ours, shown without the lines of a stack. */
function reportFault(error: unknown): number {
  const shown = Deno.env.get(TRACE_VARIABLE) !== undefined && error instanceof Error
    ? error.stack
    : error;
  console.error(`dinit: Internal error: ${shown instanceof Error ? shown.message : shown}`);
  if (shown === error) console.error(`dinit: ${TRACE_VARIABLE}=1 shows where, for a report`);
  return 1;
}

Deno.exit(await main().catch(reportFault));
