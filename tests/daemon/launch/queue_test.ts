import type { Instant } from "../../../core/types.ts";
import { LaunchQueue, type SpawnCommand } from "../../../daemon/launch/queue.ts";
import type { Preferred } from "../../../platform/mod.ts";
import { assertEquals, fail } from "../../assert.ts";

/** A queue over a clock that only launches move on, and what it did. */
function makeQueue(msPerLaunch: number) {
  const done: string[] = [];
  const clock = { ms: 0 };
  const platform = {
    now: () => clock.ms as Instant,
    prefer: (whom: Preferred) => void done.push(whom),
  };
  const children: { underWay: "none" | "some" | "many" } = { underWay: "none" };
  const queue = new LaunchQueue(platform, {
    launch: () => {
      clock.ms += msPerLaunch;
      done.push("launch");
    },
    look: () => void done.push("look"),
    underWay: () => children.underWay,
  });
  const add = (count: number) => {
    for (let i = 0; i < count; i++) queue.add({ kind: "spawn" } as SpawnCommand);
  };
  return { queue, done, clock, children, add };
}

Deno.test("LaunchQueue.run() launches at least one, and stops when its time is over", () => {
  const { queue, done, add } = makeQueue(2);
  const launches = () => done.filter((what) => what === "launch").length;
  add(3);
  queue.run(1);
  assertEquals([launches(), queue.isEmpty], [1, false]);
  queue.run(3);
  assertEquals([launches(), queue.isEmpty], [3, true]);
  queue.run(1);
  assertEquals(launches(), 3);
});

Deno.test("LaunchQueue.run() launches nothing while many children are under way", () => {
  const { queue, done, children, add } = makeQueue(1);
  add(1);
  children.underWay = "many";
  queue.run(10);
  assertEquals([done, queue.isEmpty, queue.isDue], [[], false, false]);
  children.underWay = "some";
  assertEquals(queue.isDue, true);
  queue.run(10);
  assertEquals([done, queue.isEmpty], [["launches", "launch", "look"], true]);
  // Launches are preferred until the last child has executed its program.
  children.underWay = "none";
  queue.rest();
  assertEquals(done.at(-1), "manager");
});

Deno.test("launches are preferred, then the manager for a while, then nobody", () => {
  const { queue, done, clock, add } = makeQueue(1);
  assertEquals(queue.preference.next(), undefined);
  add(3);
  queue.run(10);
  assertEquals(done, ["launches", "launch", "look", "launch", "look", "launch", "look", "manager"]);
  const end = queue.preference.next() ?? fail("there is no end to it");
  assertEquals(end - clock.ms, 3 * 8);
  queue.preference.runDue(end - 1 as Instant);
  assertEquals(done.at(-1), "manager");
  queue.preference.runDue(end);
  assertEquals([done.at(-1), queue.preference.next()], ["nobody", undefined]);
});

Deno.test("launches are preferred during a shutdown, but the manager is not", () => {
  const { queue, done, add } = makeQueue(1);
  add(1);
  queue.run(0);
  assertEquals(done.at(-1), "manager");
  queue.preference.preferLaunchesOnly();
  assertEquals([done.at(-1), queue.preference.next()], ["nobody", undefined]);
  add(1);
  queue.run(0);
  assertEquals(done.slice(-4), ["launches", "launch", "look", "nobody"]);
  assertEquals(queue.preference.next(), undefined);
});

Deno.test("an endless row of launches is preferred half of the time", () => {
  const { queue, done, add } = makeQueue(10);
  const shareOfPreferred = (launches: number) => {
    done.length = 0;
    add(launches);
    while (!queue.isEmpty) queue.run(1);
    return done.filter((what) => what === "launches").length / launches;
  };
  // A full budget, and what comes back meanwhile.
  assertEquals(shareOfPreferred(200), 1);
  shareOfPreferred(300);
  assertEquals(shareOfPreferred(300), 1 / 3);
});
