/** Launches as a reader finds them, after a death at every step. */
import { KeptBlocks } from "../../../core/state/kept_blocks.ts";
import { readKept } from "../../../core/state/kept_reading.ts";
import { fd, pid, type ServiceId } from "../../../core/types.ts";
import { FACT_KIND } from "../../../daemon/kept/facts.ts";
import { LaunchJournal, readErrands, readLaunches } from "../../../daemon/kept/launch_journal.ts";
import { assert, assertEquals, fail } from "../../assert.ts";

const NO_ENDS = { readiness: undefined, notify: undefined, control: undefined };
const [FIRST, SECOND] = [1 as ServiceId, 2 as ServiceId];

function at(nowMs: number, isNumbered = false) {
  return { nowMs, isNumbered };
}

function journal() {
  const memory = new Uint8Array(16_384);
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
  made.begin(FIRST, "start", NO_ENDS, at(1000.5));
  const first = {
    ...{
      service: FIRST,
      role: "start",
      sinceMs: 1000.5,
      ends: NO_ENDS,
      isNumbered: false,
    } as const,
  };
  assertEquals(noted(memory), [{ ...first, pid: undefined, report: undefined }]);
  made.made(pid(77), fd(9));
  assertEquals(noted(memory), [{ ...first, pid: pid(77), report: fd(9) }]);
  made.begin(SECOND, "stop", NO_ENDS, at(2000));
  const nobody = { pid: undefined, report: undefined, ends: NO_ENDS, isNumbered: false };
  const second = { service: SECOND, role: "stop", sinceMs: 2000, ...nobody } as const;
  assertEquals(noted(memory), [{ ...first, pid: pid(77), report: fd(9) }, second]);
  made.failed();
  assertEquals(noted(memory), [{ ...first, pid: pid(77), report: fd(9) }]);
  made.clear();
  assertEquals(noted(memory), []);
});

Deno.test("a number that the kernel notes is found before the manager has heard of the child", () => {
  const { memory, made } = journal();
  const { words, at: place } = made.begin(FIRST, "start", NO_ENDS, at(1, true));
  assertEquals(noted(memory).map(({ pid, isNumbered }) => [pid, isNumbered]), [[undefined, true]]);
  words[place] = 77;
  assertEquals(noted(memory).map(({ pid, report }) => [pid, report]), [[pid(77), undefined]]);
});

Deno.test("the ends of what a process is given are noted with its launch", () => {
  const { memory, made } = journal();
  const address = `@dinit/notify/${"0123abcd".repeat(4)}`;
  const ends = { readiness: fd(7), notify: { fd: fd(8), address }, control: fd(9) };
  made.begin(FIRST, "start", ends, at(1));
  made.made(pid(5), fd(6));
  assertEquals(noted(memory).map(({ ends, report }) => ({ ends, report })), [{
    ends,
    report: fd(6),
  }]);
  made.clear();
  made.begin(FIRST, "start", { ...ends, notify: { fd: fd(8), address: "@n" } }, at(1));
  assertEquals(noted(memory)[0]?.ends.notify?.address, "@n");
});

Deno.test("an errand is no launch of a service's own process, and its number is known", () => {
  const { memory, made } = journal();
  made.begin(FIRST, "errand", NO_ENDS, at(1));
  made.made(pid(5), undefined);
  made.begin(SECOND, "start", NO_ENDS, at(2));
  made.made(pid(6), undefined);
  made.begin(SECOND, "errand", NO_ENDS, at(3));
  assertEquals(noted(memory).map(({ service, pid }) => [service, pid]), [[SECOND, pid(6)]]);
  const read = readKept(memory);
  const contents = read.kind === "kept" && read.kept.get(FACT_KIND.launches)?.get(0);
  assertEquals(readErrands(contents || fail("There is no journal")), new Set([pid(5)]));
});

Deno.test("a place that is used again tells of nothing that was there before", () => {
  const { memory, made } = journal();
  made.begin(FIRST, "start", NO_ENDS, at(1));
  made.made(pid(5), undefined);
  made.clear();
  made.begin(SECOND, "start", NO_ENDS, at(2));
  const nobody = { pid: undefined, report: undefined, ends: NO_ENDS, isNumbered: false };
  assertEquals(noted(memory), [{ service: SECOND, role: "start", sinceMs: 2, ...nobody }]);
});

Deno.test("a journal says when it is full, and goes with the blocks into other memory", () => {
  const { memory, blocks, made } = journal();
  let count = 0;
  while (!made.isFull) {
    made.begin(FIRST, "start", NO_ENDS, at(++count));
    made.made(pid(100 + count), undefined);
  }
  assertEquals(noted(memory).length, count);
  assert(count >= 16, `${count}`);
  const other = new Uint8Array(32_768);
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
  const contents = new Uint8Array(104 * 4 + 5);
  for (let round = 0; round < 2000; round++) {
    crypto.getRandomValues(contents);
    contents[104 + 16] = 1;
    contents.fill(0, 104 + 17, 104 + 20);
    for (const { service, role, sinceMs, pid: number } of readLaunches(contents)) {
      assert(service > 0 && Number.isFinite(sinceMs) && (number ?? 1) > 0);
      assert(role === "start" || role === "stop");
    }
  }
});
