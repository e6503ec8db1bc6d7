import { assertEquals } from "../../assert.ts";
import { withFolder } from "../../folder.ts";
import { type Module, readModules } from "../../../tools/imports/graph.ts";

/** Reads the modules of a folder with these files. */
async function read(files: Readonly<Record<string, string>>): Promise<readonly Module[]> {
  let modules: readonly Module[] = [];
  await withFolder(async (folder) => {
    for (const [path, source] of Object.entries(files)) {
      await Deno.mkdir(`${folder}/${path}`.replace(/\/[^/]*$/, ""), { recursive: true });
      await Deno.writeTextFile(`${folder}/${path}`, source);
    }
    modules = await readModules(folder);
  });
  return modules;
}

/** The imports of a source text, as `line specifier`, with `type` before those of types only. */
async function imports(source: string): Promise<string[]> {
  const files = Object.fromEntries([..."bcdefghi"].map((name) => [`${name}.ts`, ""]));
  const modules = await read({ ...files, "a.ts": source });
  return (modules[0]?.imports ?? []).map(({ specifier, line, isTypeOnly }) =>
    `${isTypeOnly ? "type " : ""}${line} ${specifier}`
  ).sort();
}

Deno.test("readModules() finds each form of import", async () => {
  const source = `import b from "./b.ts";
import * as c from "./c.ts";
import {
  d,
} from "./d.ts";
import "./e.ts";
export { f } from "./f.ts";
export * from "./g.ts";
const h = await import("./h.ts");`;
  assertEquals(await imports(source), [
    "1 ./b.ts",
    "2 ./c.ts",
    "5 ./d.ts",
    "6 ./e.ts",
    "7 ./f.ts",
    "8 ./g.ts",
    "9 ./h.ts",
  ]);
});

Deno.test("readModules() knows imports of types only; what is imported both ways is a value", async () => {
  const source = `import type { B } from "./b.ts";
import { type D, e } from "./d.ts";
export type { F } from "./f.ts";
export type * from "./g.ts";
import type from "./h.ts";
let i: import("./i.ts").I;
import type { E } from "./e.ts";
import { e2 } from "./e.ts";`;
  assertEquals(await imports(source), [
    "2 ./d.ts",
    "5 ./h.ts",
    "8 ./e.ts",
    "type 1 ./b.ts",
    "type 3 ./f.ts",
    "type 4 ./g.ts",
    "type 6 ./i.ts",
  ]);
});

Deno.test("readModules() takes no other text for an import", async () => {
  const source = `// import "./b.ts"
const text = 'import "./b.ts"';
export const from = "./c.ts";
export function f() { return import.meta.url + "./d.ts"; }
x.import("./e.ts");`;
  assertEquals(await imports(source), []);
});

Deno.test("readModules() tells where imports lead, without asking for packages", async () => {
  const source = `import "../b.ts";
import "./gone.ts";
import "not-there";
import "npm:not-there@1";
import "node:fs";
import "../data.json" with { type: "json" };
import "/elsewhere/a.ts";`;
  const modules = await read({ "core/a.ts": source, "b.ts": "", "data.json": "{}" });
  assertEquals(
    modules.map(({ path, imports }) => ({ path, targets: imports.map(({ target }) => target) })),
    [
      { path: "b.ts", targets: [] },
      {
        path: "core/a.ts",
        targets: [
          ...["b.ts", "core/gone.ts", undefined, undefined, undefined, "data.json"],
          "file:///elsewhere/a.ts",
        ],
      },
    ],
  );
});

Deno.test("readModules() has modules that nothing imports, and says why one cannot be read", async () => {
  const [lonely, torn] = await read({
    "lonely.ts": "",
    "torn.ts": "import (",
    "dist/a.ts": "",
    "node_modules/b/c.ts": "",
    ".cache/d.ts": "",
  });
  assertEquals(lonely, { path: "lonely.ts", imports: [] });
  assertEquals(torn?.path, "torn.ts");
  assertEquals(torn?.fault?.includes("could not be parsed"), true);
});
