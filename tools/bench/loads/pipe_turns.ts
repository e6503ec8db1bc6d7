/**
 * How much others have to wait for while the manager does the work of a client that is only a pipe,
 * with ten thousand services: the processor time that it takes from a question to its answer. Of
 * all but the first client's the second longest counts: a collection of garbage, which takes up to
 * a tenth of a second with so many services, comes once in ten seconds at most.
 */
import { within } from "../../limit.ts";
import { run } from "../../build/process.ts";
import { Fifo } from "../fifo.ts";
import { LIMIT_MS, type Load } from "../load.ts";
import { names, startedService } from "../marked_services.ts";
import { type BenchService, DINIT_FAMILY } from "../subjects/subject.ts";

const COUNT = 10_000;
const PROGRAM = new URL("../answers_beside.ts", import.meta.url).pathname;

/** So many belong together: one, and those that depend on it. */
const GROUP = 100;

/** In this order: the first one has the clients' code loaded. */
const ORDERS: Readonly<Record<string, readonly string[]>> = {
  first: ["is-started", "s7"],
  list: ["list"],
  json: ["list", "--json"],
  pattern: ["list", "s*7", "*9*"],
  status: ["status", "--json", "s*"],
  tree: ["tree"],
  "tree-json": ["tree", "--json"],
  start: ["start", "s*"],
  restart: ["restart", "s*[1-9]"],
  stop: ["stop", "s[2-9]*"],
  release: ["release", "s1*"],
  again: ["start", "s*"],
  reload: ["reload", "s9*"],
  missing: ["start", "nothing-like-it"],
};

const TITLES: Readonly<Record<string, string>> = { first: "the first client's is-started" };

export const pipeTurns: Load = {
  name: "pipe-turns",
  figures: Object.entries(ORDERS).map(([id, words]) => ({
    id: `pipe-turns-${id}`,
    title: `Longest work before an answer beside ${
      TITLES[id] ?? `ctl ${words.join(" ")}${id === "again" ? " again" : ""}`
    }, 10,000 services`,
    unit: "ms",
    better: "less",
  })),
  kinds: DINIT_FAMILY,
  mostRounds: 3,
  isLong: true,
  async measure(context) {
    const { subject, workspace } = context;
    await using fifo = await Fifo.create(context);
    const all = names(COUNT);
    const services = all.map((name, index): BenchService => {
      const first = all[index - index % GROUP] ?? name;
      return { name, type: "internal", ...first === name ? {} : { dependsOn: [first] } };
    });
    services.push(startedService(context, fifo.path, []));
    const manager = subject.launch({ workspace, services, start: [...all, "started"] });
    await fifo.bytes(1, LIMIT_MS, "The reading of the descriptions");
    const { client = "", clientWord = "" } = subject.programs;
    const socket = manager.socket ?? "";
    const program = [client, ...clientWord === "" ? [] : [clientWord], "-p", socket];
    const commands = Object.values(ORDERS).map((words) => [...program, ...words]);
    const output = await within(
      5 * LIMIT_MS,
      "The answers beside other clients",
      run([
        ...[Deno.execPath(), "run", "-A", "--no-check", PROGRAM] as const,
        ...[socket, "s0", String(manager.pid), JSON.stringify(commands)],
      ]),
    );
    const longest = JSON.parse(new TextDecoder().decode(output)) as readonly (readonly number[])[];
    await manager.stop();
    return Object.fromEntries(
      Object.keys(ORDERS).map((id, index) => {
        const [first = NaN, second = first] = longest[index] ?? [];
        return [`pipe-turns-${id}`, index === 0 ? first : second];
      }),
    );
  },
};
