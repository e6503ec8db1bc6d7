/** Facts of the manager as blocks: what changed is written, and read as it was. */
import { KeptBlocks } from "../../../core/state/kept_blocks.ts";
import { readKept } from "../../../core/state/kept_reading.ts";
import { Facts, putTagged, readFacts } from "../../../daemon/kept/facts.ts";
import { assert, assertEquals, fail } from "../../assert.ts";

const KIND = 40;

function keptIn(memory: Uint8Array) {
  const read = readKept(memory);
  return read.kind === "kept" ? read.kept : fail(read.why);
}

function found(memory: Uint8Array) {
  const { facts, damaged } = readFacts(keptIn(memory), KIND);
  assertEquals(damaged, []);
  return facts;
}

Deno.test("Facts puts all that there is at first, then what was noted, and takes away what has gone", () => {
  const memory = new Uint8Array(8192);
  const blocks = new KeptBlocks(memory);
  const all = new Map([[3, { name: "a" }], [4, { name: "b" }]]);
  const facts = new Facts(KIND, all);
  // Nobody reads it yet, and nothing is collected for nobody.
  facts.note(3);
  assert(facts.isPut);
  facts.begin();
  assert(!facts.isPut && facts.put(blocks) && facts.isPut);
  blocks.commit();
  assertEquals(found(memory), new Map(all));
  all.set(3, { name: "c" });
  facts.note(3);
  all.delete(4);
  facts.note(4);
  // Came and went within the turn.
  facts.note(9);
  assert(facts.put(blocks));
  assertEquals(found(memory).get(3), { name: "a" });
  blocks.commit();
  assertEquals(found(memory), new Map([[3, { name: "c" }]]));
});

Deno.test("Facts without room has forgotten nothing, and is put elsewhere", () => {
  const memory = new Uint8Array(4096);
  const blocks = new KeptBlocks(memory);
  const all = new Map(Array.from({ length: 40 }, (_, index) => [index, "x".repeat(100)]));
  const facts = new Facts(KIND, all);
  facts.begin();
  assertEquals(facts.put(blocks), false);
  assertEquals(facts.isPut, false);
  const larger = new Uint8Array(16_384);
  const moved = blocks.moved(larger) ?? fail("There is no room");
  assert(facts.put(moved));
  moved.commit();
  assertEquals(found(larger).size, 40);
});

Deno.test("facts with what JSON has no form for are read as they were", () => {
  const memory = new Uint8Array(4096);
  const blocks = new KeptBlocks(memory);
  const fact = {
    file: { inode: 2n ** 63n, birth: 5n },
    left: new Map([[1, NaN]]),
    none: [undefined],
  };
  const facts = new Facts(KIND, new Map([[0, fact]]), putTagged);
  facts.begin();
  assert(facts.put(blocks));
  blocks.commit();
  assertEquals(found(memory).get(0), fact);
});

Deno.test("a fact that was damaged is told, and the others are read", () => {
  const memory = new Uint8Array(4096);
  const blocks = new KeptBlocks(memory);
  const facts = new Facts(KIND, new Map([[1, { name: "first" }], [2, { name: "second" }]]));
  facts.begin();
  assert(facts.put(blocks));
  blocks.commit();
  const at = new TextDecoder().decode(memory).indexOf("first");
  memory[at] = 0x46;
  const { facts: rest, damaged } = readFacts(keptIn(memory), KIND);
  assertEquals([damaged, [...rest.keys()]], [[1], [2]]);
});
