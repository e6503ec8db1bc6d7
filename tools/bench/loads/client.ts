/** Whole runs of the client program: the list of a thousand services, and its version alone. */
import { Fifo } from "../fifo.ts";
import { within } from "../../limit.ts";
import { LIMIT_MS, type Load, STAY } from "../load.ts";
import { doneService, names } from "../marked_services.ts";
import { median } from "../statistics.ts";
import { type BenchService, DINIT_FAMILY } from "../subject.ts";

const COUNT = 1000;
const RUNS = 5;

export const client: Load = {
  name: "client",
  figures: [
    { id: "client-list", title: "ctl list of 1,000 services", unit: "ms", better: "less" },
    { id: "client-version", title: "ctl --version", unit: "ms", better: "less" },
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
    const { client: program = "", clientWord = "" } = subject.programs;
    const word = clientWord === "" ? [] : [clientWord];
    const list = [...word, "-p", manager.socket ?? "", "list"];
    const run = async (args: readonly string[]) => {
      const times: number[] = [];
      for (let index = 0; index < RUNS; index++) times.push(await timeRun(program, args));
      return median(times);
    };
    const sample = {
      "client-list": await run(list),
      "client-version": await run([...word, "--version"]),
    };
    await manager.stop();
    return sample;
  },
};

/** @returns Milliseconds until it had ended. */
async function timeRun(program: string, args: readonly string[]): Promise<number> {
  const command = new Deno.Command(program, {
    args: [...args],
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
