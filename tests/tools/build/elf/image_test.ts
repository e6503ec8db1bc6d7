import { assertEquals, assertThrows } from "../../../assert.ts";
import { addEntryCode, readElf } from "../../../../tools/build/elf/image.ts";
import { HIGHEST_ADDRESS, SMALL_ELF_BYTES, smallElf } from "../small_elf.ts";

const CODE = new Uint8Array([1, 2, 3, 4, 5]);
const LOADER = "/lib64/ld-linux.so.2";
const [PT_LOAD, PT_INTERP, PT_PHDR] = [1, 3, 6];
const HEADER_BYTES = 56;
const makeCode = () => ({ bytes: CODE, headersAt: 0 });

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

Deno.test("addEntryCode() maps the code above all else and lets the kernel enter it", () => {
  const old = smallElf({ entry: 0x1234, interpreter: LOADER });
  const patched = addEntryCode(old, "x", (place) => {
    assertEquals(place.address, 0x30000);
    assertEquals(place.originalEntry, 0x1234);
    assertEquals(place.interpreter, LOADER);
    return { bytes: CODE, headersAt: 0x30002 };
  });
  const image = readElf(patched, "x");

  assertEquals(image.entry, 0x30000);
  assertEquals(image.segments.at(-1), {
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

Deno.test("addEntryCode() hides the loader from the kernel and changes nothing else", () => {
  const old = smallElf({ interpreter: LOADER });
  const patched = addEntryCode(old, "x", makeCode);
  const kept = readElf(old, "x").segments.filter((segment) => segment.type !== PT_INTERP);
  assertEquals(readElf(patched, "x").segments.slice(0, -1), kept);
  assertEquals(patched.subarray(0x400, SMALL_ELF_BYTES), old.subarray(0x400));
});

Deno.test("addEntryCode() shows the loader the old headers, in the place where they are now", () => {
  const old = smallElf({ interpreter: LOADER });
  const { segments } = readElf(old, "x");
  const expected = old.slice(64, 64 + segments.length * HEADER_BYTES);
  const view = new DataView(expected.buffer);
  const own = segments.findIndex(({ type }) => type === PT_PHDR) * HEADER_BYTES;
  const shown: Uint8Array[] = [];
  addEntryCode(old, "x", ({ address, headers }) => {
    shown.push(headers);
    return { bytes: CODE, headersAt: address + 0x40 };
  });
  view.setBigUint64(own + 16, 0x30040n, true);
  view.setBigUint64(own + 24, 0x30040n, true);
  assertEquals(shown.at(-1), expected);
});

Deno.test("addEntryCode() refuses a file that names no loader", () => {
  assertThrows(
    () => addEntryCode(smallElf(), "x", makeCode),
    /x: Cannot add the entry code: the file names no loader \(PT_INTERP\)/,
  );
});
