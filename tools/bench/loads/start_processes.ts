/**
 * From exec of the manager until so many process services run.
 *
 * The dinit family has a service that depends on all others and reports, and another after it,
 * which gets a processor when the programs of the others have initialised themselves. runit and s6
 * know no dependencies, so there each service reports. Their run scripts are the shell's, as is
 * usual.
 */
import { runC } from "../subjects/c_run.ts";
import { Fifo } from "../fifo.ts";
import { LIMIT_MS, type Load, type LoadContext, type Sample, STAY } from "../load.ts";
import {
  announcedCommand,
  doneService,
  hasDependencies,
  names,
  startedService,
} from "../marked_services.ts";
import { processorMs } from "../proc.ts";
import { type BenchService, DINIT_FAMILY } from "../subjects/subject.ts";

const ANNOUNCEMENT = /\d+\n/g;

/** @param count At most 1,000 for runit, which takes no more. */
export function startProcesses(count: number): Load {
  const id = `start-${count}`;
  const amount = count.toLocaleString("en");
  return {
    name: id,
    figures: [
      { id, title: `Start ${amount} processes`, unit: "ms", better: "less" },
      {
        id: `${id}-after`,
        title: `Start ${amount} processes, until a program after them has run`,
        unit: "ms",
        better: "less",
      },
      {
        id: `${id}-cpu`,
        title: `Start ${amount} processes: processor time`,
        unit: "ms",
        better: "less",
      },
    ],
    kinds: count > 1000 ? [...DINIT_FAMILY, "c"] : [...DINIT_FAMILY, "runit", "s6", "c"],
    ...(count > 1000 ? { mostRounds: 3, isLong: true } : {}),
    measure: (context) =>
      context.subject.kind === "c" ? measureC(context, count, id) : measure(context, count, id),
  };
}

async function measureC(context: LoadContext, count: number, id: string): Promise<Sample> {
  return { [id]: await runC(context, ["start", String(count), ...STAY]) };
}

async function measure(context: LoadContext, count: number, id: string): Promise<Sample> {
  const { subject, workspace } = context;
  await using fifo = await Fifo.create(context);
  const tells = !hasDependencies(subject);
  const command = tells ? announcedCommand(workspace, fifo.path) : STAY;
  const services: BenchService[] = names(count)
    .map((name) => ({ name, type: "process", command }));
  if (!tells) {
    services.push(startedService(context, fifo.path, names(count)));
    services.push(doneService(workspace, fifo.path, ["started"]));
  }
  const manager = subject.launch({ workspace, services, start: ["done"] });
  const what = `The start of ${count} processes by ${subject.name}`;
  const sinceLaunch = (at: number) => at - manager.launchedAt;
  if (tells) {
    const started = sinceLaunch(await announcements(fifo, count, what));
    await manager.stop();
    return { [id]: started };
  }
  const started = sinceLaunch(await fifo.bytes(1, LIMIT_MS, what));
  const cpu = processorMs(manager.pid);
  const after = sinceLaunch(await fifo.bytes(1, LIMIT_MS, what));
  await manager.stop();
  return { [id]: started, [`${id}-after`]: after, [`${id}-cpu`]: cpu };
}

/** @returns When the last PID had come. */
async function announcements(fifo: Fifo, count: number, what: string): Promise<number> {
  let seen = 0;
  for (;;) {
    const { text, at } = await fifo.next(LIMIT_MS, what);
    seen += text.match(ANNOUNCEMENT)?.length ?? 0;
    if (seen >= count) return at;
  }
}
