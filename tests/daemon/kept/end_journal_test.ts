/** Ends of children as a reader finds them, after a death at every step. */
import { KeptBlocks } from "../../../core/state/kept_blocks.ts";
import { readKept } from "../../../core/state/kept_reading.ts";
import { type ExitStatus, pid } from "../../../core/types.ts";
import { EndJournal, MOST_ENDS, readEnds } from "../../../daemon/kept/end_journal.ts";
import { FACT_KIND } from "../../../daemon/kept/facts.ts";
import { assert, assertEquals, fail } from "../../assert.ts";

function journal() {
  const memory = new Uint8Array(8192);
  const blocks = new KeptBlocks(memory);
  const made = EndJournal.in(blocks) ?? fail("There is no room");
  blocks.commit();
  return { memory, blocks, made };
}

function noted(memory: Uint8Array) {
  const read = readKept(memory);
  const contents = read.kind === "kept" && read.kept.get(FACT_KIND.ends)?.get(0);
  return contents ? readEnds(contents) : fail("There is no journal");
}

const ENDS: readonly ExitStatus[] = [
  { kind: "exited", code: 0 },
  { kind: "exited", code: 255 },
  { kind: "signalled", signal: 15, dumpedCore: false },
  { kind: "signalled", signal: 64, dumpedCore: true },
  { kind: "none" },
];

Deno.test("an end is there as soon as it is noted, until what has come of it counts", () => {
  const { memory, made } = journal();
  ENDS.forEach((status, index) => made.note(pid(100 + index), status));
  assertEquals([...noted(memory)], ENDS.map((status, index) => [pid(100 + index), status]));
  made.clear();
  assertEquals(noted(memory).size, 0);
  made.note(pid(7), { kind: "exited", code: 3 });
  assertEquals([...noted(memory)], [[pid(7), { kind: "exited", code: 3 }]]);
});

Deno.test("more than there is room for are not noted, and all go with the blocks", () => {
  const { memory, blocks, made } = journal();
  for (let number = 1; number <= MOST_ENDS + 9; number++) made.note(pid(number), { kind: "none" });
  assertEquals(noted(memory).size, MOST_ENDS);
  const other = new Uint8Array(16_384);
  const moved = blocks.moved(other) ?? fail("There is no room");
  assert(made.moveTo(moved));
  moved.commit();
  assertEquals(noted(other), noted(memory));
  made.clear();
  assertEquals([noted(other).size, noted(memory).size], [0, MOST_ENDS]);
});
