/** The longest wait for an answer on the control socket while a thousand process services start. */
import { askManager } from "../control_client.ts";
import { Fifo } from "../fifo.ts";
import { LIMIT_MS, type Load, STAY } from "../load.ts";
import { doneService, names } from "../marked_services.ts";
import { type BenchService, DINIT_FAMILY } from "../subjects/subject.ts";

const COUNT = 1000;
/** Longer than the start takes. */
const SECONDS = 3;

export const controlInStart: Load = {
  name: "control-start",
  figures: [
    {
      id: "control-start-longest",
      title: "Longest round trip while 1,000 start",
      unit: "ms",
      better: "less",
    },
  ],
  kinds: DINIT_FAMILY,
  async measure(context) {
    const { subject, workspace } = context;
    await using fifo = await Fifo.create(context);
    const services: BenchService[] = names(COUNT)
      .map((service) => ({ name: service, type: "process", command: STAY }));
    services.push(doneService(workspace, fifo.path, names(COUNT)));
    const trips = askManager(`${workspace.folder}/socket`, SECONDS, "early");
    const manager = subject.launch({ workspace, services, start: ["done"] });
    await fifo.bytes(1, LIMIT_MS, "The start beside the requests");
    const { longestUs } = await trips;
    await manager.stop();
    return { "control-start-longest": longestUs / 1000 };
  },
};
