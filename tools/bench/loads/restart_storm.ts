/**
 * Restarts a second of one service that ends at once, without delay and without limit.
 *
 * Each run appends two bytes to the service's log file, whose size is the count.
 */
import { runC } from "../subjects/c_run.ts";
import { until } from "../../limit.ts";
import { LIMIT_MS, type Load, type LoadContext } from "../load.ts";
import { DINIT_FAMILY } from "../subjects/subject.ts";
import { exists } from "../../exists.ts";

const ID = "restarts";
const WARM_UP_RUNS = 200;
const MEASURED_MS = 2000;
const COMMAND = ["/bin/echo", "x"];
const RUN_BYTES = 2;

export const restartStorm: Load = {
  name: "restart-storm",
  figures: [{ id: ID, title: "Restarts without delay", unit: "/s", better: "more" }],
  // runit and s6 wait a second between two starts of the same service.
  kinds: [...DINIT_FAMILY, "c"],
  async measure(context) {
    if (context.subject.kind === "c") {
      return { [ID]: await runC(context, ["loop", String(MEASURED_MS), ...COMMAND]) };
    }
    return { [ID]: await measure(context) };
  },
};

async function measure({ subject, workspace }: LoadContext): Promise<number> {
  const logFile = `${workspace.folder}/runs`;
  const manager = subject.launch({
    workspace,
    services: [{
      name: "restless",
      type: "process",
      command: COMMAND,
      restartDelaySeconds: 0,
      logFile,
    }],
    start: ["restless"],
  });
  const runs = () => (Deno.statSync(logFile).size / RUN_BYTES);
  await until(LIMIT_MS, "The first restarts", () => exists(logFile) && runs() >= WARM_UP_RUNS);
  const [first, begin] = [runs(), performance.now()];
  await new Promise((resolve) => setTimeout(resolve, MEASURED_MS));
  const [last, end] = [runs(), performance.now()];
  await manager.stop();
  return (last - first) / (end - begin) * 1000;
}
