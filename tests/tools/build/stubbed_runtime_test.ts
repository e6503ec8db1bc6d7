import { assertEquals, assertIncludes, assertThrows } from "../../assert.ts";
import { readElf } from "../../../tools/build/elf_image.ts";
import { STUB_MARK } from "../../../tools/build/entry_stub.ts";
import { addStub, cacheStubbedRuntime } from "../../../tools/build/stubbed_runtime.ts";
import { TARGETS } from "../../../tools/build/target.ts";
import { smallElf } from "./small_elf.ts";

const X86_64 = TARGETS["x86_64-unknown-linux-gnu"];
const AARCH64 = TARGETS["aarch64-unknown-linux-gnu"];

/** The segment that holds the entry point, as bytes, and its address. */
function entrySegment(patched: Uint8Array): { address: number; bytes: Uint8Array } {
  const { entry, segments } = readElf(patched, "patched");
  const found = segments.find((segment) => segment.type === 1 && segment.address === entry);
  if (found === undefined) throw new Error("No segment begins at the entry point");
  return { address: entry, bytes: patched.subarray(found.offset, found.offset + found.fileSize) };
}

Deno.test("addStub() on x86-64 makes code that jumps to the old entry point", () => {
  const { address, bytes } = entrySegment(addStub(smallElf({ entry: 0x1234 }), "x", X86_64));
  // mov rdx,rbx; jmp rel32: the stub's only way out.
  const exit = bytes.toHex().indexOf("4889dae9") / 2;
  const distance = new DataView(bytes.buffer, bytes.byteOffset).getInt32(exit + 4, true);
  assertEquals(address + exit + 8 + distance, 0x1234);
  assertIncludes(new TextDecoder().decode(bytes), STUB_MARK);
});

Deno.test("addStub() on aarch64 makes code that jumps to the old entry point", () => {
  const elf = smallElf({ entry: 0x1234, machine: 183 });
  const { address, bytes } = entrySegment(addStub(elf, "x", AARCH64));
  // mov x0, x19; b label: the stub's only way out.
  const exit = bytes.toHex().indexOf("e00313aa") / 2;
  const branch = new DataView(bytes.buffer, bytes.byteOffset).getInt32(exit + 4, true);
  const distance = (branch << 6 >> 6) * 4;
  assertEquals(address + exit + 4 + distance, 0x1234);
});

Deno.test("addStub() refuses a runtime that has the stub", () => {
  const once = addStub(smallElf({ notes: [[3], [3]] }), "x", X86_64);
  assertThrows(
    () => addStub(once, "denort", X86_64),
    /denort: Cannot add the entry stub: it is there already/,
  );
});

Deno.test("cacheStubbedRuntime() writes once and names the file by its sources", async () => {
  const cache = await Deno.makeTempDir({ prefix: "dinit-cache-" });
  try {
    const first = await cacheStubbedRuntime(smallElf(), X86_64, cache);
    await Deno.writeTextFile(first, "marked");
    assertEquals(await cacheStubbedRuntime(smallElf(), X86_64, cache), first);
    assertEquals(await Deno.readTextFile(first), "marked");
    const other = await cacheStubbedRuntime(smallElf({ entry: 0x2222 }), X86_64, cache);
    assertEquals(other === first, false);
    assertEquals(((await Deno.stat(other)).mode ?? 0) & 0o777, 0o755);
  } finally {
    await Deno.remove(cache, { recursive: true });
  }
});
