import { assertEquals, assertIncludes, assertThrows } from "../../../assert.ts";
import { readElf } from "../../../../tools/build/elf/image.ts";
import {
  addEntryProgram,
  cachePatchedRuntime,
  ENTRY_MARK,
} from "../../../../tools/build/runtime/patched.ts";
import { TARGETS } from "../../../../tools/build/target.ts";
import { smallElf } from "../small_elf.ts";

const X86_64 = TARGETS["x86_64-unknown-linux-gnu"];
const AARCH64 = TARGETS["aarch64-unknown-linux-gnu"];

/** The segment that begins with the entry point, as bytes. */
function entrySegment(patched: Uint8Array): Uint8Array {
  const { entry, segments } = readElf(patched, "patched");
  const found = segments.find((segment) => segment.type === 1 && segment.address === entry);
  if (found === undefined) throw new Error("No segment begins at the entry point");
  return patched.subarray(found.offset, found.offset + found.fileSize);
}

const LOADER = "/lib/ld-linux-test.so.2";

for (const target of [X86_64, AARCH64]) {
  Deno.test(`addEntryProgram() on ${target.processor} knows the loader's path and bears a mark`, () => {
    const old = smallElf({ machine: target.elfMachine, interpreter: LOADER });
    const text = new TextDecoder().decode(entrySegment(addEntryProgram(old, "x", target)));
    assertIncludes(text, `${LOADER}\0`);
    assertIncludes(text, `${ENTRY_MARK}\0`);
  });
}

Deno.test("addEntryProgram() refuses a runtime that has one, or names no loader", () => {
  const once = addEntryProgram(smallElf({ interpreter: LOADER }), "x", X86_64);
  assertThrows(
    () => addEntryProgram(once, "denort", X86_64),
    /denort: Cannot add the entry program: it is there already/,
  );
  assertThrows(
    () => addEntryProgram(smallElf(), "denort", X86_64),
    /denort: Cannot add the entry code: the file names no loader/,
  );
});

Deno.test("cachePatchedRuntime() writes once and names the file by its sources", async () => {
  const cache = await Deno.makeTempDir({ prefix: "dinit-cache-" });
  try {
    const first = await cachePatchedRuntime(smallElf({ interpreter: LOADER }), X86_64, cache);
    await Deno.writeTextFile(first, "marked");
    assertEquals(
      await cachePatchedRuntime(smallElf({ interpreter: LOADER }), X86_64, cache),
      first,
    );
    assertEquals(await Deno.readTextFile(first), "marked");
    const other = await cachePatchedRuntime(
      smallElf({ entry: 0x2222, interpreter: LOADER }),
      X86_64,
      cache,
    );
    assertEquals(other === first, false);
    assertEquals(((await Deno.stat(other)).mode ?? 0) & 0o777, 0o755);
  } finally {
    await Deno.remove(cache, { recursive: true });
  }
});
