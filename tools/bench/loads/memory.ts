/** Anonymous memory of all that supervises, at rest after the start of so many process services. */
import { Fifo } from "../fifo.ts";
import { LIMIT_MS, type Load, STAY } from "../load.ts";
import { announcedCommand, doneService, hasDependencies, names } from "../marked_services.ts";
import { anonymousKb } from "../proc.ts";
import { type BenchService, DINIT_FAMILY } from "../subjects/subject.ts";

const PID_BYTES = 4;
/** Until a manager has tidied up after the start. */
const REST_MS = 2500;

/** @param count Services, besides the one that tells when they run. */
export function memory(count: number): Load {
  const id = `memory-${count}`;
  const amount = count.toLocaleString("en");
  return {
    name: id,
    figures: [
      { id, title: `Anonymous memory with ${amount} processes`, unit: "kB", better: "less" },
    ],
    // Without a service nothing tells that runit or s6 is up.
    kinds: count === 0 ? DINIT_FAMILY : [...DINIT_FAMILY, "runit", "s6"],
    mostRounds: 3,
    async measure(context) {
      const { subject, workspace } = context;
      await using fifo = await Fifo.create(context);
      const tells = !hasDependencies(subject);
      const command = tells ? announcedCommand(workspace, fifo.path) : STAY;
      const services: BenchService[] = names(count)
        .map((name) => ({ name, type: "process", command }));
      if (!tells) services.push(doneService(workspace, fifo.path, names(count)));
      const manager = subject.launch({ workspace, services, start: ["done"] });
      await fifo.bytes(tells ? count * PID_BYTES : 1, LIMIT_MS, "The start before the weighing");
      await new Promise((resolve) => setTimeout(resolve, REST_MS));
      const sizes = manager.supervisors().map(anonymousKb);
      await manager.stop();
      return { [id]: sizes.reduce((sum, size) => sum + size, 0) };
    },
  };
}
