import { printable, printableJson, printableLines } from "../../../core/text/printable.ts";
import { decodeText } from "../../../core/protocol/mod.ts";
import { assert, assertEquals } from "../../assert.ts";

/** Orders to a terminal, and what makes a text look like another one. */
const ORDERS = [
  "\x1b[2J\x1b[H",
  "\x1b]0;title\x07",
  "\x9b31m",
  "\r[  OK  ] sshd",
  "\n[[+]     ] fake",
  "\x08\x08",
  "\x7f",
  "\u202etxt.exe",
  "\u2066x\u2069",
  "\u2028next",
  "\0",
];

Deno.test("printable() leaves no order for a terminal, and all else as it is", () => {
  assertEquals(printable("a\x1b[2Jb\n\x9bc"), "a\ufffd[2Jb\ufffd\ufffdc");
  for (const order of ORDERS) {
    const shown = printable(`web${order}`);
    assert(!/[\p{Cc}\u2028\u202e\u2066]/u.test(shown), JSON.stringify(shown));
    assert(shown.startsWith("web"));
  }
  for (const text of ["", "web@/dev/sda2", "größer\tals 😀", "日本 e\u0301"]) {
    assertEquals(printable(text), text);
  }
});

Deno.test("printable() replaces bytes that are not UTF-8: one could be an order of eight bits", () => {
  assertEquals(printable(decodeText(Uint8Array.of(0x61, 0x9b, 0x33, 0xff))), "a\ufffd3\ufffd");
});

Deno.test("printableLines() keeps lines and tabs and drops colours", () => {
  assertEquals(printableLines("\x1b[1;31mred\x1b[0m\r\na\tb\n\x1b[2J"), "red\na\tb\n\ufffd[2J");
});

Deno.test("printableJson() is equal JSON in which nothing is raw", () => {
  const value = { name: ORDERS.join(""), list: [decodeText(Uint8Array.of(0x9b))] };
  const text = printableJson(value);
  assertEquals(JSON.parse(text), value);
  assert(!/[\p{Cc}\u2028\u202e\u2066]/u.test(text.replaceAll("\n", "")), text);
});
