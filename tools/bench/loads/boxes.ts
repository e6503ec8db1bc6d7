/**
 * From exec of the manager until a thousand services in boxes have run /bin/true, and the processor
 * time of that: what a box costs is the difference to none. Only this manager has boxes.
 */
import { Fifo } from "../fifo.ts";
import { LIMIT_MS, type Load } from "../load.ts";
import { names, startedService } from "../marked_services.ts";
import { childrenMs, processorMs } from "../proc.ts";
import type { BenchService } from "../subjects/subject.ts";

const COUNT = 1000;

/** With folders: each service has one of its own, so that no two boxes are alike. */
const BOXES = {
  "none": { title: "without a box" },
  "web": { title: 'in the box "web"', sandbox: "web" },
  "strict": { title: 'in the box "strict"', sandbox: "strict" },
  "strict-folders": { title: 'in the box "strict", each with a folder', sandbox: "strict" },
} as const;

/** Names of what the boxes of the services are. */
type Box = keyof typeof BOXES;

export function boxes(box: Box): Load {
  const id = `boxes-${box}`;
  const { title: where, ...own } = BOXES[box];
  const title = `Run 1,000 scripted services ${where}`;
  return {
    name: id,
    figures: [
      { id, title, unit: "ms", better: "less" },
      { id: `${id}-manager`, title: `${title}: the manager's time`, unit: "ms", better: "less" },
      { id: `${id}-children`, title: `${title}: the children's time`, unit: "ms", better: "less" },
    ],
    kinds: ["ours"],
    async measure(context) {
      const { subject, workspace } = context;
      await using fifo = await Fifo.create(context);
      const services: BenchService[] = names(COUNT).map((name) => ({
        name,
        type: "scripted",
        command: ["/bin/true"],
        ...own,
        ...box === "strict-folders" ? { stateDirectory: `dinit-bench/${name}` } : {},
      }));
      services.push(startedService(context, fifo.path, names(COUNT)));
      const manager = subject.launch({ workspace, services, start: ["started"] });
      const done = await fifo.bytes(1, LIMIT_MS, "The services in boxes");
      const sample = {
        [id]: done - manager.launchedAt,
        [`${id}-manager`]: processorMs(manager.pid),
        [`${id}-children`]: childrenMs(manager.pid),
      };
      await manager.stop();
      return sample;
    },
  };
}
