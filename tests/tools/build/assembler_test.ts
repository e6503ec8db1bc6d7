import { assertEquals, assertThrows } from "../../assert.ts";
import {
  assemble,
  data,
  type Item,
  label,
  littleEndian,
  text,
} from "../../../tools/build/assembler.ts";

/** An instruction of two bytes that holds the distance to a label. */
function distanceTo(name: string): Item {
  return {
    size: 2,
    encode: (here, addressOf) => littleEndian(addressOf(name) - here, 2),
  };
}

Deno.test("assemble() finds labels before and after, and outside", () => {
  const program = assemble(
    [distanceTo("end"), label("middle"), distanceTo("middle"), distanceTo("out"), label("end")],
    0x100,
    { out: 0x110 },
  );
  assertEquals([...program], [6, 0, 0, 0, 12, 0]);
});

Deno.test("assemble() places data and texts", () => {
  assertEquals([...assemble([data([1, 2]), text("aé")], 0, {})], [1, 2, 0x61, 0xc3, 0xa9, 0]);
});

Deno.test("assemble() refuses unknown and doubled labels", () => {
  assertThrows(() => assemble([distanceTo("x")], 0, {}), /Label "x" is not defined/);
  assertThrows(() => assemble([label("x"), label("x")], 0, {}), /Label "x" is defined twice/);
});

Deno.test("littleEndian() writes negative numbers as two's complement", () => {
  assertEquals(littleEndian(-2, 4), [0xfe, 0xff, 0xff, 0xff]);
});
