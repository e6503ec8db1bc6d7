import type { Instant } from "../../../core/types.ts";
import { HeapCollection } from "../../../daemon/supervision/heap_collection.ts";
import { assertEquals } from "../../assert.ts";

const MEGABYTE = 1024 * 1024;

/** @param steps That a collection in steps takes; undefined: there are none. */
function makeCollection(steps?: number) {
  const state = { now: 0, collections: 0, bytes: 20 * MEGABYTE, inSteps: 0, stepsLeft: 0 };
  const platform = { now: () => state.now as Instant, giveMemoryBack: () => {} };
  const collection = new HeapCollection(platform, {
    bytes: () => state.bytes,
    usedBytes: () => state.bytes,
    collect: () => void state.collections++,
    begin: () => {
      state.stepsLeft = steps ?? 0;
      return steps !== undefined;
    },
    step: () => {
      if (--state.stepsLeft > 0) return "more";
      state.inSteps++;
      return "done";
    },
  });
  const at = (now: number) => {
    state.now = now;
    collection.runDue(now as Instant);
    return { collections: state.collections, next: collection.next() as number | undefined };
  };
  const launch = (now: number, count: number) => {
    state.now = now;
    for (let i = 0; i < count; i++) collection.worked();
  };
  const serve = (now: number) => {
    state.now = now;
    collection.served();
  };
  const postpone = (now: number, requests = 1) => {
    state.now = now;
    for (let request = 0; request < requests; request++) collection.postpone();
  };
  const grow = (megabytes: number) => {
    state.bytes += megabytes * MEGABYTE;
  };
  const load = (now: number) => {
    state.now = now;
    collection.loaded();
  };
  return { at, launch, load, serve, postpone, grow, state, collection };
}

Deno.test("HeapCollection collects once after the manager's start, then lets it rest", () => {
  const { at } = makeCollection();
  assertEquals(at(999), { collections: 0, next: 1000 });
  assertEquals(at(1000), { collections: 1, next: undefined });
  assertEquals(at(100_000), { collections: 1, next: undefined });
});

Deno.test("HeapCollection waits until launches have been over for a second", () => {
  const { at, launch } = makeCollection();
  launch(900, 1);
  assertEquals(at(1000), { collections: 0, next: 1900 });
  assertEquals(at(1900), { collections: 1, next: undefined });
});

Deno.test("HeapCollection does not collect again for a few launches", () => {
  const { at, launch } = makeCollection();
  at(1000);
  launch(2000, 49);
  // Then only whether it has grown is to be seen.
  assertEquals(at(3000), { collections: 1, next: 11_000 });
  launch(4000, 1);
  assertEquals(at(4000), { collections: 1, next: 5000 });
  assertEquals(at(5000), { collections: 2, next: undefined });
});

Deno.test("HeapCollection keeps nobody waiting who asks again and again", () => {
  const { at, postpone } = makeCollection();
  postpone(900);
  assertEquals(at(1000), { collections: 0, next: 2000 });
  assertEquals(at(2000), { collections: 1, next: undefined });
  // A few do not have a manager at rest look at its heap.
  postpone(2100, 4000);
  assertEquals(at(2100), { collections: 1, next: undefined });
  postpone(2200, 1000);
  assertEquals(at(2200), { collections: 1, next: 12_000 });
  assertEquals(at(12_000), { collections: 1, next: undefined });
});

Deno.test("HeapCollection collects in the middle of work when the heap has grown by much", () => {
  const { at, launch, grow } = makeCollection();
  at(1000);
  launch(2000, 50);
  grow(5);
  launch(11_500, 50);
  assertEquals(at(11_500).collections, 1);
  grow(1);
  launch(12_000, 50);
  // Looked at ten seconds ago at the latest, not at each turn.
  assertEquals(at(12_000).collections, 1);
  launch(21_500, 50);
  assertEquals(at(21_500), { collections: 2, next: undefined });
});

Deno.test("HeapCollection wants a larger heap to have grown by a quarter", () => {
  const { at, postpone, grow } = makeCollection();
  grow(80);
  at(1000);
  postpone(2000, 5000);
  grow(24);
  assertEquals(at(11_000), { collections: 1, next: undefined });
  postpone(12_000, 5000);
  grow(1);
  assertEquals(at(20_999), { collections: 1, next: 21_000 });
  assertEquals(at(21_000), { collections: 2, next: undefined });
});

Deno.test("HeapCollection collects at rest after a client's program that left much", () => {
  const { at, serve, grow } = makeCollection();
  at(1000);
  serve(2000);
  grow(0.125);
  assertEquals(at(2999), { collections: 1, next: 3000 });
  // Too little: it is looked at once more, as after any work.
  assertEquals(at(3000), { collections: 1, next: 11_000 });
  serve(4000);
  grow(0.125);
  assertEquals(at(5000), { collections: 2, next: undefined });
});

Deno.test("HeapCollection does not collect for launches alone what a client's program may leave", () => {
  const { at, launch, grow } = makeCollection();
  at(1000);
  launch(2000, 1);
  grow(1);
  assertEquals(at(3000), { collections: 1, next: 11_000 });
});

Deno.test("HeapCollection collects four times after code was loaded, each when nobody asks", () => {
  const { at, load, postpone } = makeCollection();
  at(1000);
  load(2000);
  assertEquals(at(3000), { collections: 2, next: 4000 });
  postpone(3500);
  assertEquals(at(4000), { collections: 2, next: 5000 });
  assertEquals(at(5000), { collections: 3, next: 6000 });
  assertEquals(at(6000), { collections: 4, next: 7000 });
  assertEquals(at(7000), { collections: 5, next: undefined });
  assertEquals(at(100_000), { collections: 5, next: undefined });
});

Deno.test("HeapCollection collects in steps, one a turn, while a client's program goes on", () => {
  const { at, serve, grow, state, collection } = makeCollection(3);
  at(1000);
  serve(2000);
  grow(5);
  at(2006);
  assertEquals(collection.isAtWork, false);
  grow(1);
  // It was looked at just now.
  at(2008);
  assertEquals(collection.isAtWork, false);
  at(2011);
  const turns: unknown[] = [];
  for (let turn = 0; turn < 3; turn++) {
    turns.push([collection.isAtWork, collection.next() as number | undefined]);
    at(2012);
  }
  assertEquals(turns, [[true, 0], [true, 0], [true, 0]]);
  assertEquals(collection.isAtWork, false);
  assertEquals([state.inSteps, state.collections], [1, 1]);
  // From what is there now it has to grow again.
  grow(5);
  at(2050);
  assertEquals(collection.isAtWork, false);
});

Deno.test("HeapCollection collects in steps where work never rests", () => {
  const { at, launch, grow, state } = makeCollection(1);
  at(1000);
  launch(11_500, 50);
  grow(6);
  at(11_500);
  at(11_500);
  assertEquals([state.inSteps, state.collections], [1, 1]);
});

Deno.test("HeapCollection compacts a large heap after a long rest only", () => {
  const { at, grow, postpone, state } = makeCollection(1);
  grow(10);
  at(1000);
  assertEquals(at(1001), { collections: 0, next: 10_000 });
  assertEquals(state.inSteps, 1);
  postpone(9000);
  assertEquals(at(10_000), { collections: 0, next: 20_000 });
  assertEquals(at(20_000), { collections: 1, next: undefined });
});

Deno.test("HeapCollection collects in steps at first after code was loaded", () => {
  const { at, load, state } = makeCollection(1);
  at(1000);
  load(2000);
  for (let now = 3000; now < 10_000; now += 500) at(now);
  assertEquals([state.inSteps, state.collections], [2, 3]);
});
