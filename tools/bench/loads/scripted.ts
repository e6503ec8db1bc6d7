/** From exec of the manager until a thousand scripted services have run /bin/true. */
import { Fifo } from "../fifo.ts";
import { LIMIT_MS, type Load } from "../load.ts";
import { names, startedService } from "../marked_services.ts";
import { type BenchService, DINIT_FAMILY } from "../subjects/subject.ts";

const COUNT = 1000;

export const scripted: Load = {
  name: "scripted-1000",
  figures: [
    { id: "scripted-1000", title: "Run 1,000 scripted services", unit: "ms", better: "less" },
  ],
  kinds: DINIT_FAMILY,
  async measure(context) {
    const { subject, workspace } = context;
    await using fifo = await Fifo.create(context);
    const services: BenchService[] = names(COUNT)
      .map((name) => ({ name, type: "scripted", command: ["/bin/true"] }));
    services.push(startedService(context, fifo.path, names(COUNT)));
    const manager = subject.launch({ workspace, services, start: ["started"] });
    const done = await fifo.bytes(1, LIMIT_MS, "The scripted services");
    await manager.stop();
    return { "scripted-1000": done - manager.launchedAt };
  },
};
