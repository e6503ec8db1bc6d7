import { addMappedParts } from "../../../tools/build/mapped_parts.ts";
import { PARTS_PLACE } from "../../../native/programs/parts_place.ts";
import { assertEquals, assertThrows } from "../../assert.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** An image with the entry program's mark and words near its end, and the mark once before. */
function image(): Uint8Array<ArrayBuffer> {
  const zeros = "\0".repeat(PARTS_PLACE.wordsBytes);
  return encoder.encode(`${PARTS_PLACE.mark} runtime ${PARTS_PLACE.mark}${zeros} end`);
}

Deno.test("addMappedParts() puts the parts behind the image, and the entry program finds them", () => {
  const runtime = image();
  const result = addMappedParts(runtime, [
    { name: "a.js", bytes: encoder.encode("first") },
    { name: "a.cache", bytes: new Uint8Array(0) },
    { name: "b.js", bytes: encoder.encode("second") },
  ]);
  const words = new DataView(result.buffer, runtime.length - " end".length - 16, 16);
  const begin = Number(words.getBigUint64(0, true));
  const length = Number(words.getBigUint64(8, true));
  // What mmap(2) wants, with the largest pages there are.
  assertEquals(begin % 0x10000, 0);
  const mapped = result.subarray(begin);
  assertEquals(mapped.length, length);
  const listLength = new DataView(result.buffer, begin).getUint32(0, true);
  const places: Record<string, [number, number]> = JSON.parse(
    decoder.decode(mapped.subarray(4, 4 + listLength)),
  );
  assertEquals(
    Object.entries(places).map(([name, [at, size]]) => [
      name,
      decoder.decode(mapped.subarray(at, at + size)),
      at % 8,
    ]),
    [["a.js", "first", 0], ["a.cache", "", 0], ["b.js", "second", 0]],
  );
  result.fill(0, runtime.length - " end".length - 16, runtime.length - " end".length);
  assertEquals(result.subarray(0, runtime.length), image());
});

Deno.test("addMappedParts() leaves an image as it is when there are no parts", () => {
  assertEquals(addMappedParts(image(), []), image());
});

Deno.test("addMappedParts() refuses an image that could not map them", () => {
  const part = { name: "a.js", bytes: encoder.encode("first") };
  assertThrows(
    () => addMappedParts(encoder.encode("a runtime without an entry"), [part]),
    /the runtime has no entry program to map them/,
  );
});
