import { LogBuffer } from "../../../core/log/buffer.ts";
import { withoutDroppedNote } from "../../../core/log/dropped_note.ts";
import { assert, assertEquals } from "../../assert.ts";
import { array, holds, textOf } from "../../property.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const text = (buffer: LogBuffer) => new TextDecoder().decode(buffer.contents());

const oldest = (limitBytes: number) => new LogBuffer({ limitBytes, keeps: "oldest" });
const newest = (limitBytes: number) => new LogBuffer({ limitBytes, keeps: "newest" });

Deno.test("LogBuffer keeps the first bytes and drops what does not fit", () => {
  const buffer = oldest(8);
  buffer.append(encode("first "));
  buffer.append(encode("second"));
  buffer.append(encode("third"));
  assertEquals(text(buffer), "first se");
});

Deno.test("LogBuffer with limit 0 keeps nothing", () => {
  const buffer = oldest(0);
  buffer.append(encode("x"));
  assertEquals(buffer.length, 0);
});

Deno.test("LogBuffer notes a restart on a line of its own", () => {
  const buffer = oldest(100);
  buffer.noteRestart();
  assertEquals(text(buffer), "");
  buffer.append(encode("no line feed"));
  buffer.noteRestart();
  assertEquals(text(buffer), "no line feed\n(dinit: note: service restarted)\n");
  buffer.noteRestart();
  assertEquals(text(buffer).split("\n").length, 4);
});

Deno.test("LogBuffer leaves out a restart note that does not fit whole", () => {
  const buffer = oldest(20);
  buffer.append(encode("abc"));
  buffer.noteRestart();
  assertEquals(text(buffer), "abc");
});

Deno.test("LogBuffer takes text again after a clear", () => {
  const buffer = oldest(4);
  buffer.append(encode("abcdef"));
  buffer.clear();
  buffer.append(encode("gh"));
  assertEquals(text(buffer), "gh");
});

Deno.test("LogBuffer of the newest makes room by whole lines, and tells how much went", () => {
  const buffer = newest(12);
  buffer.append(encode("one\ntwo\n"));
  assertEquals(text(buffer), "one\ntwo\n");
  buffer.append(encode("three\n"));
  assertEquals(text(buffer), "(dinit: note: 1 line (4 bytes) dropped)\ntwo\nthree\n");
  buffer.append(encode("4\n5\n6\n7\n"));
  assertEquals(text(buffer), "(dinit: note: 3 lines (14 bytes) dropped)\n4\n5\n6\n7\n");
  buffer.append(encode("a\nb\nc\nd\ne\nf\ng\nh\ni\n"));
  assertEquals(text(buffer), "(dinit: note: 10 lines (28 bytes) dropped)\nd\ne\nf\ng\nh\ni\n");
  assertEquals(buffer.length, 12);
  buffer.clear();
  buffer.append(encode("new\n"));
  assertEquals(text(buffer), "new\n");
});

Deno.test("LogBuffer of the newest drops the rest of a line with its beginning", () => {
  const buffer = newest(12);
  buffer.append(encode("begun"));
  buffer.append(encode(" line\nnext\n"));
  assertEquals(text(buffer), "(dinit: note: 1 line (11 bytes) dropped)\nnext\n");
});

Deno.test("LogBuffer of the newest cuts a line that is longer than all of it", () => {
  const buffer = newest(4);
  buffer.append(encode("abcdefgh"));
  assertEquals(text(buffer), "(dinit: note: 4 bytes dropped)\nefgh");
  buffer.append(encode("i\n"));
  assertEquals(text(buffer), "(dinit: note: 6 bytes dropped)\nghi\n");
  buffer.append(encode("j\n"));
  assertEquals(text(buffer), "(dinit: note: 1 line (10 bytes) dropped)\nj\n");
  assertEquals(text(newest(0)), "");
});

Deno.test("LogBuffer of the newest notes a restart, and keeps it as any line", () => {
  const buffer = newest(40);
  buffer.append(encode("first line of it\nsecond"));
  buffer.noteRestart();
  assertEquals(
    text(buffer),
    "(dinit: note: 1 line (17 bytes) dropped)\nsecond\n(dinit: note: service restarted)\n",
  );
});

Deno.test("LogBuffer follows another rule at once", () => {
  const buffer = oldest(12);
  buffer.append(encode("one\ntwo\nmore than fits\n"));
  assertEquals(text(buffer), "one\ntwo\nmore");
  buffer.rule = { limitBytes: 9, keeps: "newest" };
  assertEquals(text(buffer), "(dinit: note: 1 line (4 bytes) dropped)\ntwo\nmore");
  buffer.rule = { limitBytes: 20, keeps: "newest" };
  buffer.append(encode("!\nnow there is\n"));
  assertEquals(text(buffer), "(dinit: note: 2 lines (8 bytes) dropped)\nmore!\nnow there is\n");
  buffer.rule = { limitBytes: 8, keeps: "oldest" };
  buffer.append(encode("x"));
  assertEquals(buffer.length, 19);
});

Deno.test("LogBuffer of the newest has always the end of all that came", () => {
  holds(array(textOf(["a", "bc", "\n"], 9)), (pieces) => {
    const buffer = newest(16);
    for (const piece of pieces) buffer.append(encode(piece));
    const all = encode(pieces.join(""));
    const { text: kept, droppedBytes } = withoutDroppedNote(buffer.contents());
    assertEquals([...kept], [...all.subarray(droppedBytes)]);
    assert(kept.length <= 16);
    assert(all.length <= 16 ? droppedBytes === 0 : kept.length > 0);
  });
});
