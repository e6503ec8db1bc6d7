/** Launches as a reader finds them, after a death at every step. */
import { KeptBlocks } from "../../../core/state/kept_blocks.ts";
import { readKept } from "../../../core/state/kept_reading.ts";
import { pid, type ServiceId } from "../../../core/types.ts";
import { FACT_KIND } from "../../../daemon/kept/facts.ts";
import { LaunchJournal, readLaunches } from "../../../daemon/kept/launch_journal.ts";
import { assert, assertEquals, fail } from "../../assert.ts";

const [FIRST, SECOND] = [1 as ServiceId, 2 as ServiceId];

function journal() {
  const memory = new Uint8Array(8192);
  const blocks = new KeptBlocks(memory);
  const made = LaunchJournal.in(blocks) ?? fail("There is no room");
  blocks.commit();
  return { memory, blocks, made };
}

function noted(memory: Uint8Array) {
  const read = readKept(memory);
  const contents = read.kind === "kept" && read.kept.get(FACT_KIND.launches)?.get(0);
  return contents ? readLaunches(contents) : fail("There is no journal");
}

Deno.test("a launch is there before its child is, with its number afterwards, until the turn is over", () => {
  const { memory, made } = journal();
  assertEquals(noted(memory), []);
  made.begin(FIRST, "start", 1000.5);
  const first = { service: FIRST, role: "start", sinceMs: 1000.5 } as const;
  assertEquals(noted(memory), [{ ...first, pid: undefined }]);
  made.made(pid(77));
  assertEquals(noted(memory), [{ ...first, pid: pid(77) }]);
  made.begin(SECOND, "stop", 2000);
  const second = { service: SECOND, role: "stop", sinceMs: 2000, pid: undefined } as const;
  assertEquals(noted(memory), [{ ...first, pid: pid(77) }, second]);
  made.failed();
  assertEquals(noted(memory), [{ ...first, pid: pid(77) }]);
  made.clear();
  assertEquals(noted(memory), []);
});

Deno.test("a place that is used again tells of nothing that was there before", () => {
  const { memory, made } = journal();
  made.begin(FIRST, "start", 1);
  made.made(pid(5));
  made.clear();
  made.begin(SECOND, "start", 2);
  assertEquals(noted(memory), [{ service: SECOND, role: "start", sinceMs: 2, pid: undefined }]);
});

Deno.test("a journal says when it is full, and goes with the blocks into other memory", () => {
  const { memory, blocks, made } = journal();
  let count = 0;
  while (!made.isFull) {
    made.begin(FIRST, "start", ++count);
    made.made(pid(100 + count));
  }
  assertEquals(noted(memory).length, count);
  assert(count >= 16, `${count}`);
  const other = new Uint8Array(16_384);
  const moved = blocks.moved(other) ?? fail("There is no room");
  assert(made.moveTo(moved));
  // Not before it counts.
  assertEquals(noted(memory).length, count);
  moved.commit();
  assertEquals(noted(other), noted(memory));
  made.clear();
  assertEquals([noted(other).length, noted(memory).length], [0, count]);
});

Deno.test("readLaunches() makes nothing of what is none", () => {
  assertEquals(readLaunches(new Uint8Array(0)), []);
  const contents = new Uint8Array(24 * 4 + 5);
  for (let round = 0; round < 2000; round++) {
    crypto.getRandomValues(contents);
    contents[24 + 16] = 1;
    contents.fill(0, 24 + 17, 24 + 20);
    for (const { service, role, sinceMs, pid: number } of readLaunches(contents)) {
      assert(service > 0 && Number.isFinite(sinceMs) && (number ?? 1) > 0);
      assert(role === "start" || role === "stop");
    }
  }
});
