/** The program's own pages, given back while it runs. */
import { openPlatform } from "../../../../platform/mod.ts";
import { unwrittenMappings } from "../../../../platform/linux/processes/program_pages.ts";
import { PARTS_PLACE } from "../../../../native/programs/parts_place.ts";
import { assert, assertEquals } from "../../../assert.ts";

const platform = openPlatform();

const MAPS = `1001000000-1001600000 r--p 05cb0000 08:01 12 /opt/my program
555500000000-555502000000 r--p 00000000 08:01 12 /opt/my program
555502000000-555505000000 r-xp 01fff000 08:01 12                         /opt/my program
555505000000-555505200000 r--p 04fff000 08:01 12 /opt/my program
555505200000-555505300000 rw-p 051ff000 08:01 12 /opt/my program
7f0000000000-7f0000100000 r-xp 00000000 08:01 13 /lib/libc.so.6
7f0000200000-7f0000300000 r-xp 00000000 00:00 0 
`;

Deno.test("unwrittenMappings() are text and constants, not what relocations were written to", () => {
  assertEquals(unwrittenMappings(MAPS, "/opt/my program"), [
    [PARTS_PLACE.address, PARTS_PLACE.address + 0x600000],
    [0x555500000000, 0x555502000000],
    [0x555502000000, 0x555505000000],
  ]);
  assertEquals(unwrittenMappings(MAPS, "/opt/other"), []);
});

Deno.test("releaseProgramPages() makes this very program smaller, and it runs on", () => {
  const fileBytes = () =>
    Number(/^RssFile:\s+(\d+) kB/m.exec(Deno.readTextFileSync("/proc/self/status"))?.[1]);
  const before = fileBytes();
  platform.releaseProgramPages();
  const after = fileBytes();
  assert(after < before / 2, `${before} kB before, ${after} kB after`);
  assertEquals(JSON.parse(JSON.stringify({ works: [1, "two"] })), { works: [1, "two"] });
});
