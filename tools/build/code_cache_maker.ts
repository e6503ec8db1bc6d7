/**
 * The program that makes code caches, compiled like the product itself and of the same parts: it runs
 * parts as the product does and then writes down what V8 has compiled for them.
 *
 * Words: how to run, the folder for the caches, then what is to be run with.
 */
import { CLIENT_PART, CLIENTS_PART, DAEMON_PART } from "./cached_parts.ts";
import { openPart } from "./load_part.ts";
import { giveOrder } from "./pipe_client.ts";

/** How parts are started: as `main.ts` does. Each gives the caches of the parts that it ran. */
const RUNS: Readonly<
  Record<string, (words: readonly string[]) => Promise<Readonly<Record<string, Uint8Array>>>>
> = {
  daemon: (words) => {
    const script = openPart(DAEMON_PART);
    const clients = openPart(CLIENTS_PART);
    const { runDaemon } = script.runInThisContext() as typeof import("../../daemon/run_daemon.ts");
    runDaemon(words, () => {
      type Clients = typeof import("../../daemon/clients/mod.ts");
      return (clients.runInThisContext() as Clients).CLIENT_PROGRAMS;
    });
    return Promise.resolve({
      [DAEMON_PART]: script.createCachedData(),
      [CLIENTS_PART]: clients.createCachedData(),
    });
  },
  client: async (words) => {
    const script = openPart(CLIENT_PART);
    const client = script.runInThisContext() as typeof import("../../ctl/mod.ts");
    await client.runCtl(words, client.openClientIo("dinitctl"));
    return { [CLIENT_PART]: script.createCachedData() };
  },
  // Makes the manager run its clients' part.
  pipe: async ([socket = "", ...services]) => {
    for (const service of services) {
      for (const words of [["is-started", service], ["status", service], ["list"]]) {
        await giveOrder(socket, ["dinitctl", ...words]);
      }
    }
    return {};
  },
};

const [how = "", folder = "", ...words] = Deno.args;
const run = RUNS[how];
if (run === undefined) throw new Error(`"${how}" is no way to run a part`);
for (const [part, cache] of Object.entries(await run(words))) {
  Deno.writeFileSync(`${folder}/${part}`, cache);
}
Deno.exit(0);
