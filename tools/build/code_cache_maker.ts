/**
 * The program that makes code caches, compiled like the product itself and of the same parts: it runs a
 * part as the product does and then writes down what V8 has compiled for it.
 *
 * Words: which part to run and how, the file for its cache, then the part's own words.
 */
import type { ClientIo } from "../../ctl/mod.ts";
import { openPart } from "./load_part.ts";

/** How parts are started: as `main.ts` does. */
const RUNS: Readonly<
  Record<string, (part: string, words: readonly string[]) => Promise<() => Uint8Array>>
> = {
  daemon: (part, words) => {
    const script = openPart(part);
    const { runDaemon } = script.runInThisContext() as typeof import("../../daemon/run_daemon.ts");
    runDaemon(words);
    return Promise.resolve(() => script.createCachedData());
  },
  client: async (part, words) => {
    const script = openPart(part);
    const client = script.runInThisContext() as typeof import("../../ctl/mod.ts");
    const io: ClientIo = client.openClientIo("dinitctl");
    await client.runCtl(words, io);
    return () => script.createCachedData();
  },
};

const [how = "", part = "", output = "", ...words] = Deno.args;
const run = RUNS[how];
if (run === undefined) throw new Error(`"${how}" is no way to run a part`);
const makeCache = await run(part, words);
Deno.writeFileSync(output, makeCache());
Deno.exit(0);
