import { levelledLine } from "../../../core/log/line_level.ts";
import { StoredLineReader } from "../../../core/log/stored_lines.ts";
import type { StoredRecord } from "../../../core/log/store_form.ts";
import { assertEquals } from "../../assert.ts";

function record(text: string, order: number, parts: Partial<StoredRecord> = {}): StoredRecord {
  const bytes = new TextEncoder().encode(text);
  return { timeMs: order * 10, order, beginsLine: false, level: undefined, text: bytes, ...parts };
}

Deno.test("StoredLineReader.read() puts lines together that came in parts, with the time of their beginning", () => {
  const reader = new StoredLineReader();
  assertEquals(reader.read(record("one\nha", 1), 1), [
    { timeMs: 10, run: 1, order: 1, level: undefined, text: "one" },
  ]);
  assertEquals(reader.read(record("lf", 2), 1), []);
  assertEquals(reader.read(record(" a line\n", 3), 1), [
    { timeMs: 10, run: 1, order: 1, level: undefined, text: "half a line" },
  ]);
  assertEquals(reader.finish(), []);
});

Deno.test("StoredLineReader.read() ends a line where another process or run begins", () => {
  const reader = new StoredLineReader();
  reader.read(record("unended", 1), 1);
  const next = reader.read(record("new\n", 2, { beginsLine: true }), 1);
  assertEquals(next.map(({ text }) => text), ["unended", "new"]);
  reader.read(record("cut off by a crash", 3), 1);
  const other = reader.read(record("boot\n", 4), 2);
  assertEquals(other.map(({ run, text }) => [run, text]), [[1, "cut off by a crash"], [2, "boot"]]);
});

Deno.test("StoredLineReader takes the level that a record has, or that a line says", () => {
  const reader = new StoredLineReader();
  const lines = [
    ...reader.read(record("<3>bad\n<9>odd\n", 1), 1),
    ...reader.read(record("of the manager\n", 2, { level: 4 }), 1),
  ];
  assertEquals(lines.map(({ level, text }) => [level, text]), [
    [3, "bad"],
    [undefined, "<9>odd"],
    [4, "of the manager"],
  ]);
  assertEquals(levelledLine("<0>"), { level: 0, text: "" });
});

Deno.test("StoredLineReader keeps every byte, and shows a line without an end in parts", () => {
  const reader = new StoredLineReader();
  const odd = record("", 1, { text: Uint8Array.of(0x00, 0xff, 0x1b, 0x0a) });
  assertEquals(reader.read(odd, 1).map(({ text }) => text), ["\0\udcff\x1b"]);
  const part = record("x".repeat(40_000), 2);
  const shown = [...reader.read(part, 1), ...reader.read(part, 1), ...reader.read(part, 1)];
  assertEquals(shown.map(({ text }) => text.length), [80_000]);
  assertEquals(reader.finish().map(({ text }) => text.length), [40_000]);
});
