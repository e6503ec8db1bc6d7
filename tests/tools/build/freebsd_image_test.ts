import { finishExecutable, prepareRuntime } from "../../../tools/build/freebsd_image.ts";
import { assertEquals, assertIncludes, assertThrows } from "../../assert.ts";
import { readElf } from "../../../tools/build/elf/image.ts";
import { smallElf } from "./small_elf.ts";

Deno.test("finishExecutable() leaves headers alone that FreeBSD's kernel reads", () => {
  assertEquals(finishExecutable(smallElf(), "dinit"), undefined);
});

Deno.test("finishExecutable() does not let an executable pass that the kernel would refuse", () => {
  const elf = smallElf();
  const away = new Uint8Array(elf.length + 0x10000);
  away.set(elf);
  // The table at the end, with no note behind it.
  away.copyWithin(0x8000, 64, 64 + 8 * 56);
  new DataView(away.buffer).setBigUint64(32, 0x8000n, true);
  const note = readElf(elf, "x").segments.findIndex(({ type }) => type === 4);
  new DataView(away.buffer).setUint32(0x8000 + note * 56, 0, true);
  assertThrows(() => finishExecutable(away, "dinit"), /dinit: Cannot move the program headers/);
});

Deno.test("prepareRuntime() leaves a runtime as it is that has no place for the path", () => {
  const told: string[] = [];
  const elf = smallElf();
  assertEquals(prepareRuntime(elf, "2.7.11", (line) => void told.push(line)), elf);
  assertIncludes(told[0] ?? "", "must be copied to /lib");
  // From 2.9 on the path is put in afterwards.
  for (const version of ["2.9.0", "2.10.1", "3.0.0"]) {
    assertEquals(prepareRuntime(elf, version, (line) => void told.push(line)), elf);
  }
  assertEquals(told.length, 1);
});
