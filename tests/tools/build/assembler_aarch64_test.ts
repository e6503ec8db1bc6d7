/** The expected bytes are those that llvm-objdump 14 shows for the text beside them. */
import { assertEquals, assertThrows } from "../../assert.ts";
import { assemble, type Item } from "../../../tools/build/assembler.ts";
import {
  addImmediate,
  compare,
  compareRegisters,
  jump,
  jumpIf,
  jumpIfNegative,
  jumpIfNotNegative,
  load,
  loadAddress,
  loadByte,
  move,
  moveImmediate,
  moveStackPointer,
  store,
  systemCall,
} from "../../../tools/build/assembler_aarch64.ts";

/** Assembles one instruction at 0x1000, with a label elsewhere. */
function encode(item: Item, label = 0x1000): string {
  return assemble([item], 0x1000, { label }).toHex();
}

Deno.test("moveImmediate() takes movn for negative numbers", () => {
  assertEquals(encode(moveImmediate(8, 172)), "881580d2"); // mov x8, #172
  assertEquals(encode(moveImmediate(0, -100)), "600c8092"); // mov x0, #-100
  assertEquals(encode(moveImmediate(3, 0)), "030080d2"); // mov x3, #0
  assertEquals(encode(moveImmediate(1, 36 * 2 ** 30)), "2101c0d2"); // mov x1, #38654705664
  assertThrows(() => moveImmediate(0, 0x10000), /Cannot load 65536 by one instruction/);
});

Deno.test("move(), compare() and systemCall() encode", () => {
  assertEquals(encode(move(19, 0)), "f30300aa"); // mov x19, x0
  assertEquals(encode(compare(0, 1)), "1f0400f1"); // cmp x0, #1
  assertEquals(encode(compare(0, -2)), "1f0800b1"); // cmn x0, #2
  assertEquals(encode(compareRegisters(12, 13)), "9f010deb"); // cmp x12, x13
  assertEquals(encode(addImmediate(10, 1)), "4a050091"); // add x10, x10, #1
  assertEquals(encode(moveStackPointer(9)), "e9030091"); // mov x9, sp
  assertEquals(encode(systemCall()), "010000d4"); // svc #0
});

Deno.test("load(), loadByte() and store() encode", () => {
  assertEquals(encode(load(10, 9)), "2a0140f9"); // ldr x10, [x9]
  assertEquals(encode(loadByte(12, 10)), "4c014039"); // ldrb w12, [x10]
  assertEquals(encode(store(9, 10)), "2a0100f9"); // str x10, [x9]
});

Deno.test("loadAddress() reaches every byte, forward and back", () => {
  assertEquals(encode(loadAddress(1, "label"), 0x1000 + 784), "81180010"); // adr x1, #784
  assertEquals(encode(loadAddress(1, "label"), 0x1000 + 771), "01180070"); // adr x1, #771
  assertEquals(encode(loadAddress(1, "label"), 0x1000 - 4), "e1ffff10"); // adr x1, #-4
});

Deno.test("jumps count in instructions, forward and back", () => {
  assertEquals(encode(jumpIfNotNegative(0, "label"), 0x1050), "8002f8b6"); // tbz x0, #63, +0x50
  assertEquals(encode(jumpIfNegative(0, "label"), 0x1050), "8002f8b7"); // tbnz x0, #63, +0x50
  assertEquals(encode(jumpIf("notEqual", "label"), 0x11e8), "410f0054"); // b.ne +0x1e8
  assertEquals(encode(jumpIf("equal", "label"), 0x11e8), "400f0054"); // b.eq +0x1e8
  assertEquals(encode(jumpIf("below", "label"), 0x11e8), "430f0054"); // b.lo +0x1e8
  assertEquals(encode(jump("label"), 0x10dc), "37000014"); // b +0xdc
  assertEquals(encode(jump("label"), 0xff8), "feffff17"); // b -0x8
});

Deno.test("jumps refuse what they cannot reach", () => {
  assertThrows(() => encode(jump("label"), 0x1000 + 2 ** 27), /"label" is out of reach/);
  assertThrows(() => encode(jumpIfNegative(0, "label"), 0x1000 + 2 ** 15), /out of reach/);
  assertThrows(() => encode(jump("label"), 0x1002), /"label" is out of reach/);
});
