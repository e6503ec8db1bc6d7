/** Output that was read and not written yet. */
import { KeptBlocks } from "../../../core/state/kept_blocks.ts";
import { readKept } from "../../../core/state/kept_reading.ts";
import { fd } from "../../../core/types.ts";
import { FACT_KIND } from "../../../daemon/kept/facts.ts";
import { Inbox, INBOX_BYTES, readInbox } from "../../../daemon/kept/inbox.ts";
import { assert, assertEquals, fail } from "../../assert.ts";

const TEXT = new TextEncoder().encode("a line\nand half of one");

function kept() {
  const memory = new Uint8Array(4 * INBOX_BYTES).subarray(0, 2 * INBOX_BYTES);
  const blocks = new KeptBlocks(memory);
  const inbox = new Inbox();
  assert(inbox.placeIn(blocks));
  blocks.commit();
  const left = () => {
    const read = readKept(memory);
    const contents = read.kind === "kept" && read.kept.get(FACT_KIND.inbox)?.get(0);
    return contents ? readInbox(contents).text : fail("There is no inbox");
  };
  const lengthen = () => {
    blocks.lengthen(new Uint8Array(memory.buffer, 0, 3 * INBOX_BYTES));
    inbox.stayIn(blocks);
  };
  return { inbox, left, lengthen };
}

Deno.test("text that is there stays so when there is more memory", () => {
  const { inbox, left, lengthen } = kept();
  inbox.begin(fd(9), 120, -1).set(TEXT);
  lengthen();
  assertEquals(left()?.text, TEXT);
  inbox.done(TEXT.length);
  assertEquals(left(), undefined);
});

Deno.test("text is there from the reading on, even if nobody has noted how much it is", () => {
  const { inbox, left } = kept();
  assertEquals(left(), undefined);
  const memory = inbox.begin(fd(9), 120, 4711);
  assertEquals(left(), undefined);
  memory.set(TEXT);
  assertEquals(left(), { descriptor: fd(9), text: TEXT, sizeBytes: 120, storePosition: 4711 });
  inbox.got(TEXT.length);
  assertEquals(left(), { descriptor: fd(9), text: TEXT, sizeBytes: 120, storePosition: 4711 });
  inbox.done(TEXT.length);
  assertEquals(left(), undefined);
  // Of longer text from before nothing is left.
  inbox.begin(fd(8), -1, -1).set(TEXT.subarray(0, 3));
  const text = TEXT.subarray(0, 3);
  assertEquals(left(), { descriptor: fd(8), text, sizeBytes: -1, storePosition: -1 });
});
