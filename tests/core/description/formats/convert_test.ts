import { convertToToml } from "../../../../core/description/formats/convert.ts";
import type { ServiceDescription } from "../../../../core/description/contract/description.ts";
import { problemLine } from "../../../../core/description/contract/problem.ts";
import { assertEquals, assertMatch, fail } from "../../../assert.ts";
import { type FileMap, load, memoryFiles, only } from "../descriptions.ts";
import { EXAMPLES, exampleText } from "../native_examples.ts";
import { OTHERS, PAIRS, whole } from "../setting_pairs.ts";

function convert(native: string, files: FileMap = {}): string {
  const result = convertToToml(native, "/d/s", memoryFiles({ "/d/s": native, ...files }));
  if (result.kind === "converted") return result.text;
  return fail(result.problems.map(problemLine).join("\n"));
}

function problems(native: string, files: FileMap = {}): string[] {
  const result = convertToToml(native, "/d/s", memoryFiles({ "/d/s": native, ...files }));
  return (result.kind === "faulty" ? result.problems : result.warnings).map(problemLine);
}

function read(text: string, suffix: string, files: FileMap): Omit<ServiceDescription, "source"> {
  const environment = { HUE: "red" };
  const result = load("s@x", { ...files, [`/d/s${suffix}`]: text }, { environment });
  const { source: _source, ...rest } = only(result);
  return rest;
}

function assertSameMeaning(native: string, files: FileMap): void {
  const toml = convert(native, files);
  assertEquals(read(toml, ".toml", files), read(native, "", files), toml);
}

Deno.test("convertToToml() keeps the meaning of every setting", () => {
  for (const pairs of Object.values(PAIRS)) {
    for (const [, native] of pairs) assertSameMeaning(whole(native, "type = process\n"), OTHERS);
  }
});

Deno.test("convertToToml() says that a log buffer keeps the oldest lines, as upstream's does", () => {
  assertEquals(
    convert("type = process\ncommand = x\nlog-type = buffer # why\nlog-buffer-size = 9\n"),
    'type = "process"\ncommand = ["x"]\nlog-type = "buffer" # why\n' +
      'log-buffer-keeps = "oldest"\nlog-buffer-size = 9\n',
  );
});

Deno.test("convertToToml() gives a command without a type the type that it had", () => {
  const native = "# why\ncommand = x\nnice = 5\n";
  assertEquals(convert(native), 'type = "internal"\n# why\ncommand = ["x"]\nnice = 5\n');
  assertSameMeaning(native, {});
  assertSameMeaning("stop-command = y\n@meta enable-via boot\ncommand =\n", {});
});

Deno.test("convertToToml() keeps the meaning of the examples of the format", () => {
  for (const { input, expected, files } of EXAMPLES) {
    const native = exampleText(input);
    if (!(expected instanceof RegExp)) assertSameMeaning(native, files ?? {});
    else if (problems(native, files).length === 0) {
      // A word that does not exist stays one.
      assertEquals(load("s", { "/d/s.toml": convert(native, files) }).kind, "faulty");
    }
  }
});

Deno.test("convertToToml() keeps comments where they stand", () => {
  const native = `# A web server.

type = process # supervised
command = /usr/bin/web \\
   --port 80 # the port \\
   # about the name \\
   --name "my web" # last
  # indented
depends-on: network
# then the disk
depends-on: disk # important
nice = 010

# a remark \\
  that goes on
options: starts-log
options: unmask-intr # both
# the end
`;
  assertEquals(
    convert(native),
    `# A web server.

type = "process" # supervised
command = [
  "/usr/bin/web",
  "--port",
  "80", # the port
  # about the name
  "--name",
  "my web", # last
]
# indented
depends-on = [
  "network",
  # then the disk
  "disk", # important
]
nice = 8

# a remark \\
# that goes on
options = ["starts-log", "unmask-intr"] # both
# the end
`,
  );
});

Deno.test("convertToToml() keeps what later lines replace as comments", () => {
  assertEquals(
    convert("restart = yes\nlog-type = none\nlogfile = /l\nrestart = no # really\nworking-dir =\n"),
    `# replaced: restart = yes
# replaced: log-type = none
logfile = "/l"
restart = false # really
# replaced: working-dir =
`,
  );
});

Deno.test("convertToToml() puts @meta enable-via at the end, and keeps other @meta lines as comments", () => {
  assertEquals(
    convert("# where\n@meta enable-via boot\n@meta other x\ntype = internal\n"),
    '# @meta other x\ntype = "internal"\n\n[meta]\n# where\nenable-via = "boot"\n',
  );
});

Deno.test("convertToToml() puts the lines of fragments in place, their paths made right", () => {
  const files = {
    "/d/sub/part": "# inside\nwaits-for.d = more\nenv-file = env\n",
    "/d/near": "nice = 5\nenv-file = env\n",
    "/d/sub/env": "A=1",
    "/d/env": "A=2",
    "/d/sub/more": ["a"],
    "/d/a": "",
  };
  assertEquals(
    convert("@include sub/part # note\n@include-opt none\n", files),
    `# note
# from sub/part:
# inside
waits-for-d = ["/d/sub/more"]
env-file = { path = "/d/sub/env", literal = true }
# @include-opt none (no such file)
`,
  );
  assertSameMeaning("@include sub/part\n", files);
  assertEquals(
    convert("@include near\n", files),
    '# from near:\nnice = 5\nenv-file = { path = "env", literal = true }\n',
  );
});

Deno.test("convertToToml() refuses what TOML cannot say, and files with faults", () => {
  assertMatch(
    problems("@include $HOME/x\n")[0] ?? "",
    /^\/d\/s:1:10: error: Cannot convert @include "\$HOME\/x": the path depends on a variable/,
  );
  assertMatch(problems("nice = x\n")[0] ?? "", /^\/d\/s:1:8: error: Cannot read nice = x/);
});

Deno.test("convertToToml() warns when dependencies of several kinds take turns", () => {
  assertEquals(problems("depends-on: a\nwaits-for: b\ndepends-on: c\n"), [
    "/d/s: warning: Dependencies of several kinds take turns; in TOML those of one kind stand together",
  ]);
  assertEquals(problems("depends-on: a\ndepends-on: c\nwaits-for: b\n"), []);
});

Deno.test("convertToToml() escapes what TOML does not allow as it is", () => {
  const native =
    'type = process\ncommand = x "a\\\\b" "say \\"hi\\"" "one\\\n two" tab"\t"\x01\x7f # \x02\n';
  assertSameMeaning(native, {});
});
