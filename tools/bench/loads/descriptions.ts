/**
 * From exec of the manager until it has read 10,000 descriptions and started what they describe.
 */
import { Fifo } from "../fifo.ts";
import { LIMIT_MS, type Load } from "../load.ts";
import { names, startedService } from "../marked_services.ts";
import { type BenchService, DINIT_FAMILY } from "../subjects/subject.ts";

const COUNT = 10_000;
const ID = "descriptions-10000";

export const descriptions: Load = {
  name: ID,
  figures: [{ id: ID, title: "Read and start 10,000 descriptions", unit: "ms", better: "less" }],
  kinds: DINIT_FAMILY,
  mostRounds: 3,
  isLong: true,
  async measure(context) {
    const { subject, workspace } = context;
    await using fifo = await Fifo.create(context);
    const services: BenchService[] = names(COUNT).map((name) => ({ name, type: "internal" }));
    services.push(startedService(context, fifo.path, names(COUNT)));
    const manager = subject.launch({ workspace, services, start: ["started"] });
    const at = await fifo.bytes(1, LIMIT_MS, "The reading of the descriptions");
    await manager.stop();
    return { [ID]: at - manager.launchedAt };
  },
};
