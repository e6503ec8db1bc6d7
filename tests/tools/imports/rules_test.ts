import { assertEquals } from "../../assert.ts";
import { readModule } from "../../../tools/imports/module.ts";
import { findBreaches } from "../../../tools/imports/rules.ts";

/** The breaches of some sources, as the tool prints them. */
function breaches(files: Readonly<Record<string, string>>): string[] {
  const modules = Object.entries(files).map(([path, source]) => readModule(path, source));
  return findBreaches(modules).map(({ path, line, message }) => `${path}:${line}: ${message}`);
}

/** Whether one import, of a value, is allowed. */
function mayImport(from: string, specifier: string): boolean {
  return breaches({ [from]: `import { x } from "${specifier}";` }).length === 0;
}

Deno.test("findBreaches() names place, breach and what is allowed", () => {
  assertEquals(breaches({ "ctl/a.ts": '\nimport { x } from "../daemon/b.ts";' }), [
    'ctl/a.ts:2: "ctl/" may not import "daemon/b.ts": allowed are ctl/, core/*.ts, ' +
    "core/protocol/, core/description/mod.ts, platform/",
  ]);
});

Deno.test("findBreaches() keeps the layers apart", () => {
  assertEquals(mayImport("core/types.ts", "./description/description.ts"), false);
  assertEquals(mayImport("core/description/a.ts", "../service/b.ts"), false);
  assertEquals(mayImport("core/service/a.ts", "../schedule/b.ts"), false);
  assertEquals(mayImport("core/service/a.ts", "../../platform/mod.ts"), false);
  assertEquals(mayImport("core/protocol/a.ts", "../description/description.ts"), false);
  assertEquals(mayImport("platform/a.ts", "../core/service/b.ts"), false);
  assertEquals(mayImport("platform/a.ts", "../core/command.ts"), false);
  assertEquals(mayImport("daemon/a.ts", "../ctl/b.ts"), false);
  assertEquals(mayImport("ctl/a.ts", "../core/schedule/scheduler.ts"), false);
  assertEquals(mayImport("ctl/a.ts", "../platform/spawn.ts"), false);
  assertEquals(mayImport("main.ts", "./platform/mod.ts"), false);
});

Deno.test("findBreaches() lets nothing import tests, tools and main.ts", () => {
  assertEquals(mayImport("daemon/a.ts", "../tests/assert.ts"), false);
  assertEquals(mayImport("daemon/a.ts", "../tools/b.ts"), false);
  assertEquals(mayImport("tools/a.ts", "../tests/assert.ts"), false);
  assertEquals(mayImport("tests/a_test.ts", "../main.ts"), false);
});

Deno.test("findBreaches() allows what the layers allow", () => {
  assertEquals(mayImport("core/schedule/a.ts", "../service/b.ts"), true);
  assertEquals(mayImport("platform/linux/a.ts", "../../core/types.ts"), true);
  assertEquals(mayImport("daemon/a.ts", "../platform/mod.ts"), true);
  assertEquals(mayImport("ctl/commands/a.ts", "../../core/protocol/mod.ts"), true);
  assertEquals(mayImport("main.ts", "./ctl/mod.ts"), true);
  assertEquals(mayImport("tests/tools/a_test.ts", "../../tools/a.ts"), true);
});

Deno.test("findBreaches() allows types where values are refused", () => {
  const source = 'import type { Command } from "../core/command.ts";';
  assertEquals(breaches({ "platform/a.ts": source }), []);
  assertEquals(breaches({ "platform/a.ts": source.replace("type ", "") }), [
    'platform/a.ts:1: "platform/" may import types only from "core/command.ts": ' +
    'write "import type"',
  ]);
});

Deno.test("findBreaches() refuses effects in pure layers only", () => {
  const source = `const a = Date.now();
const b = Math.random() + Deno.pid;
setTimeout(() => {}, 1);
console.log(a);
const isDate = a instanceof Date;
import { x } from "node:fs";`;
  assertEquals(breaches({ "core/service/a.ts": source }).map((line) => line.split(": ")[0]), [
    "core/service/a.ts:1",
    "core/service/a.ts:2",
    "core/service/a.ts:2",
    "core/service/a.ts:3",
    "core/service/a.ts:4",
    "core/service/a.ts:6",
  ]);
  assertEquals(breaches({ "daemon/a.ts": source }), []);
});

Deno.test("findBreaches() allows each package in one module", () => {
  assertEquals(
    breaches({
      "core/description/toml.ts": 'import { parse } from "smol-toml";',
      "ctl/b.ts": 'import { parse } from "npm:smol-toml";',
    }),
    [
      'ctl/b.ts:1: The package "smol-toml" is imported in core/description/toml.ts already: ' +
      "take it from there",
    ],
  );
});

Deno.test("findBreaches() shows the way of a cycle, over types as well", () => {
  assertEquals(
    breaches({
      "core/a.ts": 'import { b } from "./b.ts";',
      "core/b.ts": 'import type { C } from "./c.ts";',
      "core/c.ts": '\nimport { a } from "./a.ts";',
    }),
    [
      "core/c.ts:2: These modules import each other: " +
      "core/a.ts → core/b.ts → core/c.ts → core/a.ts",
    ],
  );
});

Deno.test("findBreaches() wants new folders to be given a layer", () => {
  assertEquals(breaches({ "extra/a.ts": "" }).length, 1);
});
