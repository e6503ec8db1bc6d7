/** From the kill of a service's process until the process that replaces it runs: median of many. */
import { Fifo } from "../fifo.ts";
import { LIMIT_MS, type Load } from "../load.ts";
import { announcedCommand } from "../marked_services.ts";
import { median } from "../reports/statistics.ts";
import { DINIT_FAMILY } from "../subjects/subject.ts";

const ID = "crash";
const CRASHES = 40;

export const crash: Load = {
  name: "crash",
  figures: [{ id: ID, title: "A crash until it runs again", unit: "ms", better: "less" }],
  // runit and s6 wait a second between two starts of the same service.
  kinds: DINIT_FAMILY,
  async measure(context) {
    const { subject, workspace } = context;
    await using fifo = await Fifo.create(context);
    const manager = subject.launch({
      workspace,
      services: [{
        name: "fragile",
        type: "process",
        command: announcedCommand(workspace, fifo.path),
        restartDelaySeconds: 0,
      }],
      start: ["fragile"],
    });
    let pid = Number((await fifo.next(LIMIT_MS, "The first start")).text);
    const latencies: number[] = [];
    for (let index = 0; index < CRASHES; index++) {
      const killed = performance.now();
      Deno.kill(pid, "SIGKILL");
      const { text, at } = await fifo.next(LIMIT_MS, "The start after a crash");
      latencies.push(at - killed);
      pid = Number(text);
    }
    await manager.stop();
    return { [ID]: median(latencies) };
  },
};
