/**
 * The program that makes code caches, compiled like the product itself and of the same parts: it
 * runs parts as the product does and then writes down what V8 has compiled for them.
 *
 * Words: how to run, the folder for the caches, then what is to be run with.
 */
import { CLIENT_PART, DAEMON_PART } from "./cached_parts.ts";
import { openPart } from "./load_part.ts";

/** How parts are started: as `main.ts` does. Each gives the caches of the parts that it ran. */
const RUNS: Readonly<
  Record<string, (words: readonly string[]) => Promise<Readonly<Record<string, Uint8Array>>>>
> = {
  daemon: (words) => {
    const script = openPart(DAEMON_PART);
    const { runDaemon } = script.runInThisContext() as typeof import("../../daemon/run_daemon.ts");
    runDaemon(words, {
      loadClients: () => {
        throw new Error("No client is only a pipe here");
      },
      loadLogStore: () => {
        throw new Error("No service has a log store here");
      },
      loadTimetable: () => {
        throw new Error("No service has a timer here");
      },
      loadProbes: () => {
        throw new Error("No service is asked anything here");
      },
      loadConditions: () => {
        throw new Error("No service has conditions here");
      },
    });
    return Promise.resolve({ [DAEMON_PART]: script.createCachedData() });
  },
  client: async (words) => {
    const script = openPart(CLIENT_PART);
    const client = script.runInThisContext() as typeof import("../../daemon/clients/part.ts");
    await client.runCtl(words, client.openClientIo("dinitctl"));
    return { [CLIENT_PART]: script.createCachedData() };
  },
};

const [how = "", folder = "", ...words] = Deno.args;
const run = RUNS[how];
if (run === undefined) throw new Error(`"${how}" is no way to run a part`);
for (const [part, cache] of Object.entries(await run(words))) {
  Deno.writeFileSync(`${folder}/${part}`, cache);
}
Deno.exit(0);
