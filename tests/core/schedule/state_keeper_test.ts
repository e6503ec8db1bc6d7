import { Scheduler } from "../../../core/schedule/scheduler.ts";
import type { StateKeeper } from "../../../core/schedule/state_keeper.ts";
import { readKept } from "../../../core/state/kept_reading.ts";
import { FIRST_OTHER_KIND } from "../../../core/state/kinds.ts";
import { assert, assertEquals, fail } from "../../assert.ts";
import { serviceName } from "../../builders.ts";
import { Driver } from "./driver.ts";

/** What a reader finds, without the header, the counters and the other kinds. */
function keptOf(memory: Uint8Array): Scheduler {
  const restored = Scheduler.restored(memory);
  return restored instanceof Scheduler ? restored : fail(`Refused: ${restored.why}`);
}

function keeperOf(driver: Driver, memory: Uint8Array): StateKeeper {
  return driver.scheduler.keepIn(memory) ?? fail("There is no room");
}

function turn(keeper: StateKeeper): void {
  assert(keeper.put());
  keeper.blocks.commit();
}

Deno.test("StateKeeper puts what a turn has changed, and a reader finds it after the commit", () => {
  const driver = new Driver();
  driver.load({ a: { type: "process" }, b: { links: { need: ["a"] } } });
  const memory = new Uint8Array(65_536);
  const keeper = keeperOf(driver, memory);
  assertEquals(keptOf(memory).write(), driver.scheduler.write());
  driver.start("b");
  const child = driver.spawned("a");
  assert(keeper.put());
  assertEquals(keptOf(memory).activeCount, 0);
  keeper.blocks.commit();
  assertEquals(keptOf(memory).status(driver.id("a")).pid as number, child);
  assertEquals(keptOf(memory).write(), driver.scheduler.write());
});

Deno.test("StateKeeper forgets what was unloaded, and the placeholders that nobody names any more", () => {
  const driver = new Driver();
  const memory = new Uint8Array(65_536);
  const keeper = keeperOf(driver, memory);
  driver.load({ a: { after: [serviceName("x")] }, b: {} });
  turn(keeper);
  const liveBytes = keeper.blocks.liveBytes;
  driver.load({ c: { after: [serviceName("y")], links: { need: ["b"] } } });
  turn(keeper);
  driver.order({ kind: "unload", service: driver.id("c") });
  turn(keeper);
  assertEquals(keeper.blocks.liveBytes, liveBytes);
  assertEquals(keptOf(memory).write(), driver.scheduler.write());
});

Deno.test("StateKeeper touches nothing in a turn that has changed nothing", () => {
  const driver = new Driver();
  driver.load({ a: {} });
  const memory = new Uint8Array(65_536);
  const keeper = keeperOf(driver, memory);
  driver.start("a");
  turn(keeper);
  const before = memory.slice();
  turn(keeper);
  driver.apply({ kind: "deadline" });
  turn(keeper);
  assertEquals(memory, before);
});

Deno.test("StateKeeper without room goes on in larger memory, and the old one stays as it was", () => {
  const driver = new Driver();
  driver.load({ a: {} });
  const memory = new Uint8Array(8192);
  const keeper = keeperOf(driver, memory);
  keeper.blocks.put(FIRST_OTHER_KIND, 5, new Uint8Array([1, 2, 3]));
  keeper.blocks.commit();
  const before = keptOf(memory).write();
  for (let index = 0; index < 100; index++) driver.load({ [`s${index}`]: {} });
  assertEquals(keeper.put(), false);
  assertEquals(keeper.moveTo(new Uint8Array(8192).subarray(0, 4096)), false);
  const larger = new Uint8Array(131_072);
  assert(keeper.moveTo(larger));
  assert(keeper.put());
  assertEquals(keptOf(memory).write(), before);
  assert(!(Scheduler.restored(larger) instanceof Scheduler));
  keeper.blocks.commit();
  assertEquals(keptOf(larger).write(), driver.scheduler.write());
  const read = readKept(larger);
  assert(read.kind === "kept");
  assertEquals(read.kept.get(FIRST_OTHER_KIND)?.get(5), new Uint8Array([1, 2, 3]));
});

Deno.test("Scheduler.keepIn() says when the memory is too small", () => {
  const driver = new Driver();
  for (let index = 0; index < 100; index++) driver.load({ [`s${index}`]: {} });
  assertEquals(driver.scheduler.keepIn(new Uint8Array(4096)), undefined);
});

Deno.test("a service takes less than 600 bytes, with two links", () => {
  const driver = new Driver();
  driver.load({ base: { type: "process" }, other: { type: "process" } });
  const keeper = keeperOf(driver, new Uint8Array(1_048_576));
  const before = keeper.blocks.liveBytes;
  for (let index = 0; index < 100; index++) {
    driver.load({ [`s${index}`]: { type: "process", links: { need: ["base", "other"] } } });
  }
  turn(keeper);
  const bytes = (keeper.blocks.liveBytes - before) / 100;
  assert(bytes < 600, `${bytes} bytes`);
});
