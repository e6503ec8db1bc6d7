import { parseCapabilities } from "../../../../core/description/values/capabilities.ts";
import { assertEquals } from "../../../assert.ts";

/** `NUMBER` and a letter for each vector it goes to: inheritable, ambient, blocked. */
function parse(text: string): string[] | string {
  const result = parseCapabilities(text);
  if (result.kind === "fault") return result.why;
  return result.items.map(({ capability, inheritable, ambient, blocked }) =>
    `${capability}${inheritable ? "i" : ""}${ambient ? "a" : ""}${blocked ? "b" : ""}`
  );
}

Deno.test("parseCapabilities() takes names in any case, numbers and every prefix", () => {
  assertEquals(parse("cap_chown,CAP_KILL"), ["0i", "5i"]);
  assertEquals(parse("^cap_net_raw,%cap_bpf,!cap_sys_boot,cap_checkpoint_restore"), [
    "13ia",
    "39i",
    "22b",
    "40i",
  ]);
  assertEquals(parse("!^7,!%8,0,63"), ["7iab", "8ib", "0i", "63i"]);
});

Deno.test("parseCapabilities() adds up the flags of a name that is given again", () => {
  assertEquals(parse("!cap_kill,^5"), ["5iab"]);
  assertEquals(parse("cap_kill,!cap_kill"), ["5ib"]);
});

Deno.test("parseCapabilities() allows one comma at the end and no empty item", () => {
  assertEquals(parse("cap_kill,"), ["5i"]);
  for (const text of ["", ",", ",cap_kill", "cap_kill,,", "cap_kill,,cap_chown"]) {
    assertEquals(parse(text), "an item of the list is empty", text);
  }
});

Deno.test("parseCapabilities() says what is wrong with an item", () => {
  assertEquals(parse("all"), '"all" is no capability');
  assertEquals(parse("64"), '"64" is no capability');
  assertEquals(parse("cap_chown, cap_kill"), "items are separated by commas without blanks");
  assertEquals(parse("^"), 'no capability follows "^"');
});
