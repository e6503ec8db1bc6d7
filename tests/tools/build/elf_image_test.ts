import { assertEquals, assertThrows } from "../../assert.ts";
import { addEntryCode, readElf } from "../../../tools/build/elf_image.ts";
import { HIGHEST_ADDRESS, SMALL_ELF_BYTES, smallElf } from "./small_elf.ts";

const CODE = new Uint8Array([1, 2, 3, 4, 5]);
const PT_LOAD = 1;
const PT_NOTE = 4;

Deno.test("readElf() finds the end of the image before what was appended", () => {
  const withData = new Uint8Array([...smallElf(), 9, 9, 9]);
  assertEquals(readElf(withData, "x").length, SMALL_ELF_BYTES);
});

Deno.test("readElf() refuses what is no usable ELF file, and says why", () => {
  const script = new TextEncoder().encode("#!/bin/sh\n");
  assertThrows(() => readElf(script, "a.sh"), /a\.sh: Cannot use .*: it is not an ELF file/);
  const narrow = smallElf();
  narrow[4] = 1;
  assertThrows(() => readElf(narrow, "x"), /not a 64-bit little-endian ELF file/);
  const fixed = smallElf();
  fixed[16] = 2;
  assertThrows(() => readElf(fixed, "x"), /not a position-independent executable/);
  const short = smallElf().subarray(0, SMALL_ELF_BYTES - 1);
  assertThrows(() => readElf(short, "x"), /it is cut off/);
});

Deno.test("addEntryCode() maps the code above all else and makes it the entry point", () => {
  const places: { address: number; originalEntry: number }[] = [];
  const old = smallElf({ entry: 0x1234 });
  const patched = addEntryCode(old, "x", (place) => {
    places.push(place);
    return CODE;
  });
  const image = readElf(patched, "x");
  const added = image.segments.at(-1);

  assertEquals(places, [{ address: 0x30000, originalEntry: 0x1234 }]);
  assertEquals(image.entry, 0x30000);
  assertEquals(added, {
    type: PT_LOAD,
    flags: 5,
    offset: 0x10000,
    address: 0x30000,
    fileSize: CODE.length,
    memorySize: CODE.length,
    alignment: 0x10000,
  });
  assertEquals(patched.subarray(0x10000), CODE);
  assertEquals(image.length, patched.length);
  assertEquals(HIGHEST_ADDRESS < 0x30000, true);
});

Deno.test("addEntryCode() keeps all other headers in their order and all other bytes", () => {
  const old = smallElf();
  const patched = addEntryCode(old, "x", () => CODE);
  const kept = readElf(old, "x").segments.filter((segment) => segment.type !== PT_NOTE);
  assertEquals(readElf(patched, "x").segments.slice(0, -1), kept);
  assertEquals(patched.subarray(0x400, SMALL_ELF_BYTES), old.subarray(0x400));
});

Deno.test("addEntryCode() leaves processor properties alone and takes the other PT_NOTE", () => {
  const patched = addEntryCode(smallElf({ notes: [[1, 5], [3]] }), "x", () => CODE);
  const [note] = readElf(patched, "x").segments.filter((segment) => segment.type === PT_NOTE);
  // Two notes of 20 bytes: the one with the properties.
  assertEquals(note?.fileSize, 40);
});

Deno.test("addEntryCode() refuses a file with no PT_NOTE to give up", () => {
  assertThrows(
    () => addEntryCode(smallElf({ notes: [[5]] }), "x", () => CODE),
    /x: Cannot add the entry code: no PT_NOTE program header is left to give up/,
  );
});
