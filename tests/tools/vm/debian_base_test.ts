import { assertEquals } from "../../assert.ts";
import { parseIndexTargets } from "../../../tools/vm/debian_base.ts";

Deno.test("parseIndexTargets() keeps Debian's main mirrors of the suite, each once", () => {
  const output = `Debian bookworm main http://mirror/debian/
Debian bookworm main http://mirror/debian/
Debian bookworm contrib http://mirror/debian/
Debian bookworm-security main http://mirror/debian-security/
Debian bookworm-backports main http://mirror/debian/
Elsewhere bookworm main http://other/
`;
  assertEquals(parseIndexTargets(output), [
    "deb http://mirror/debian/ bookworm main",
    "deb http://mirror/debian-security/ bookworm-security main",
  ]);
});

Deno.test("parseIndexTargets() gives nothing on a host of another suite", () => {
  assertEquals(parseIndexTargets("Debian trixie main http://mirror/debian/\n"), []);
  assertEquals(parseIndexTargets(""), []);
});
