/**
 * Program headers that were moved to the end of a file, as Deno 2.9 does, come back; the program
 * runs.
 */
import { readDynamic } from "../../../../tools/build/elf/dynamic.ts";
import { bringHeadersHome } from "../../../../tools/build/elf/headers_home.ts";
import {
  nextPlace,
  PROGRAM_HEADER_BYTES,
  readElf,
  roundUp,
  viewOf,
  writeSegment,
} from "../../../../tools/build/elf/image.ts";
import { assertEquals, assertThrows } from "../../../assert.ts";
import { placeExecutableFile } from "../../../executable_file.ts";
import { withFolder } from "../../../folder.ts";
import { surroundings, testNeeding, tool } from "../../../skip.ts";
import { smallElf } from "../small_elf.ts";

const PT_LOAD = 1;
const PT_NOTE = 4;
const PT_PHDR = 6;

/**
 * Says what a library answers, and the types of its own notes. Without the C library's start, whose
 * notes differ.
 */
const MAIN = `#define _GNU_SOURCE
#include <link.h>
#include <stdio.h>
#include <unistd.h>
int answer(void);
static int notes(struct dl_phdr_info *info, size_t size, void *data) {
  if (info->dlpi_name[0]) return 0;
  for (int i = 0; i < info->dlpi_phnum; i++) {
    const ElfW(Phdr) *header = &info->dlpi_phdr[i];
    if (header->p_type != PT_NOTE) continue;
    char *at = (char *)info->dlpi_addr + header->p_vaddr, *end = at + header->p_memsz;
    while (at < end) {
      unsigned *note = (unsigned *)at;
      printf(" %u", note[2]);
      at += 12 + ((note[0] + 3) & ~3) + ((note[1] + 3) & ~3);
    }
  }
  return 0;
}
void _start(void) {
  __asm__("and $-16, %rsp");
  printf("%d", answer());
  dl_iterate_phdr(notes, 0);
  fflush(stdout);
  _exit(0);
}
`;

/**
 * As `deno compile` of 2.9.6 does: a segment more, in which are the headers and a note more, of
 * type 77.
 */
function moveHeadersAway(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { segments } = readElf(bytes, "x");
  const { offset, address } = nextPlace(bytes, segments);
  const headersSize = (segments.length + 2) * PROGRAM_HEADER_BYTES;
  const note = new Uint8Array(20);
  const noteView = viewOf(note);
  [4, 4, 77].forEach((number, index) => noteView.setUint32(index * 4, number, true));
  const noteAt = roundUp(headersSize, 4);
  const size = noteAt + note.length;
  const result = new Uint8Array(offset + size);
  result.set(bytes);
  result.set(note, offset + noteAt);
  const view = viewOf(result);
  const plain = { flags: 4, alignment: 4 };
  const sized = (fileSize: number) => ({ fileSize, memorySize: fileSize });
  const headers = [
    ...segments.map((one) =>
      one.type === PT_PHDR ? { ...one, offset, address, ...sized(headersSize) } : one
    ),
    { ...plain, type: PT_LOAD, offset, address, ...sized(size), alignment: 0x10000 },
    { ...plain, type: PT_NOTE, offset: offset + noteAt, address: address + noteAt, ...sized(20) },
  ];
  headers.forEach((one, index) => writeSegment(view, offset + index * PROGRAM_HEADER_BYTES, one));
  view.setBigUint64(32, BigInt(offset), true);
  view.setUint16(56, headers.length, true);
  return result;
}

testNeeding(
  "bringHeadersHome() makes a program that runs, finds its libraries and has all notes",
  [tool("gcc"), surroundings("x86-64", Deno.build.arch === "x86_64")],
  async () => {
    await withFolder(async (folder) => {
      const write = (name: string, text: string) => Deno.writeTextFile(`${folder}/${name}`, text);
      await write("answer.c", "int answer(void) { return 42; }\n");
      await write("main.c", MAIN);
      const compile = async (...args: string[]) => {
        const { success } = await new Deno.Command("gcc", { args, cwd: folder }).output();
        assertEquals(success, true);
      };
      await compile("-shared", "-fPIC", "-o", "libanswer.so", "answer.c");
      const options = ["-pie", "-fPIE", "-fcf-protection=none", "-nostartfiles", "-Wl,--build-id"];
      await compile(...options, "-o", "main", "main.c", "-L.", "-lanswer");

      const away = moveHeadersAway(await Deno.readFile(`${folder}/main`));
      const home = bringHeadersHome(away, "main", `/nowhere:${folder}`);
      placeExecutableFile(`${folder}/home`, home);
      const { code, stdout } = await new Deno.Command(`${folder}/home`).output();
      // 3 is the build ID.
      assertEquals([code, new TextDecoder().decode(stdout)], [0, "42 3 77"]);
      assertEquals(Number(viewOf(home).getBigUint64(32, true)), 64);
      assertEquals(readDynamic(home, "home")?.path, `/nowhere:${folder}`);
    });
  },
);

Deno.test("bringHeadersHome() refuses what is no such file, and says why", () => {
  const elf = smallElf();
  const note = readElf(elf, "x").segments.findIndex(({ type }) => type === PT_NOTE);
  viewOf(elf).setUint32(64 + note * PROGRAM_HEADER_BYTES, 0, true);
  assertThrows(
    () => bringHeadersHome(elf, "x", "/lib"),
    /x: Cannot move the program headers to the beginning of the file: no note follows them/,
  );
});
