/** How little memory is enough: each machine that is tried has what is between two others. */
import { within } from "../../../tools/limit.ts";
import { startSmallMachine } from "./small_machine.ts";

/** How far a machine has come. */
export const STAGES = ["nothing", "login", "list"] as const;
export type Stage = typeof STAGES[number];

/** Memory is tried in steps of this. */
export const STEP_MIB = 4;
/** With the first a manager does not start, with the second all runs. */
const [TOO_LITTLE_MIB, ENOUGH_MIB] = [80, 128];
/** Of a quick machine at rest. One that thrashes may get there one day: no login for anybody. */
const BOOT_LIMIT_MS = 30_000;
const LIST_LIMIT_MS = 20_000;

/** One machine, and the end of what its console showed. */
export interface Trial {
  readonly memoryMiB: number;
  readonly stage: Stage;
  readonly lastLines: readonly string[];
}

/** Boots a machine, logs in, and asks for the list of services. */
export async function tryMemory(memoryMiB: number, swapMiB: number): Promise<Trial> {
  await using machine = await startSmallMachine(`memory-${memoryMiB}-${swapMiB}`, {
    memoryMiB,
    swapMiB,
  });
  let stage: Stage = "nothing";
  try {
    await within(BOOT_LIMIT_MS, "The login", machine.logIn("root", "dinit", BOOT_LIMIT_MS));
    stage = "login";
    const { status } = await machine.shell("dinitctl list >/dev/null", LIST_LIMIT_MS);
    if (status === 0) stage = "list";
  } catch {
    // It has not come further in its time, or its end came first.
  }
  return { memoryMiB, stage, lastLines: machine.console.text.trimEnd().split("\n").slice(-5) };
}

/**
 * The least memory for each stage but the first.
 *
 * @param trial Tries one machine.
 * @returns In MiB, a multiple of {@link STEP_MIB}.
 */
export async function leastMemory(
  trial: (memoryMiB: number) => Promise<Trial>,
): Promise<Readonly<Record<Exclude<Stage, "nothing">, number>>> {
  const known = new Map<number, Promise<Trial>>();
  const reaches = async (memoryMiB: number, stage: Stage) => {
    const result = known.get(memoryMiB) ?? trial(memoryMiB);
    known.set(memoryMiB, result);
    return STAGES.indexOf((await result).stage) >= STAGES.indexOf(stage);
  };
  const search = async (stage: Stage) => {
    let [below, enough] = [TOO_LITTLE_MIB, ENOUGH_MIB];
    while (enough - below > STEP_MIB) {
      const middle = below + Math.floor((enough - below) / 2 / STEP_MIB) * STEP_MIB;
      if (await reaches(middle, stage)) enough = middle;
      else below = middle;
    }
    return enough;
  };
  return { login: await search("login"), list: await search("list") };
}
