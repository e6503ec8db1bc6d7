/** Folders of libraries put into programs that a compiler made, and run. */
import { readElf } from "../../../../tools/build/elf/image.ts";
import { addLibraryPath } from "../../../../tools/build/elf/libraries.ts";
import { readDynamic } from "../../../../tools/build/elf/dynamic.ts";
import { assert, assertEquals, assertThrows } from "../../../assert.ts";
import { placeExecutableFile } from "../../../executable_file.ts";
import { withFolder } from "../../../folder.ts";
import { testNeeding, tool } from "../../../skip.ts";
import { smallElf } from "../small_elf.ts";

const PT_NOTE = 4;

/** Says 42 by a library that uses another one, and then which notes it finds. */
const SOURCES = {
  "inner.c": "int inner(void) { return 41; }\n",
  "outer.c": "int inner(void); int outer(void) { return inner() + 1; }\n",
  "main.c": `#define _GNU_SOURCE
#include <link.h>
#include <stdio.h>
int outer(void);
static int notes(struct dl_phdr_info *info, size_t size, void *count) {
  (void)size;
  if (info->dlpi_name[0] == 0)
    for (int i = 0; i < info->dlpi_phnum; i++)
      if (info->dlpi_phdr[i].p_type == PT_NOTE)
        *(int *)count += *(int *)(info->dlpi_addr + info->dlpi_phdr[i].p_vaddr + 8);
  return 0;
}
int main(void) {
  int sum = 0;
  dl_iterate_phdr(notes, &sum);
  printf("%d %d\\n", outer(), sum);
  return 0;
}
`,
};

async function run(program: string, ...args: string[]): Promise<{ code: number; out: string }> {
  const { code, stdout } = await new Deno.Command(program, { args, stderr: "null" }).output();
  return { code, out: new TextDecoder().decode(stdout).trim() };
}

testNeeding(
  "addLibraryPath() has libraries found, those of libraries too, and keeps the notes",
  [tool("gcc")],
  async () => {
    await withFolder(async (folder) => {
      for (const [name, text] of Object.entries(SOURCES)) {
        await Deno.writeTextFile(`${folder}/${name}`, text);
      }
      await Deno.mkdir(`${folder}/lib`);
      const compile = async (output: string, ...args: string[]) =>
        assertEquals((await run("gcc", "-o", `${folder}/${output}`, ...args)).code, 0);
      const library = ["-shared", "-fPIC", `-L${folder}/lib`];
      await compile("lib/libinner.so", ...library, `${folder}/inner.c`);
      await compile("lib/libouter.so", ...library, `${folder}/outer.c`, "-linner");
      const main = [`${folder}/main.c`, `-L${folder}/lib`, "-louter"];
      const early = `-Wl,-rpath-link,${folder}/lib`;
      await compile("plain", "-pie", ...main, early);
      // As the linker itself would have done it.
      await compile(
        "linked",
        "-pie",
        ...main,
        early,
        `-Wl,-rpath,${folder}/lib,--disable-new-dtags`,
      );

      const plain = await Deno.readFile(`${folder}/plain`);
      assertEquals(readDynamic(plain, "plain")?.needed, ["libouter.so", "libc.so.6"]);
      assertEquals((await run(`${folder}/plain`)).code, 127);
      const patched = addLibraryPath(plain, "plain", `/nowhere:${folder}/lib`);
      placeExecutableFile(`${folder}/patched`, patched);
      const { out } = await run(`${folder}/linked`);
      assertEquals(await run(`${folder}/patched`), { code: 0, out });
      assertEquals(readDynamic(patched, "patched")?.path, `/nowhere:${folder}/lib`);
      const notes = (bytes: Uint8Array) =>
        readElf(bytes, "x").segments.filter(({ type }) => type === PT_NOTE).length;
      assertEquals(notes(patched), notes(plain));
    });
  },
);

testNeeding(
  "addLibraryPath() puts its folders before those that are named",
  [tool("gcc")],
  async () => {
    await withFolder(async (folder) => {
      await Deno.writeTextFile(`${folder}/a.c`, "int main(void) { return 7; }\n");
      const args = ["-pie", "-o", `${folder}/a`, `${folder}/a.c`, "-Wl,-rpath,/old/folder"];
      assertEquals((await run("gcc", ...args)).code, 0);
      const bytes = await Deno.readFile(`${folder}/a`);
      const patched = addLibraryPath(bytes, "a", "/new");
      assertEquals(readDynamic(patched, "a")?.path, "/new:/old/folder");
      placeExecutableFile(`${folder}/b`, patched);
      assertEquals((await run(`${folder}/b`)).code, 7);
      // The image stays one that more can be done to.
      assert(readElf(patched, "a").length <= patched.length);
    });
  },
);

Deno.test("addLibraryPath() refuses a file without libraries", () => {
  assertThrows(
    () => addLibraryPath(smallElf(), "x", "/lib"),
    /x: Cannot name folders .*: it uses none/,
  );
  assertEquals(readDynamic(smallElf(), "x"), undefined);
});
