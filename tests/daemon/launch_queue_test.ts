import type { Instant } from "../../core/types.ts";
import { LaunchQueue, type SpawnCommand } from "../../daemon/launch_queue.ts";
import type { Platform } from "../../platform/mod.ts";
import { assertEquals } from "../assert.ts";

/** A queue over a clock that only launches move on, and what it did. */
function makeQueue(msPerLaunch: number) {
  const done: string[] = [];
  const clock = { ms: 0 };
  const platform = {
    now: () => clock.ms as Instant,
    preferLaunches: (preferred: boolean) => done.push(preferred ? "prefer" : "as usual"),
  } as unknown as Platform;
  const queue = new LaunchQueue(platform, () => {
    clock.ms += msPerLaunch;
    done.push("launch");
  });
  const add = (count: number) => {
    for (let i = 0; i < count; i++) queue.add({ kind: "spawn" } as SpawnCommand);
  };
  return { queue, done, clock, add };
}

/** `launch` three times in a row becomes `launch*3`. */
function shortened(done: readonly string[]): string[] {
  const runs: { what: string; count: number }[] = [];
  for (const what of done) {
    const last = runs.at(-1);
    if (last?.what === what) last.count++;
    else runs.push({ what, count: 1 });
  }
  return runs.map(({ what, count }) => count === 1 ? what : `${what}*${count}`);
}

Deno.test("LaunchQueue.run() launches at least one, and stops when its time is over", () => {
  const { queue, done, add } = makeQueue(2);
  add(3);
  queue.run(1);
  assertEquals([done.length, queue.isEmpty], [1, false]);
  queue.run(3);
  assertEquals([done.length, queue.isEmpty], [3, true]);
  queue.run(1);
  assertEquals(done.length, 3);
});

Deno.test("LaunchQueue prefers launches while many wait, few never", () => {
  const { queue, done, add } = makeQueue(1);
  add(15);
  while (!queue.isEmpty) queue.run(1);
  add(16);
  while (!queue.isEmpty) queue.run(1);
  assertEquals(shortened(done), ["launch*15", "prefer", "launch*16", "as usual"]);
});

Deno.test("LaunchQueue pauses the preference as long as it lasted", () => {
  const { queue, done, clock, add } = makeQueue(1);
  for (const pause of [0, 15, 1]) {
    clock.ms += pause;
    add(16);
    while (!queue.isEmpty) queue.run(1);
  }
  const preferred = ["prefer", "launch*16", "as usual"];
  assertEquals(shortened(done), [...preferred, "launch*16", ...preferred]);
});

Deno.test("LaunchQueue prefers an endless row of launches half of the time at most", () => {
  const { queue, done, add } = makeQueue(100);
  add(100);
  while (!queue.isEmpty) queue.run(1);
  const preferred = ["prefer", "launch*20", "as usual"];
  assertEquals(shortened(done), [
    ...preferred,
    "launch*20",
    ...preferred,
    "launch*20",
    ...preferred,
  ]);
});
