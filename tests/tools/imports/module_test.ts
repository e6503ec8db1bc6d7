import { assertEquals } from "../../assert.ts";
import { readModule } from "../../../tools/imports/module.ts";

/** The imports of a source text, as `line specifier`, with `type` before those of types only. */
function imports(source: string): string[] {
  return readModule("a.ts", source).imports.map(({ specifier, line, isTypeOnly }) =>
    `${isTypeOnly ? "type " : ""}${line} ${specifier}`
  );
}

Deno.test("readModule() finds each form of import", () => {
  const source = `import a from "./a.ts";
import * as b from "./b.ts";
import {
  c,
} from "./c.ts";
import "./d.ts";
export { e } from "./e.ts";
export * from "./f.ts";
const g = await import("./g.ts");`;
  assertEquals(imports(source), [
    "1 ./a.ts",
    "2 ./b.ts",
    "5 ./c.ts",
    "6 ./d.ts",
    "7 ./e.ts",
    "8 ./f.ts",
    "9 ./g.ts",
  ]);
});

Deno.test("readModule() knows imports of types only", () => {
  const source = `import type { A } from "./a.ts";
import { type B, type C } from "./b.ts";
import { type D, e } from "./d.ts";
export type { F } from "./f.ts";
export type * from "./g.ts";
import type from "./h.ts";`;
  assertEquals(imports(source), [
    "type 1 ./a.ts",
    "type 2 ./b.ts",
    "3 ./d.ts",
    "type 4 ./f.ts",
    "type 5 ./g.ts",
    "6 ./h.ts",
  ]);
});

Deno.test("readModule() takes no other text for an import", () => {
  const source = `// import "./a.ts"
const text = 'import "./b.ts"';
export const from = "./c.ts";
export function f() { return import.meta.url + "./d.ts"; }
x.import("./e.ts");`;
  assertEquals(imports(source), []);
});

Deno.test("readModule() lists global names with one property, but no keys and no properties", () => {
  const { globals } = readModule("a.ts", "const x = Math.random() + y.Date;\n({ Deno: 1 });");
  assertEquals(globals, [
    { name: "const", line: 1 },
    { name: "x", line: 1 },
    { name: "Math", line: 1 },
    { name: "Math.random", line: 1 },
    { name: "y", line: 1 },
    { name: "y.Date", line: 1 },
  ]);
});
