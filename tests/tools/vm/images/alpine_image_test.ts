import { assertEquals, assertMatch } from "../../../assert.ts";
import { findAlpineTarball, withRootPassword } from "../../../../tools/vm/images/alpine_image.ts";
import { ROOT_PASSWORD_HASH } from "../../../../tools/vm/root_password.ts";

Deno.test("withRootPassword() replaces root's password only", () => {
  assertEquals(
    withRootPassword("bin:!::0:::::\nroot:*::0:::::\n"),
    `bin:!::0:::::\nroot:${ROOT_PASSWORD_HASH}::0:::::\n`,
  );
});

Deno.test("findAlpineTarball() says where to get a tarball when there is none", () => {
  const found = findAlpineTarball("/no/such.tar.gz");
  assertMatch(
    typeof found === "string" ? found : found.message,
    /^Found no file "\/no\/such\.tar\.gz"\. Fetch .*alpinelinux\.org/,
  );
});
