import { crc32 } from "../../../core/checksum.ts";
import {
  asMarker,
  headBytes,
  readHead,
  readRecords,
  recordBytes,
  type SegmentHead,
  type StoredRecord,
} from "../../../core/log/store_form.ts";
import { assert, assertEquals } from "../../assert.ts";
import * as property from "../../property.ts";

const MARKER = asMarker(Uint8Array.of(0x11, 0x92, 0x03, 0xf4, 0x75, 0x06, 0x11, 0x92));
const FORM = { marker: MARKER, checksum: crc32 };
const HEAD: SegmentHead = {
  service: "web@ä\udc80",
  isManager: false,
  run: 7,
  runId: "0123456789abcdef0123456789abcdef",
  begunMs: 1_700_000_000_000,
};

const TEXT = property.uint8Array({ maxLength: 200 });
const RECORDS: property.Arbitrary<StoredRecord[]> = property.array(
  property.record({
    timeMs: property.integer({ min: 0, max: 2 ** 41 }),
    order: property.nat(),
    beginsLine: property.boolean(),
    level: property.option(property.integer({ min: 0, max: 7 }), { nil: undefined }),
    text: TEXT,
  }),
  { maxLength: 8 },
);

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const bytesOf = (records: readonly StoredRecord[]) =>
  records.map((record) => recordBytes(record, MARKER, crc32));

const plain = (records: readonly StoredRecord[]) =>
  records.map(({ text, ...rest }) => ({ ...rest, text: [...text] }));

Deno.test("crc32() is that of the standard, and goes on where it was", () => {
  const text = new TextEncoder().encode("123456789");
  assertEquals(crc32(text, 0), 0xcbf43926);
  assertEquals(crc32(text.subarray(4), crc32(text.subarray(0, 4), 0)), 0xcbf43926);
});

Deno.test("readHead() gives what headBytes() wrote, and nothing of a head with any bit turned", () => {
  const bytes = headBytes(HEAD, MARKER, crc32);
  assertEquals(readHead(bytes, crc32), { head: HEAD, marker: MARKER, length: bytes.length });
  for (let at = 0; at < bytes.length * 8; at++) {
    const other = bytes.slice();
    other[at >> 3] = (other[at >> 3] ?? 0) ^ (1 << (at & 7));
    assertEquals(readHead(other, crc32), undefined, `bit ${at}`);
  }
  for (let length = 0; length < bytes.length; length++) {
    assertEquals(readHead(bytes.subarray(0, length), crc32), undefined);
  }
});

Deno.test("readRecords() gives what recordBytes() wrote, whatever it is", () => {
  property.holds(RECORDS, (records) => {
    const bytes = joined(bytesOf(records));
    const read = readRecords(bytes, 0, FORM);
    assertEquals(plain(read.records), plain(records));
    assertEquals([read.end, read.damagedBytes], [bytes.length, 0]);
  });
});

Deno.test("readRecords() of a file torn anywhere gives the whole records before, and goes on there", () => {
  property.holds(property.tuple(RECORDS, property.nat()), ([records, cut]) => {
    const parts = bytesOf(records);
    const bytes = joined(parts);
    const torn = bytes.subarray(0, cut % (bytes.length + 1));
    const read = readRecords(torn, 0, FORM);
    const whole = read.records.length;
    assertEquals(plain(read.records), plain(records.slice(0, whole)));
    assertEquals(read.end, joined(parts.slice(0, whole)).length);
    const rest = readRecords(bytes, read.end, FORM);
    assertEquals(plain([...read.records, ...rest.records]), plain(records));
  });
});

Deno.test("readRecords() passes over what is damaged, and loses no record but those", () => {
  const damage = property.array(property.tuple(property.nat(), property.nat(255)), {
    minLength: 1,
    maxLength: 4,
  });
  property.holds(property.tuple(RECORDS, damage), ([records, places]) => {
    const parts = bytesOf(records);
    const bytes = joined(parts);
    if (bytes.length === 0) return;
    const hit = new Set<number>();
    for (const [place, value] of places) {
      const at = place % bytes.length;
      if (bytes[at] === value) continue;
      bytes[at] = value;
      let before = 0;
      hit.add(parts.findIndex((part) => at < (before += part.length)));
    }
    const intact = records.filter((_, index) => !hit.has(index));
    // A byte that was changed twice may be as it was.
    const read = readRecords(bytes, 0, FORM).records;
    const missing = intact.filter((record) =>
      !read.some((one) => JSON.stringify(plain([one])) === JSON.stringify(plain([record])))
    );
    assertEquals(missing, []);
    assert(read.length <= records.length);
  });
});

Deno.test("readRecords() finds a record behind one that was torn by a crash", () => {
  const [first, second] = bytesOf([
    {
      timeMs: 1,
      order: 1,
      beginsLine: false,
      level: undefined,
      text: new TextEncoder().encode("lost in the middle of it"),
    },
    {
      timeMs: 2,
      order: 2,
      beginsLine: true,
      level: 3,
      text: new TextEncoder().encode("after\n"),
    },
  ]) as [Uint8Array, Uint8Array];
  const read = readRecords(joined([first.subarray(0, 40), second]), 0, FORM);
  assertEquals(read.records.map(({ order }) => order), [2]);
  assertEquals(read.damagedBytes, 40);
});

Deno.test("a service cannot forge a record: in a damaged one, those of another marker stay text", () => {
  const other = asMarker(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
  const forged = recordBytes(
    {
      timeMs: 5,
      order: 5,
      beginsLine: true,
      level: 0,
      text: new TextEncoder().encode("shutdown ordered by root\n"),
    },
    other,
    crc32,
  );
  const bytes = recordBytes(
    { timeMs: 1, order: 1, beginsLine: false, level: undefined, text: forged },
    MARKER,
    crc32,
  );
  const whole = readRecords(bytes, 0, FORM);
  assertEquals(plain(whole.records).map(({ text }) => text), [[...forged]]);
  // Its checksum is wrong now, so a reader looks for the next one.
  bytes[20] = (bytes[20] ?? 0) ^ 1;
  assertEquals(readRecords(bytes, 0, FORM).records, []);
});
