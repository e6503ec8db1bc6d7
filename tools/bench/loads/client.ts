/** Whole runs of the client program: the list of a thousand services; beside it versions alone. */
import { Fifo } from "../fifo.ts";
import { within } from "../../limit.ts";
import { LIMIT_MS, type Load, STAY } from "../load.ts";
import { doneService, names } from "../marked_services.ts";
import { median } from "../reports/statistics.ts";
import { type BenchService, DINIT_FAMILY } from "../subjects/subject.ts";

const COUNT = 1000;
const RUNS = 9;

export const client: Load = {
  name: "client",
  figures: [
    { id: "client-list", title: "ctl list of 1,000 services", unit: "ms", better: "less" },
    { id: "client-version", title: "ctl --version", unit: "ms", better: "less" },
    { id: "manager-version", title: "dinit --version", unit: "ms", better: "less" },
  ],
  kinds: DINIT_FAMILY,
  async measure(context) {
    const { subject, workspace } = context;
    await using fifo = await Fifo.create(context);
    const services: BenchService[] = names(COUNT)
      .map((name) => ({ name, type: "process", command: STAY }));
    services.push(doneService(workspace, fifo.path, names(COUNT)));
    const manager = subject.launch({ workspace, services, start: ["done"] });
    await fifo.bytes(1, LIMIT_MS, "The start before the list");
    const { manager: managing = "", client: program = "", clientWord = "" } = subject.programs;
    const word = clientWord === "" ? [] : [clientWord];
    const runs = {
      "client-list": [program, ...word, "-p", manager.socket ?? "", "list"],
      "client-version": [program, ...word, "--version"],
      "manager-version": [managing, "--version"],
    };
    const sample = await mediansInTurn(runs);
    await manager.stop();
    return sample;
  },
};

/** Runs the programs in turn, so that what disturbs the machine disturbs all of them. */
async function mediansInTurn(
  runs: Readonly<Record<string, readonly string[]>>,
): Promise<Record<string, number>> {
  const times = new Map(Object.keys(runs).map((id) => [id, [] as number[]]));
  for (let turn = 0; turn < RUNS; turn++) {
    for (const [id, words] of Object.entries(runs)) times.get(id)?.push(await timeRun(words));
  }
  return Object.fromEntries([...times].map(([id, all]) => [id, median(all)]));
}

/** @returns Milliseconds until it had ended. */
async function timeRun([program = "", ...args]: readonly string[]): Promise<number> {
  const command = new Deno.Command(program, {
    args,
    stdin: "null",
    stdout: "null",
    stderr: "inherit",
  });
  const begin = performance.now();
  const { success } = await within(LIMIT_MS, "A client", command.spawn().status);
  const end = performance.now();
  if (!success) throw new Error(`${program} ${args.join(" ")} failed`);
  return end - begin;
}
