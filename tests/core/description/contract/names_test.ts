import { nameFault, serviceName, splitName } from "../../../../core/description/contract/names.ts";
import { serviceOfEntry } from "../../../../core/description/values/names.ts";
import { assert, assertEquals, assertThrows } from "../../../assert.ts";

Deno.test("nameFault() allows the documented characters, and anything behind @", () => {
  for (const name of ["web", "a.b_c-d", "9p", "-x", "größe", "web@", "web@a/b c@d", "a@\n"]) {
    assertEquals(nameFault(name), undefined, name);
  }
});

Deno.test("nameFault() refuses everything else", () => {
  const bad = [
    "",
    ".x",
    "..",
    "@",
    "@x",
    "a b",
    "a/b",
    "/a",
    "a!",
    "a$",
    "a:",
    "a\n",
    "a\x7f",
    "a@\0",
  ];
  for (const name of bad) assert(nameFault(name) !== undefined, JSON.stringify(name));
  assert(nameFault("a@" + "x".repeat(65_533)) === undefined);
  assert(nameFault("a@" + "x".repeat(65_534)) !== undefined);
  assert(nameFault("a@" + "ä".repeat(32_767)) !== undefined);
});

Deno.test("serviceName() throws for what is no name", () => {
  assertEquals(String(serviceName("web@1")), "web@1");
  assertThrows(() => serviceName("a b"), /Not a service name: "a b"/);
});

Deno.test("splitName() divides at the first @ and tells no argument from an empty one", () => {
  assertEquals(splitName("web"), { base: "web", argument: undefined });
  assertEquals(splitName("web@"), { base: "web", argument: "" });
  assertEquals(splitName("web@a@b"), { base: "web", argument: "a@b" });
});

Deno.test("serviceOfEntry() drops the suffix and skips what names no service", () => {
  assertEquals(serviceOfEntry("sshd.toml") as string, "sshd");
  assertEquals(serviceOfEntry("sshd") as string, "sshd");
  assertEquals(serviceOfEntry(".keep"), undefined);
  assertEquals(serviceOfEntry(".toml"), undefined);
});
