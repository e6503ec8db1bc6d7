/**
 * Each set can be installed alone, so what several need is there several times. These tests keep the
 * copies equal: whoever changes one is told to change the other.
 */
import { assertEquals } from "../assert.ts";
import { filesIn } from "./service_set.ts";

/** Folders that share files, and the names under which they differ on purpose. */
const PAIRS = [
  {
    original: "services/linux",
    copy: "services/alpine",
    // The device manager and the programs are others.
    different: ["devices.toml", "getty.toml", "klogd.toml", "modules.toml", "syslogd.toml"],
    differentScripts: ["devices.sh"],
  },
  {
    original: "services/freebsd",
    copy: "services/freebsd/thin",
    // There is no "early" but one service for all that /etc/rc does.
    different: ["boot.toml", "getty.toml", "login.toml", "single.toml"],
    differentScripts: [],
  },
] as const;

for (const { original, copy, different, differentScripts } of PAIRS) {
  Deno.test(`${copy}: what it has in common with ${original} is equal`, () => {
    assertEquals(unequal(original, copy), [...different]);
    assertEquals(unequal(`${original}/scripts`, `${copy}/scripts`), [...differentScripts]);
  });
}

/** Names that are in both folders, with different contents. */
function unequal(original: string, copy: string): string[] {
  const names = filesIn(original).filter((name) => filesIn(copy).includes(name));
  return names.filter((name) => read(`${original}/${name}`) !== read(`${copy}/${name}`));
}

function read(path: string): string {
  return Deno.readTextFileSync(path);
}
