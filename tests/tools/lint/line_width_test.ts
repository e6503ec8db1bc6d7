import plugin, { LINE_WIDTH } from "../../../tools/lint/line_width.ts";
import { assertEquals } from "../../assert.ts";

/** The numbers of the lines that the rule finds in a source text. */
function found(source: string): number[] {
  return Deno.lint.runPlugin(plugin, "a.ts", source)
    .map(({ range }) => source.slice(0, range[0]).split("\n").length);
}

/** A sentence that makes a line of this width, with what stands before it. */
function wide(before: string, columns: number): string {
  return `${before}a ${"b".repeat(columns - before.length - 2)}`;
}

Deno.test("line-width takes the width of deno.json", async () => {
  const config = JSON.parse(
    await Deno.readTextFile(new URL("../../../deno.json", import.meta.url)),
  );
  assertEquals(config.fmt.lineWidth, LINE_WIDTH);
});

Deno.test("line-width refuses comments that are wider, of each kind and at each line", () => {
  const source = `/**
${wide(" * ", 100)}
${wide(" * ", 101)}
 */
export const a = 1;
${wide("/** ", 98)} */
${wide("// ", 100)}
${wide("// ", 101)}
export const b = 2; ${wide("// ", 90)}
`;
  assertEquals(found(source), [3, 6, 8, 9]);
});

Deno.test("line-width says how wide the line is", () => {
  const [finding] = Deno.lint.runPlugin(plugin, "a.ts", wide("// ", 123));
  assertEquals(finding?.id, "dinit-lines/line-width");
  assertEquals(finding?.message, "A comment has 123 columns, at most 100 are allowed");
});

Deno.test("line-width leaves one long word alone, and texts in code", () => {
  const address = `https://example.org/${"x".repeat(100)}`;
  assertEquals(found(`// ${address}\n/** ${address} */\n/**\n * ${address}\n */\n`), []);
  assertEquals(found(`export const a = "${"no comment ".repeat(12)} // none";\n`), []);
});

Deno.test("line-width counts characters, not their parts", () => {
  assertEquals(found(`${wide("// ", 99)}🙂`), []);
});
