import { assertEquals } from "../../assert.ts";
import { findCycles } from "../../../core/graph/cycles.ts";
import type { Import, Module } from "../../../tools/imports/graph.ts";
import { type Layer, LAYERS } from "../../../tools/imports/layers.ts";
import { findBreaches, findIdleRules } from "../../../tools/imports/rules.ts";

/** An import of a value in line 1, unless said otherwise. */
type Given = string | Partial<Import> & Pick<Import, "specifier">;

function module(path: string, ...given: readonly Given[]): Module {
  const imports = given.map((each) => {
    const entry = typeof each === "string" ? { specifier: each } : each;
    const { specifier } = entry;
    const target = specifier.startsWith(".")
      ? new URL(specifier, `file:///${path}`).pathname.slice(1)
      : undefined;
    return { target, line: 1, isTypeOnly: false, ...entry };
  });
  return { path, imports };
}

/** The breaches of some modules, as the tool prints them. */
function breaches(...modules: readonly Module[]): string[] {
  return findBreaches(modules).map(({ path, line, message }) => `${path}:${line}: ${message}`);
}

/** Whether one import, of a value, is allowed. */
function mayImport(from: string, specifier: string): boolean {
  return breaches(module(from, specifier)).length === 0;
}

Deno.test("findBreaches() names place, breach and what is allowed", () => {
  assertEquals(breaches(module("ctl/a.ts", { specifier: "../daemon/b.ts", line: 2 })), [
    'ctl/a.ts:2: "ctl/*.ts" may not import "daemon/b.ts": allowed are ctl/, core/*.ts, ' +
    "core/figures/, core/graph/, core/program/, core/system/, core/text/, core/calendar/, " +
    "core/health/, core/log/, core/protocol/, core/description/mod.ts",
  ]);
});

Deno.test("findBreaches() keeps the layers apart", () => {
  assertEquals(mayImport("core/types.ts", "./description/contract/description.ts"), false);
  assertEquals(mayImport("core/text/a.ts", "../system/b.ts"), false);
  assertEquals(mayImport("core/description/a.ts", "../service/b.ts"), false);
  assertEquals(mayImport("core/service/a.ts", "../schedule/b.ts"), false);
  assertEquals(mayImport("core/service/a.ts", "../../platform/mod.ts"), false);
  assertEquals(mayImport("core/protocol/a.ts", "../description/contract/description.ts"), false);
  assertEquals(mayImport("platform/a.ts", "../core/service/b.ts"), false);
  assertEquals(mayImport("platform/a.ts", "../core/command.ts"), false);
  assertEquals(mayImport("daemon/a.ts", "../ctl/b.ts"), false);
  assertEquals(mayImport("ctl/a.ts", "../core/schedule/scheduler.ts"), false);
  assertEquals(mayImport("ctl/a.ts", "../platform/mod.ts"), false);
  assertEquals(mayImport("daemon/a.ts", "../platform/linux/linux.ts"), false);
  assertEquals(mayImport("main.ts", "./platform/mod.ts"), false);
});

Deno.test("findBreaches() has rooms import those below them only", () => {
  const room = "core/description/values/a.ts";
  assertEquals(mayImport(room, "./b.ts"), true);
  assertEquals(mayImport(room, "../contract/problem.ts"), true);
  assertEquals(mayImport(room, "../../types.ts"), true);
  assertEquals(mayImport(room, "../settings/settings.ts"), false);
  assertEquals(mayImport(room, "../mod.ts"), false);
  assertEquals(mayImport("core/description/mod.ts", "./check/check.ts"), true);
});

Deno.test("findBreaches() keeps the rooms of unit files in their order", () => {
  assertEquals(mayImport("core/convert/units/text/a.ts", "../names/b.ts"), false);
  assertEquals(mayImport("core/convert/units/names/a.ts", "../rows/b.ts"), false);
  assertEquals(mayImport("core/convert/units/rows/a.ts", "../convert_units.ts"), false);
  assertEquals(mayImport("core/convert/units/rows/a.ts", "../text/b.ts"), true);
  assertEquals(mayImport("core/convert/units/rows/a.ts", "../../rows.ts"), true);
  assertEquals(mayImport("core/convert/units/convert_units.ts", "./rows/b.ts"), true);
});

Deno.test("findBreaches() lets no room of the daemon import a higher one", () => {
  assertEquals(mayImport("daemon/output/a.ts", "../processes/b.ts"), false);
  assertEquals(mayImport("daemon/processes/a.ts", "../launch/b.ts"), false);
  assertEquals(mayImport("daemon/processes/a.ts", "../machine/b.ts"), false);
  assertEquals(mayImport("daemon/launch/a.ts", "../processes/b.ts"), true);
  assertEquals(mayImport("daemon/launch/a.ts", "../control/b.ts"), false);
  assertEquals(mayImport("daemon/machine/a.ts", "../control/b.ts"), false);
  assertEquals(mayImport("daemon/control/a.ts", "../host.ts"), false);
  assertEquals(mayImport("daemon/a.ts", "./control/b.ts"), true);
});

Deno.test("findBreaches() lets no room of the clients import a higher one", () => {
  assertEquals(mayImport("ctl/interface/a.ts", "../connection/b.ts"), false);
  assertEquals(mayImport("ctl/connection/a.ts", "../../platform/client.ts"), false);
  assertEquals(mayImport("ctl/render/services/a.ts", "../figures/b.ts"), true);
  assertEquals(mayImport("ctl/render/figures/a.ts", "../services/b.ts"), false);
  assertEquals(mayImport("ctl/render/text/a.ts", "../logs/b.ts"), false);
  assertEquals(mayImport("ctl/commands/views/a.ts", "../lookup/b.ts"), true);
  assertEquals(mayImport("ctl/commands/views/a.ts", "../orders/b.ts"), false);
  assertEquals(mayImport("ctl/commands/lookup/a.ts", "../views/b.ts"), false);
  assertEquals(mayImport("ctl/check/a.ts", "../commands/lookup/b.ts"), true);
  assertEquals(mayImport("ctl/check/a.ts", "../run_ctl.ts"), false);
  assertEquals(mayImport("ctl/a.ts", "./check/b.ts"), true);
});

Deno.test("LAYERS has no two layers that may import each other", () => {
  const cycles = findCycles<string>(LAYERS.map(({ prefix }) => prefix), {
    edges: (prefix) => {
      const { values, types = [] } = LAYERS.find((layer) => layer.prefix === prefix) as Layer;
      return LAYERS.map((other) => other.prefix)
        .filter((other) => other !== prefix && [...values, ...types].includes(other));
    },
    target: (prefix) => prefix,
  });
  assertEquals([...cycles], []);
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
  assertEquals(mayImport("ctl/system/a.ts", "../../platform/client.ts"), true);
  assertEquals(mayImport("ctl/connection/a.ts", "../../core/protocol/mod.ts"), true);
  assertEquals(mayImport("main.ts", "./ctl/mod.ts"), true);
  assertEquals(mayImport("tests/tools/a_test.ts", "../../tools/a.ts"), true);
});

Deno.test("findBreaches() keeps the rooms of the platform in their order", () => {
  assertEquals(mayImport("platform/posix/files/a.ts", "../../ffi/b.ts"), true);
  assertEquals(mayImport("platform/linux/a.ts", "../posix/files/b.ts"), true);
  assertEquals(mayImport("platform/linux/poll/a.ts", "../kernel/b.ts"), true);
  assertEquals(mayImport("platform/posix/parts.ts", "./files/b.ts"), true);
  assertEquals(mayImport("platform/darwin/a.ts", "../bsd/b.ts"), true);
  assertEquals(mayImport("platform/mod.ts", "./linux/linux.ts"), true);
  const upward = [
    ["platform/interface/a.ts", "../ffi/b.ts"],
    ["platform/ffi/a.ts", "../posix/b.ts"],
    ["platform/posix/files/a.ts", "../../linux/b.ts"],
    ["platform/child/a.ts", "../linux/b.ts"],
    ["platform/child/a.ts", "../posix_spawn/b.ts"],
    ["platform/bsd/a.ts", "../linux/b.ts"],
    ["platform/linux/a.ts", "../bsd/b.ts"],
    ["platform/linux/a.ts", "../darwin/b.ts"],
    ["platform/darwin/a.ts", "../linux/kernel/b.ts"],
    ["platform/bsd/a.ts", "../freebsd/b.ts"],
    ["platform/linux/poll/a.ts", "../b.ts"],
    ["platform/linux/poll/a.ts", "../machine/b.ts"],
    ["platform/posix/files/a.ts", "../sockets/b.ts"],
    ["platform/posix/kernel/a.ts", "../parts.ts"],
    ["platform/bsd/a.ts", "../darwin/b.ts"],
    ["platform/bsd/a.ts", "../mod.ts"],
    ["platform/mod.ts", "./posix/files/b.ts"],
  ] as const;
  for (const [from, specifier] of upward) assertEquals(mayImport(from, specifier), false, from);
});

Deno.test("findBreaches() allows types where values are refused", () => {
  const specifier = "../../core/command.ts";
  assertEquals(breaches(module("platform/linux/a.ts", { specifier, isTypeOnly: true })), []);
  assertEquals(breaches(module("platform/linux/a.ts", { specifier })), [
    'platform/linux/a.ts:1: "platform/linux/" may import types only from "core/command.ts": ' +
    'write "import type"',
  ]);
});

Deno.test("findBreaches() refuses modules of the system in pure layers only", () => {
  assertEquals(mayImport("core/service/a.ts", "node:fs"), false);
  assertEquals(mayImport("daemon/a.ts", "node:fs"), true);
});

Deno.test("findBreaches() refuses files outside of the repository and names without an ending", () => {
  const target = "file:///elsewhere/a.ts";
  assertEquals(breaches(module("tools/a.ts", { specifier: "../../a.ts", target })).length, 1);
  assertEquals(breaches(module("daemon/a.ts", "./b")), [
    'daemon/a.ts:1: "./b" must name the file with its ending',
  ]);
});

Deno.test("findBreaches() tells of a module that could not be read", () => {
  assertEquals(breaches({ ...module("daemon/a.ts"), fault: "Expected ';'" }), [
    "daemon/a.ts:1: Cannot read the imports: Expected ';'",
  ]);
});

Deno.test("findBreaches() allows each package in one module", () => {
  assertEquals(
    breaches(
      module("core/description/formats/toml.ts", "smol-toml"),
      module("ctl/b.ts", "npm:smol-toml"),
    ),
    [
      'ctl/b.ts:1: The package "smol-toml" is imported in core/description/formats/toml.ts already: ' +
      "take it from there",
    ],
  );
});

Deno.test("findBreaches() lets the rules of a service import each other, and nothing else", () => {
  const circle = (folder: string) =>
    breaches(module(`${folder}/a.ts`, "./b.ts"), module(`${folder}/b.ts`, "./a.ts"));
  assertEquals(circle("core/service"), []);
  assertEquals(circle("core/schedule"), [
    "core/schedule/b.ts:1: These modules import each other: " +
    "core/schedule/a.ts → core/schedule/b.ts → core/schedule/a.ts",
  ]);
});

Deno.test("findBreaches() refuses a circle that leads through the rules of a service and out of them", () => {
  const found = breaches(
    module("core/types.ts", "./service/b.ts"),
    module("core/service/a.ts", { specifier: "../types.ts", line: 3 }),
    module("core/service/b.ts", "./a.ts"),
  );
  assertEquals(found.filter((text) => text.includes("each other")), [
    "core/service/a.ts:3: These modules import each other: " +
    "core/types.ts → core/service/ → core/types.ts",
  ]);
});

Deno.test("findBreaches() shows the way of a cycle, over types as well", () => {
  assertEquals(
    breaches(
      module("core/a.ts", "./b.ts"),
      module("core/b.ts", { specifier: "./c.ts", isTypeOnly: true }),
      module("core/c.ts", { specifier: "./a.ts", line: 2 }),
    ),
    [
      "core/c.ts:2: These modules import each other: " +
      "core/a.ts → core/b.ts → core/c.ts → core/a.ts",
    ],
  );
});

Deno.test("findBreaches() wants new folders to be given a layer", () => {
  assertEquals(breaches(module("extra/a.ts")).length, 1);
  assertEquals(breaches(module("core/extra/a.ts")).length, 1);
  assertEquals(breaches(module("core/description/extra/a.ts")).length, 1);
});

Deno.test("findIdleRules() names what rules are about and is not there", () => {
  const paths = ["core/a.ts", "core/log/a.ts"];
  const idle = findIdleRules(paths.map((path) => module(path))).map(({ message }) => message);
  assertEquals(idle.includes('A rule names "daemon/", and there is nothing at such a path'), true);
  assertEquals(idle.some((message) => message.includes('"core/log/"')), false);
});
