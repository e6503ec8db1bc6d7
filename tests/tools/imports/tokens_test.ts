import { assertEquals } from "../../assert.ts";
import { tokenize } from "../../../tools/imports/tokens.ts";

/** The words of a source text with their lines, as `line:word`. */
function words(source: string): string[] {
  return tokenize(source).filter((token) => token.kind === "word")
    .map((token) => `${token.line}:${token.text}`);
}

Deno.test("tokenize() skips comments and counts their lines", () => {
  assertEquals(words("a // b\n/* c\n d */ e\n/** `f` */ g"), ["1:a", "3:e", "4:g"]);
});

Deno.test("tokenize() keeps strings apart from code", () => {
  assertEquals(words(`a("b \\" c", 'd "e') + f`), ["1:a", "1:f"]);
});

Deno.test("tokenize() reads the code inside of templates, also of nested ones", () => {
  assertEquals(words("x`a ${b + `c ${d({e})} f`} \\` g\n${h}` + i"), [
    "1:x",
    "1:b",
    "1:d",
    "1:e",
    "2:h",
    "2:i",
  ]);
});

Deno.test("tokenize() tells regular expressions from divisions", () => {
  assertEquals(words("a = /b'[/\"]c/g; d = e / f / g; return /h/"), [
    "1:a",
    "1:d",
    "1:e",
    "1:f",
    "1:g",
    "1:return",
  ]);
});

Deno.test("tokenize() ends on an open string, template or comment", () => {
  assertEquals(words('a "b'), ["1:a"]);
  assertEquals(words("a `b ${c"), ["1:a", "1:c"]);
  assertEquals(words("a /* b"), ["1:a"]);
});
