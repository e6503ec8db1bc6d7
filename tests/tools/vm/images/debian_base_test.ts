import { assertEquals } from "../../../assert.ts";
import { parseIndexTargets, parseMirror } from "../../../../tools/vm/images/debian_base.ts";

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

Deno.test("parseMirror() takes the mirror of a suite itself, not that of its security updates", () => {
  const output = `Google cloud-sdk main https://packages.example/apt
Debian trixie-security main http://security.example/debian-security/
Debian trixie contrib http://contrib.example/debian/
Debian trixie main http://mirror.example/debian/
`;
  assertEquals(parseMirror(output), "http://mirror.example/debian/");
  assertEquals(parseMirror("Ubuntu noble main http://ubuntu.example/\n"), undefined);
});
