import { splitWords } from "../../../../core/description/text/words.ts";
import { assertEquals } from "../../../assert.ts";

function split(text: string, hash: "comment" | "plain" = "plain"): string[] | string {
  const result = splitWords(text, hash);
  return result.kind === "words" ? result.words : `${result.offset}: ${result.why}`;
}

Deno.test("splitWords() divides at whitespace and takes quotes and backslashes away", () => {
  assertEquals(split(" a\t b\r\nc\v\fd "), ["a", "b", "c", "d"]);
  assertEquals(split('a"b c"d "" \\ \\"'), ["ab cd", "", ' "']);
  assertEquals(split("'a b'"), ["'a", "b'"]);
  assertEquals(split('"a\\"b\\\\c\\n"'), ['a"b\\cn']);
  assertEquals(split(""), []);
});

Deno.test("splitWords() takes # as text or as a comment", () => {
  assertEquals(split("a # b#c"), ["a", "#", "b#c"]);
  assertEquals(split('a # b "\n c', "comment"), ["a", "c"]);
  const why = "a comment must be set off by whitespace; to use # as text, quote it";
  assertEquals(split("# b", "comment"), `0: ${why}`);
  assertEquals(split("a#b", "comment"), `1: ${why}`);
  assertEquals(split('"a"#b', "comment"), `3: ${why}`);
  assertEquals(split("\\#b", "comment"), ["#b"]);
});

Deno.test("splitWords() reports an open quote and a backslash at the end", () => {
  assertEquals(split('a "b'), "2: the quote is not closed");
  assertEquals(split('a "b\\"'), "2: the quote is not closed");
  assertEquals(split("a\\"), "1: nothing follows the backslash");
});
