/**
 * What a service more costs the manager: its loading, start, line in the list, status, stop, and
 * memory, with ten to fifty thousand of them. They are services without a process, since the cost
 * of those is the kernel's; `start_processes.ts` has them up to 5,000.
 *
 * A command for many is compared with the same command for one, each when its code has run before.
 */
import { Fifo } from "../fifo.ts";
import { within } from "../../limit.ts";
import type { Load, LoadContext, Sample } from "../load.ts";
import { names, startedService } from "../marked_services.ts";
import { anonymousKb } from "../proc.ts";
import type { BenchService } from "../subjects/subject.ts";
import { type Work, workDuring } from "../counted_run.ts";
import { GROWTH_ACTIONS, GROWTH_COMMANDS, growthId } from "../growth/actions.ts";

const LOADER = new URL("../load_service.ts", import.meta.url).pathname;
/** The largest command of which is the status of fifty thousand. */
const LIMIT_MS = 600_000;
const WARM = 10;
/** Until a manager has collected garbage after work. */
const REST_MS = 2500;
/** Until it has also made a large heap smaller. */
const LONG_REST_MS = 13_000;

/** @param count Services that there are more. */
export function growth(count: number): Load {
  return {
    name: `growth-${count}`,
    figures: GROWTH_ACTIONS.flatMap((action) => [
      ...action === "memory" ? [] : [
        {
          ...{ id: growthId(count, action, "k"), title: `${count}: ${action}, instructions` },
          ...{ unit: "k", better: "less" } as const,
        },
      ],
      {
        id: growthId(count, action, action === "memory" ? "B" : "µs"),
        title: `${count}: ${action}`,
        ...{ unit: action === "memory" ? "B" : "µs", better: "less" } as const,
      },
    ]),
    kinds: ["ours"],
    mostRounds: 3,
    isLong: true,
    page: "growth",
    measure: (context) => within(LIMIT_MS, `The commands for ${count}`, measure(context, count)),
  };
}

async function measure(context: LoadContext, count: number): Promise<Sample> {
  const { subject, workspace } = context;
  await using fifo = await Fifo.create(context);
  const groups = { warm: WARM, one: 1, many: count };
  const services = Object.entries(groups).flatMap(([group, size]): BenchService[] => {
    const members = names(size).map((name) => `${group}-${name}`);
    return [
      ...members.map((name): BenchService => ({ name, type: "internal" })),
      { name: group, type: "internal", dependsOn: members },
    ];
  });
  services.push(startedService(context, fifo.path, []));
  const manager = subject.launch({ workspace, services, start: ["started"] });
  await fifo.bytes(1, LIMIT_MS, "The manager's start");

  const { client = "", clientWord = "" } = subject.programs;
  const socket = manager.socket ?? "";
  const ctl = (...words: readonly string[]) =>
    workDuring(manager.pid, [
      client,
      ...clientWord === "" ? [] : [clientWord],
      ...["-p", socket],
      ...words,
    ]);
  const load = (name: string) =>
    workDuring(manager.pid, [
      Deno.execPath(),
      ...["run", "-A", "--no-check", LOADER, socket, name],
    ]);
  const commands = {
    load,
    start: (name: string) => ctl("start", name),
    list: () => ctl("list"),
    status: (name: string) => ctl("status", `${name}-*`),
    stop: (name: string) => ctl("stop", name),
  } satisfies Record<(typeof GROWTH_COMMANDS)[number], (name: string) => Promise<Work>>;
  const warmUp = async (name: string) => {
    for (const action of GROWTH_COMMANDS) await commands[action](name);
  };
  /**
   * The manager collects garbage when it has done much: that is not to fall into the next command.
   * V8 forgets code that was not run lately at that.
   */
  const measured = async (name: string) => {
    const works: Partial<Record<(typeof GROWTH_COMMANDS)[number], Work>> = {};
    for (const action of GROWTH_COMMANDS) {
      await pause(REST_MS);
      await warmUp("warm");
      works[action] = await commands[action](name);
    }
    return works;
  };
  await warmUp("warm");
  await pause(LONG_REST_MS);
  const beforeKb = anonymousKb(manager.pid);
  const one = await measured("one");
  const many = await measured("many");
  await pause(LONG_REST_MS);
  const sample: Record<string, number> = {};
  sample[growthId(count, "memory", "B")] = (anonymousKb(manager.pid) - beforeKb) * 1024 / count;
  for (const action of GROWTH_COMMANDS) {
    // The list has all that are loaded, the others the group.
    const more = action === "list" ? count : count - 1;
    const [few, all] = [one[action], many[action]];
    if (few === undefined || all === undefined) continue;
    sample[growthId(count, action, "µs")] = (all.ms - few.ms) * 1000 / more;
    if (few.instructions === undefined || all.instructions === undefined) continue;
    sample[growthId(count, action, "k")] = (all.instructions - few.instructions) / more / 1000;
  }
  await manager.stop();
  return sample;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
