import { assert, assertEquals } from "../assert.ts";
import { leastMemory, STEP_MIB, type Trial } from "./machines/least_memory.ts";

/** Machines that come so far with so much memory. */
function trials(loginMiB: number, listMiB: number) {
  const tried: number[] = [];
  const trial = (memoryMiB: number): Promise<Trial> => {
    tried.push(memoryMiB);
    const stage = memoryMiB >= listMiB ? "list" : memoryMiB >= loginMiB ? "login" : "nothing";
    return Promise.resolve({ memoryMiB, stage, lastLines: [] });
  };
  return { tried, trial };
}

Deno.test("leastMemory() finds the least of each stage, and tries no machine twice", async () => {
  for (const [login, list] of [[84, 128], [88, 92], [96, 96], [124, 128]] as const) {
    const { tried, trial } = trials(login, list);
    assertEquals(await leastMemory(trial), { login, list });
    assertEquals(new Set(tried).size, tried.length);
    assert(tried.length <= 10, `${tried}`);
  }
});

Deno.test("leastMemory() rounds up to a step", async () => {
  const { trial } = trials(85, 86);
  assertEquals(await leastMemory(trial), { login: 84 + STEP_MIB, list: 84 + STEP_MIB });
});
