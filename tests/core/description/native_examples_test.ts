/** Upstream's format to the character. */
import { assert, assertEquals, assertMatch } from "../../assert.ts";
import { load, only, problemsOf } from "./descriptions.ts";
import { EXAMPLES, exampleText } from "./native_examples.ts";

for (const { number, input, expected, files } of EXAMPLES) {
  Deno.test(`native example ${number}: ${input.replaceAll("\r", "␍")}`, () => {
    const result = load("s", { "/d/s": exampleText(input), ...files }, {
      environment: { HUE: "red" },
    });
    if (expected instanceof RegExp) assertMatch(problemsOf(result)[0] ?? "no problem", expected);
    else assertEquals(only(result).command, ["PROG", ...expected]);
  });
}

Deno.test("native example 54: an empty file is an internal service without dependencies", () => {
  const description = only(load("s", { "/d/s": "" }));
  assertEquals([description.type, description.dependencies, description.command], [
    "internal",
    [],
    [],
  ]);
});

Deno.test("native example 26 sets nice, 40 no restart, 42 three options", () => {
  const read = (text: string) =>
    only(load("s", { "/d/s": `type = process\ncommand = PROG\n${text}` }));
  assertEquals(read("command = PROG C:\\\\\nnice = 5").attributes.nice, 5);
  assertEquals(read('restart = "n"o').restart, "never");
  const { options, console } = read("options: unmask-intr\noptions: starts-log shares-console");
  assert(options.unmaskInterrupt && options.startsLog);
  assertEquals(console, "shares");
});

Deno.test("an @include is relative to the real file that has it, at every level", () => {
  const map = {
    "/d/s": "",
    "/real/s": '@include"sub/one" # note\n',
    "/real/sub/one": "@include two\n",
    "/real/sub/two": "type = process\ncommand = PROG $1\nwaits-for.d = more\n",
    "/real/sub/more": ["x"],
    "/d/x": "",
  };
  const description = only(load("s@arg", map, { links: { "/d/s": "/real/s" } }));
  assertEquals(description.command, ["PROG", "arg"]);
  assertEquals(description.dependencies.map(({ name }) => String(name)), ["x"]);
});

Deno.test("an @include names the file and line of a fault in the fragment", () => {
  const map = { "/d/s": "@include $1/${WHERE:-p}\n", "/d/a/p": "\nnice = x\n" };
  assertEquals(problemsOf(load("s@a", map)), [
    "/d/a/p:2:8: error: Cannot read nice = x: a whole number is needed: decimal, 0x… or octal with " +
    "a leading 0",
  ]);
});

Deno.test("an @include of itself is an error that shows the circle", () => {
  const map = { "/d/s": "@include p\n", "/d/p": "@include q\n", "/d/q": "# x\n@include p\n" };
  assertEquals(problemsOf(load("s", map)), [
    '/d/q:2:10: error: Cannot include "/d/p": it includes itself: /d/p -> /d/q -> /d/p',
  ]);
});

Deno.test("@include is limited in depth and in number", () => {
  const deep: Record<string, string> = { "/d/s": "@include p1\n" };
  for (let level = 1; level <= 40; level++) deep[`/d/p${level}`] = `@include p${level + 1}\n`;
  assertMatch(problemsOf(load("s", deep))[0] ?? "", /more than 32 files inside each other/);
  const wide: Record<string, string> = { "/d/s": "@include q1\n" };
  for (let level = 1; level <= 20; level++) {
    wide[`/d/q${level}`] = `@include q${level + 1}\n`.repeat(10);
  }
  wide["/d/q21"] = "";
  const found = problemsOf(load("s", wide));
  assertMatch(found[0] ?? "", /more than 1000 files in one description/);
  assertEquals(found.length, 1);
});

Deno.test("all faults of a native file are reported at once", () => {
  const text = "tipe = process\nrestart = maybe\nnice = x # y\ncommand + = a\noptions: skipable\n";
  assertEquals(
    problemsOf(load("s", { "/d/s": text })).map((line) => line.split(":", 2).join(":")),
    ["1:1", "2:11", "3:8", "4:9", "5:10"],
  );
});

Deno.test("a native file with a byte-order mark or a table is told what is wrong", () => {
  const hint = (text: string) => {
    const result = load("s", { "/d/s": text });
    return result.kind === "faulty" ? result.problems[0]?.hint : undefined;
  };
  assertEquals(hint("\ufefftype = process"), "The file begins with a byte-order mark; remove it");
  assertEquals(hint("[environment]"), "Tables exist in files with the suffix .toml only");
  assertEquals(hint("environment = x"), "environment exists in files with the suffix .toml only");
});

Deno.test("what upstream takes by accident is taken with a warning", () => {
  const text = [
    "type = process",
    "command = PROG",
    "stop-timeout =",
    "logfile-permissions = -1",
    "run-as = 4294967295",
    "rlimit-core = 4:5x",
  ].join("\n");
  const result = load("s", { "/d/s": text });
  assertEquals(problemsOf(result), [
    "3:15: warning: Doubtful stop-timeout = : no time is given; 0 is used",
    "4:23: warning: Doubtful logfile-permissions = -1: this is no mode; 7777 is used",
    "5:10: warning: Doubtful run-as = 4294967295: this number means unchanged, so the setting has no effect",
    '6:15: warning: Doubtful rlimit-core = 4:5x: what follows "4:5" is ignored',
  ]);
  const { stopTimeoutMs, attributes } = only(result);
  assertEquals(stopTimeoutMs, 0);
  assertEquals(attributes.runAs, { kind: "manager" });
});
