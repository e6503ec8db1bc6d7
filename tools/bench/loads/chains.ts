/** A hundred chains of thirty process services, each waiting for the one before it. */
import { Fifo } from "../fifo.ts";
import { LIMIT_MS, type Load, STAY } from "../load.ts";
import { startedService } from "../marked_services.ts";
import { type BenchService, DINIT_FAMILY } from "../subjects/subject.ts";

const CHAINS = 100;
const LENGTH = 30;
const NAME = `chains-${LENGTH}x${CHAINS}`;

export const chains: Load = {
  name: NAME,
  figures: [{ id: NAME, title: `Start ${CHAINS} chains of ${LENGTH}`, unit: "ms", better: "less" }],
  kinds: DINIT_FAMILY,
  mostRounds: 3,
  isLong: true,
  async measure(context) {
    const { subject, workspace } = context;
    await using fifo = await Fifo.create(context);
    const services: BenchService[] = [];
    for (let chain = 0; chain < CHAINS; chain++) {
      for (let place = 0; place < LENGTH; place++) {
        services.push({
          name: `s${chain}-${place}`,
          type: "process",
          command: STAY,
          ...(place === 0 ? {} : { dependsOn: [`s${chain}-${place - 1}`] }),
        });
      }
    }
    const ends = Array.from({ length: CHAINS }, (_, chain) => `s${chain}-${LENGTH - 1}`);
    services.push(startedService(context, fifo.path, ends));
    const manager = subject.launch({ workspace, services, start: ["started"] });
    const started = await fifo.bytes(1, LIMIT_MS, "The start of the chains");
    await manager.stop();
    return { [NAME]: started - manager.launchedAt };
  },
};
