/**
 * From the end of a process that left 10,000 ended children until the manager has reaped them all.
 */
import { Fifo } from "../fifo.ts";
import { until } from "../../limit.ts";
import { LIMIT_MS, type Load, STAY } from "../load.ts";
import { childCount, processorMs } from "../proc.ts";
import { DINIT_FAMILY } from "../subjects/subject.ts";

const COUNT = 10_000;

export const orphans: Load = {
  name: "orphans-10000",
  figures: [
    { id: "orphans-10000", title: "Reap 10,000 orphans", unit: "ms", better: "less" },
    {
      id: "orphans-10000-cpu",
      title: "Reap 10,000 orphans: processor time",
      unit: "ms",
      better: "less",
    },
  ],
  kinds: DINIT_FAMILY,
  async measure(context) {
    const { subject, workspace, cProgram } = context;
    await using fifo = await Fifo.create(context);
    const script = `${workspace.folder}/orphans.sh`;
    // The parent of them all ends when the word comes, so that making them is not measured.
    Deno.writeTextFileSync(script, `exec ${cProgram} orphans ${COUNT} ${fifo.path}\n`);
    const manager = subject.launch({
      workspace,
      services: [
        { name: "parent", type: "process", command: ["/bin/sh", script] },
        { name: "stays", type: "process", command: STAY },
      ],
      start: ["stays", "parent"],
    });
    const begin = await fifo.bytes(1, LIMIT_MS, "The making of the orphans");
    const before = processorMs(manager.pid);
    await until(LIMIT_MS, "The reaping", () => childCount(manager.pid) <= 1);
    const end = performance.now();
    const cpu = processorMs(manager.pid) - before;
    await manager.stop();
    return { "orphans-10000": end - begin, "orphans-10000-cpu": cpu };
  },
};
