/** How often the processor is given to what supervises ten services when nothing happens. */
import { Fifo } from "../fifo.ts";
import { LIMIT_MS, type Load } from "../load.ts";
import { announcedCommand, names } from "../marked_services.ts";
import { contextSwitches } from "../proc.ts";
import { DINIT_FAMILY } from "../subjects/subject.ts";

const SERVICES = 10;
const PID_BYTES = 4;
/** Until a manager has tidied up after the start. */
const SETTLE_MS = 2500;
const IDLE_MS = 10_000;

export const idle: Load = {
  name: "idle",
  figures: [
    { id: "idle", title: "Context switches in 10 s of idling", unit: "", better: "less" },
  ],
  kinds: [...DINIT_FAMILY, "runit", "s6"],
  mostRounds: 1,
  isLong: true,
  async measure(context) {
    const { subject, workspace } = context;
    await using fifo = await Fifo.create(context);
    const command = announcedCommand(workspace, fifo.path);
    const manager = subject.launch({
      workspace,
      services: names(SERVICES).map((name) => ({ name, type: "process", command })),
      start: names(SERVICES),
    });
    await fifo.bytes(SERVICES * PID_BYTES, LIMIT_MS, "The start before the idling");
    const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
    await pause(SETTLE_MS);
    const supervisors = manager.supervisors();
    const count = () => supervisors.reduce((sum, pid) => sum + contextSwitches(pid), 0);
    const before = count();
    await pause(IDLE_MS);
    const after = count();
    await manager.stop();
    return { idle: after - before };
  },
};
