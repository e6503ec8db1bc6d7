/** The head of kept memory: one number, written by whoever, read by whoever. */
import {
  HEAD,
  regionBehind,
  RegionHead,
  UNIT,
} from "../../../../platform/linux/processes/kept_regions.ts";
import { assert, assertEquals } from "../../../assert.ts";

const SIZE = 10 * UNIT;

Deno.test("a head tells the region that was set last, and none when that was taken back", () => {
  const head = new RegionHead(new Uint8Array(HEAD));
  assert(head.isFresh);
  head.mark();
  assertEquals([head.isFresh, head.isMarked], [false, true]);
  assertEquals(head.read(SIZE), { kind: "nothing" });
  for (const region of [{ start: UNIT, length: UNIT }, { start: 7 * UNIT, length: 3 * UNIT }]) {
    head.set(region);
    assertEquals(head.read(SIZE), region);
  }
  head.set(undefined);
  assertEquals(head.read(SIZE), { kind: "nothing" });
});

Deno.test("a region is where regionBehind() puts it, behind the head and all others", () => {
  assertEquals(regionBehind(HEAD, 1), { start: UNIT, length: UNIT });
  assertEquals(regionBehind(3 * UNIT, UNIT + 1), { start: 3 * UNIT, length: 2 * UNIT });
  assertEquals(regionBehind(3 * UNIT, 2 ** 40), undefined);
  const far = regionBehind(2 ** 47, 5 * UNIT);
  assertEquals(far, { start: 2 ** 47, length: 5 * UNIT });
  const head = new RegionHead(new Uint8Array(HEAD));
  head.mark();
  head.set(far);
  assertEquals(head.read(2 ** 48), far);
});

Deno.test("a head never tells of what is not in the file, whatever is written there", () => {
  const bytes = new Uint8Array(HEAD);
  const head = new RegionHead(bytes);
  head.mark();
  const numbers = new Float64Array(bytes.buffer);
  const impossible = [
    ...[-1, 0.5, NaN, Infinity, 1e300, 2 ** 53, 5e-324],
    // In the head; of no length; longer than the file; behind its end.
    ...[1, 0x10_0000 * 2, 0x10_0000 + 10, 0x10_0000 * 10 + 1],
  ];
  for (const number of impossible) {
    numbers[1] = number;
    const why = "it says that it has a part which is not there";
    assertEquals(head.read(SIZE), { kind: "fault", why }, String(number));
  }
});

Deno.test("a head of another format is refused, and one that is none is not taken for one", () => {
  const bytes = new Uint8Array(HEAD);
  const head = new RegionHead(bytes);
  head.mark();
  bytes[4] = 2;
  const why = "its format is 2, and 1 is understood";
  assertEquals(head.read(SIZE), { kind: "fault", why });
  bytes.set(new TextEncoder().encode("Dear all"));
  assertEquals([head.isFresh, head.isMarked], [false, false]);
});
