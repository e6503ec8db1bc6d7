import plugin from "../../../tools/lint/pure_modules.ts";
import { assertEquals } from "../../assert.ts";

const ROOT = new URL("../../../", import.meta.url).pathname;

/** The names that the rule finds in a source text. */
function found(path: string, source: string): string[] {
  return Deno.lint.runPlugin(plugin, `${ROOT}${path}`, source)
    .map(({ message }) => /"(.*)"/.exec(message)?.[1] ?? message);
}

Deno.test("pure-modules says what to do instead", () => {
  const [finding] = Deno.lint.runPlugin(plugin, `${ROOT}core/a.ts`, "export const a = Date.now();");
  assertEquals(finding?.id, "dinit/pure-modules");
  assertEquals(finding?.message, 'Pure code may not use "Date": take the time as an argument');
});

Deno.test("pure-modules refuses effects in pure layers only", () => {
  const source = `const a = Date.now();
const b = Math.random() + Math["random"]() + Deno.pid;
setTimeout(() => {}, 1);
console.log(a);
const c = { Date, [Deno.pid]: performance, d: x ? crypto : y };
class E { f = fetch; }
\`\${process.env.HOME}\`;
globalThis["Deno"];
let g: Deno.FileInfo;`;
  assertEquals(found("core/service/a.ts", source), [
    ...["Date", "Math.random", "Math.random", "Deno", "setTimeout", "console.log"],
    ...["Date", "Deno", "performance", "crypto", "fetch", "process.env", "globalThis", "Deno"],
  ]);
  assertEquals(found("daemon/a.ts", source), []);
  assertEquals(found("tests/core/a_test.ts", source), []);
});

Deno.test("pure-modules lets keys, properties, texts and instanceof be", () => {
  const source = `// Deno
const a = { Date: 1, performance() {}, "x": "Deno" };
y.Date = a.Date + Math.max(1, 2);
const isDate = a instanceof Date;
interface B { Deno: string; fetch(): void }
class C { crypto = 1; performance() {} }
let d: B["Deno"];
const console = { size: 1 };
console.size;`;
  assertEquals(found("core/a.ts", source), []);
});
