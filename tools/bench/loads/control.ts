/**
 * Requests for a service's status, one after the other on one connection, to a manager of a
 * thousand services: first at rest, then beside two hundred that restart every second.
 */
import { Fifo } from "../fifo.ts";
import { askManager } from "../control_client.ts";
import { LIMIT_MS, type Load, STAY } from "../load.ts";
import { doneService, names } from "../marked_services.ts";
import { type BenchService, DINIT_FAMILY } from "../subjects/subject.ts";

const COUNT = 1000;
const RESTLESS = 200;
const SECONDS = 2;
/** Of a restless process; then it is started again at once. */
const LIFE_SECONDS = 1;

export const controlAtRest = control("control", "1,000 services", 0);
export const controlInStorm = control("control-storm", "200 restarting beside", RESTLESS);

function control(name: string, situation: string, restless: number): Load {
  return {
    name,
    figures: [
      { id: `${name}-rate`, title: `Requests, ${situation}`, unit: "/s", better: "more" },
      { id: `${name}-median`, title: `Round trip, ${situation}`, unit: "µs", better: "less" },
      {
        id: `${name}-p99`,
        title: `Round trip, ${situation}: 99th in 100`,
        unit: "µs",
        better: "less",
      },
    ],
    kinds: DINIT_FAMILY,
    async measure(context) {
      const { subject, workspace } = context;
      await using fifo = await Fifo.create(context);
      const services: BenchService[] = names(COUNT)
        .map((service) => ({ name: service, type: "process", command: STAY }));
      const restlessNames = Array.from({ length: restless }, (_, index) => `restless${index}`);
      for (const service of restlessNames) {
        const command = ["/bin/sleep", String(LIFE_SECONDS)];
        services.push({
          name: service,
          type: "process",
          command,
          restartDelaySeconds: LIFE_SECONDS,
        });
      }
      services.push(doneService(workspace, fifo.path, names(COUNT)));
      const manager = subject.launch({ workspace, services, start: ["done", ...restlessNames] });
      await fifo.bytes(1, LIMIT_MS, "The start before the requests");
      const trips = await askManager(manager.socket ?? "", SECONDS);
      await manager.stop();
      return {
        [`${name}-rate`]: trips.perSecond,
        [`${name}-median`]: trips.medianUs,
        [`${name}-p99`]: trips.p99Us,
      };
    },
  };
}
