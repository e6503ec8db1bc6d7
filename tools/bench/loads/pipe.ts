/**
 * Whole runs of clients that only ask, as boot scripts and health checks make them, to a manager of
 * a hundred services: first alone, beside `/bin/true`, which loads the C library and does nothing;
 * then a thousand in a shell's loop, at rest and beside two hundred services that restart.
 */
import { within } from "../../limit.ts";
import { run } from "../../build/process.ts";
import { Fifo } from "../fifo.ts";
import { LIMIT_MS, type Load, type LoadContext, type Sample, STAY } from "../load.ts";
import { doneService, names } from "../marked_services.ts";
import { type BenchService, DINIT_FAMILY, type RunningManager } from "../subjects/subject.ts";

const COUNT = 100;
const RUNS = 50;
const LOOP_RUNS = 1000;
/**
 * A client that needs a runtime takes up to a fifth of a second on a machine with slow page faults.
 */
const LOOP_LIMIT_MS = 5 * LIMIT_MS;
const RESTLESS = 200;
/** Of a restless process; then it is started again at once. */
const LIFE_SECONDS = 1;

const ASKED = { list: ["list"], status: ["status", "s7"], "is-started": ["is-started", "s7"] };
type Asked = keyof typeof ASKED;

export const pipe: Load = {
  name: "pipe",
  figures: [
    ...(Object.keys(ASKED) as Asked[]).flatMap((word) => [
      {
        id: `pipe-${word}`,
        title: `ctl ${word}, 100 services`,
        unit: "ms",
        better: "less",
      } as const,
      {
        ...{ id: `pipe-${word}-kb`, title: `ctl ${word}: most memory of it` },
        ...{ unit: "kB", better: "less" } as const,
      },
    ]),
    { id: "pipe-true", title: "/bin/true beside it", unit: "ms", better: "less" },
    { id: "pipe-true-kb", title: "/bin/true: most memory of it", unit: "kB", better: "less" },
    { id: "pipe-loop", title: "1,000 is-started in a shell's loop", unit: "ms", better: "less" },
  ],
  kinds: DINIT_FAMILY,
  async measure(context) {
    const { manager, client } = await launch(context, 0);
    const sample = { ...await each(context, client), "pipe-loop": await timeLoop(client) };
    await manager.stop();
    return sample;
  },
};

export const pipeInStorm: Load = {
  name: "pipe-storm",
  figures: [{
    id: "pipe-storm-loop",
    title: "1,000 is-started, 200 restarting beside",
    unit: "ms",
    better: "less",
  }],
  kinds: DINIT_FAMILY,
  async measure(context) {
    const { manager, client } = await launch(context, RESTLESS);
    const sample = { "pipe-storm-loop": await timeLoop(client) };
    await manager.stop();
    return sample;
  },
};

interface Launched {
  readonly manager: RunningManager;
  /** The client's program and the words that lead to the manager. */
  readonly client: readonly string[];
}

/** A manager whose services have all started. */
async function launch(context: LoadContext, restless: number): Promise<Launched> {
  const { subject, workspace } = context;
  await using fifo = await Fifo.create(context);
  const restlessNames = Array.from({ length: restless }, (_, index) => `restless${index}`);
  const services: BenchService[] = [
    ...names(COUNT).map((name): BenchService => ({ name, type: "process", command: STAY })),
    ...restlessNames.map((name): BenchService => ({
      ...{ name, type: "process", command: ["/bin/sleep", String(LIFE_SECONDS)] },
      restartDelaySeconds: LIFE_SECONDS,
    })),
    doneService(workspace, fifo.path, names(COUNT)),
  ];
  const manager = subject.launch({ workspace, services, start: ["done", ...restlessNames] });
  await fifo.bytes(1, LIMIT_MS, "The start before the clients");
  const { client = "", clientWord = "" } = subject.programs;
  const word = clientWord === "" ? [] : [clientWord];
  return { manager, client: [client, ...word, "-p", manager.socket ?? ""] };
}

/**
 * What it takes to run each alone. A static program waits for it, so that its own memory does not
 * count.
 */
async function each(
  { staticProgram }: LoadContext,
  client: readonly string[],
): Promise<Sample> {
  const sample: Record<string, number> = {};
  const commands = Object.entries({ true: ["/bin/true"] as readonly string[], ...ASKED });
  for (const [word, words] of commands) {
    const command = word === "true" ? words : [...client, ...words];
    const output = await run([staticProgram, "times", String(RUNS), ...command]);
    const [milliseconds, kilobytes] = new TextDecoder().decode(output).split(" ").map(Number);
    sample[`pipe-${word}`] = milliseconds ?? NaN;
    sample[`pipe-${word}-kb`] = kilobytes ?? NaN;
  }
  return sample;
}

/** @returns Milliseconds until the shell had run all. */
async function timeLoop(client: readonly string[]): Promise<number> {
  const script = `i=0; while [ $i -lt ${LOOP_RUNS} ]; do "$@" >/dev/null || exit; i=$((i+1)); done`;
  const command = new Deno.Command("/bin/sh", {
    args: ["-c", script, "sh", ...client, ...ASKED["is-started"]],
    stdin: "null",
    stderr: "inherit",
  });
  const begin = performance.now();
  const { success } = await within(LOOP_LIMIT_MS, "The loop of clients", command.spawn().status);
  const end = performance.now();
  if (!success) throw new Error("A client of the loop failed");
  return end - begin;
}
