/**
 * From the signal that ends the manager, with a thousand running services, until it has ended; of
 * the C program from the first signal until the last process is collected.
 */
import { runC } from "../subjects/c_run.ts";
import { Fifo } from "../fifo.ts";
import { LIMIT_MS, type Load, STAY } from "../load.ts";
import { announcedCommand, doneService, hasDependencies, names } from "../marked_services.ts";
import { type BenchService, DINIT_FAMILY } from "../subjects/subject.ts";

const COUNT = 1000;

export const stopProcesses: Load = {
  name: "stop-1000",
  figures: [{ id: "stop-1000", title: "Stop 1,000 processes", unit: "ms", better: "less" }],
  kinds: [...DINIT_FAMILY, "runit", "s6", "c"],
  async measure(context) {
    const { subject, workspace } = context;
    if (subject.kind === "c") {
      return { "stop-1000": await runC(context, ["stop", String(COUNT), ...STAY]) };
    }
    await using fifo = await Fifo.create(context);
    const tells = !hasDependencies(subject);
    const command = tells ? announcedCommand(workspace, fifo.path) : STAY;
    const services: BenchService[] = names(COUNT)
      .map((name) => ({ name, type: "process", command }));
    if (!tells) services.push(doneService(workspace, fifo.path, names(COUNT)));
    const manager = subject.launch({ workspace, services, start: ["done"] });
    const bytes = tells ? COUNT * 4 : 1;
    await fifo.bytes(bytes, LIMIT_MS, "The start before the stop");
    return { "stop-1000": await manager.stop() };
  },
};
