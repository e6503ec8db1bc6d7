/**
 * Upstream's format to the character: each example is a description's text and what becomes of it.
 * `¶` is a line end, `→` a tab. Results show the arguments behind the program.
 */
import { assert, assertEquals, assertMatch } from "../../assert.ts";
import { type FileMap, load, only, problemsOf } from "./descriptions.ts";

type Expected = readonly string[] | RegExp;

interface Example {
  readonly number: number;
  readonly input: string;
  readonly expected: Expected;
  readonly files?: FileMap;
}

const EXAMPLES: readonly Example[] = [
  { number: 1, input: "command = PROG -a   -b→--c", expected: ["-a", "-b", "--c"] },
  { number: 2, input: "command=PROG -a", expected: ["-a"] },
  { number: 3, input: "→command : PROG -a   ", expected: ["-a"] },
  { number: 4, input: 'command = PROG "two words" one', expected: ["two words", "one"] },
  { number: 5, input: 'command = PROG pre"mid dle"post', expected: ["premid dlepost"] },
  { number: 6, input: 'command = PROG "" end', expected: ["", "end"] },
  { number: 7, input: 'command = PROG two\\ words \\#5 \\"q', expected: ["two words", "#5", '"q'] },
  { number: 8, input: 'command = PROG "say \\"hi\\" \\\\ bye"', expected: ['say "hi" \\ bye'] },
  { number: 9, input: "command = PROG tab\\tend", expected: ["tabtend"] },
  { number: 10, input: "command = PROG 'single quotes'", expected: ["'single", "quotes'"] },
  { number: 11, input: "command = PROG -a # note", expected: ["-a"] },
  { number: 12, input: 'command = PROG -a # say "unclosed', expected: ["-a"] },
  { number: 13, input: "command = PROG -a#1", expected: /^2:18: error: .*set off by whitespace/ },
  { number: 14, input: 'command = PROG "-a#1"', expected: ["-a#1"] },
  { number: 15, input: 'command = PROG "-a"#note', expected: /^2:20: error: .*set off/ },
  { number: 16, input: "command = # todo", expected: /^2:11: error: .*set off/ },
  { number: 17, input: 'command = PROG "open', expected: /^2:16: error: .*quote is not closed/ },
  { number: 18, input: "command = PROG -a \\¶  -b \\¶→-c", expected: ["-a", "-b", "-c"] },
  { number: 19, input: "command = PROG -a\\¶  -b", expected: ["-a", "-b"] },
  { number: 20, input: "command = PROG -a \\¶    # about b \\¶    -b", expected: ["-a", "-b"] },
  { number: 21, input: "command = PROG -a # about a \\¶    -b", expected: ["-a", "-b"] },
  {
    number: 22,
    input: "command = PROG -a \\¶-b",
    expected: /^3:1: error: .*begin with whitespace/,
  },
  { number: 23, input: "command = PROG -a \\¶¶", expected: /^3:1: error: .*begin with whitespace/ },
  { number: 24, input: "command = PROG -a \\¶ ¶", expected: ["-a"] },
  {
    number: 25,
    input: "command = PROG -a \\",
    expected: /^2:1: error: The file ends after a backslash/,
  },
  { number: 26, input: "command = PROG C:\\\\¶nice = 5", expected: ["C:\\"] },
  {
    number: 27,
    input: 'command = PROG "line one\\¶  line two"',
    expected: ["line one\n  line two"],
  },
  { number: 28, input: "command \\¶  = \\¶  PROG -a", expected: ["-a"] },
  { number: 29, input: "# remark \\¶ command = PROG lost¶command = PROG kept", expected: ["kept"] },
  { number: 30, input: "# remark \\¶command = PROG lost", expected: /^3:1: error: .*whitespace/ },
  { number: 31, input: "command = PROG -x¶command = PROG -y", expected: ["-y"] },
  { number: 32, input: 'command = PROG -x¶command += -y "z z"', expected: ["-x", "-y", "z z"] },
  { number: 33, input: "command += PROG -y", expected: ["-y"] },
  {
    number: 34,
    input: "command = PROG¶command + = -y",
    expected: /^3:9: error: This line is no setting/,
  },
  {
    number: 35,
    input: "command = PROG¶working-dir += /tmp",
    expected: /^3:13: error: \+= is not possible for working-dir/,
  },
  { number: 36, input: "Command = PROG", expected: /^2:1: error: Unknown setting "Command"/ },
  { number: 37, input: "2nd = x", expected: /^2:1: error: This line is no setting/ },
  { number: 38, input: "command PROG", expected: /^2:9: error: This line is no setting/ },
  {
    number: 39,
    input: "nice == 3¶command = PROG",
    expected: /^2:7: error: Cannot read nice = = 3: a whole number/,
  },
  { number: 40, input: 'command = PROG¶restart = "n"o', expected: [] },
  {
    number: 41,
    input: 'options: "shares-console unmask-intr"¶command = PROG',
    expected: /^2:10: error: Cannot read "shares-console unmask-intr" in options: allowed are/,
  },
  {
    number: 42,
    input: "command = PROG¶options: unmask-intr¶options: starts-log shares-console",
    expected: [],
  },
  { number: 43, input: "command = PROG -a\r¶# x\r", expected: ["-a"] },
  {
    number: 44,
    input: "command = PROG -a \\\r¶ -b\r",
    expected: /^3:2: error: This line is no setting/,
  },
  {
    number: 45,
    input: 'command = PROG $HUE ${HUE}s $$HUE "$HUE" \\$HUE',
    expected: ["red", "reds", "$HUE", "red", "red"],
  },
  {
    number: 46,
    input: "@include nosuch",
    expected: /^2:10: error: Cannot include "\/d\/nosuch": there is no such file/,
  },
  { number: 47, input: "command = PROG¶@include-opt nosuch", expected: [] },
  {
    number: 48,
    input: "@include part¶command += -z",
    files: { "/d/part": "command = PROG -y\n" },
    expected: ["-y", "-z"],
  },
  { number: 49, input: "@include a b", expected: /^2:10: error: Exactly one path must follow/ },
  { number: 50, input: "@includ part", expected: /^2:1: error: Unknown command "@includ"/ },
  { number: 51, input: 'command = PROG¶@meta anything goes # "here', expected: [] },
  {
    number: 52,
    input: "@include part¶command = PROG¶colour = red",
    files: { "/d/part": "\n\n" },
    expected: /^4:1: error: Unknown setting "colour"/,
  },
  { number: 53, input: "   ¶# note¶   # note¶command = PROG", expected: [] },
];

for (const { number, input, expected, files } of EXAMPLES) {
  Deno.test(`native example ${number}: ${input.replaceAll("\r", "␍")}`, () => {
    // A first line makes it a process service, so that line numbers are one higher.
    const text = "type = process\n" + input.replaceAll("¶", "\n").replaceAll("→", "\t");
    const result = load("s", { "/d/s": text, ...files }, { environment: { HUE: "red" } });
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
