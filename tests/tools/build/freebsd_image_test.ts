import { headersFault, withLibraryPath } from "../../../tools/build/freebsd_image.ts";
import { assertEquals, assertIncludes, assertMatch } from "../../assert.ts";
import { smallElf } from "./small_elf.ts";

Deno.test("headersFault() tells of program headers that FreeBSD's kernel does not read", () => {
  const elf = smallElf();
  assertEquals(headersFault(elf), undefined);
  new DataView(elf.buffer).setBigUint64(32, 0x5cd1000n, true);
  assertMatch(
    headersFault(elf) ?? "",
    /FreeBSD's kernel would not run it: .* at 97325056, not in the first/,
  );
});

Deno.test("withLibraryPath() leaves a runtime as it is that has no place for it, and says so", () => {
  const told: string[] = [];
  const elf = smallElf();
  assertEquals(withLibraryPath(elf, (line) => void told.push(line)), elf);
  assertIncludes(told[0] ?? "", "must be copied to /lib");
});
