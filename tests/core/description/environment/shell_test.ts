/** Environment files of TOML services: what they set, and that a shell reads the same. */
import { problemLine } from "../../../../core/description/contract/problem.ts";
import { shellEnvironmentLines } from "../../../../core/description/environment/shell.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { withFolder } from "../../../folder.ts";
import { load, only, problemsOf } from "../descriptions.ts";

/** Variables that a file sets, in order. */
function variables(text: string): Record<string, string> {
  const { lines } = shellEnvironmentLines(text, "/env");
  return Object.fromEntries(
    lines.flatMap((line) => line.kind === "set" ? [[line.name, line.value]] : []),
  );
}

function faults(text: string): string[] {
  return shellEnvironmentLines(text, "/env").problems.map(problemLine);
}

/** Files that a shell reads in the same way: text → variables. */
const AS_SHELLS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'A="-F 1"': { A: "-F 1" },
  "A='-F \"1\"'": { A: '-F "1"' },
  "A=plain\n\n  # comment\nB=": { A: "plain", B: "" },
  "A=1 # comment\nB='2'\t# comment 'x\nC=#3\nD=4#5": { A: "1", B: "2", C: "#3", D: "4#5" },
  "A=one\\\ntwo\nB=3": { A: "onetwo", B: "3" },
  'A="one \\\ntwo"': { A: "one two" },
  "A=\"one\ntwo\"\nB='three\n# four'": { A: "one\ntwo", B: "three\n# four" },
  'A="\\"\\\\\\$\\`\\n\\a"': { A: '"\\$`\\n\\a' },
  "A='\\n\\'": { A: "\\n\\" },
  "A=a\\ b\\\"c\\'\\\\d": { A: "a b\"c'\\d" },
  "export A=1\nexport  B='2 3'": { A: "1", B: "2 3" },
  "A='a'\"b\"c": { A: "abc" },
  'A=--name="x y"': { A: "--name=x y" },
  "A=1\nA=2": { A: "2" },
  "A=   ": { A: "" },
};

Deno.test("shellEnvironmentLines() takes quotes, comments and continued lines as a shell does", () => {
  for (const [text, expected] of Object.entries(AS_SHELLS)) {
    assertEquals(variables(text), expected, text);
    assertEquals(faults(text), [], text);
  }
});

Deno.test("a shell reads the examples of this test in the same way", async () => {
  await withFolder(async (folder) => {
    for (const [text, expected] of Object.entries(AS_SHELLS)) {
      await Deno.writeTextFile(`${folder}/env`, `${text}\n`);
      const { stdout } = await new Deno.Command("/bin/sh", {
        args: [
          "-c",
          '. ./env; for n in A B C D; do eval "printf \'%s\\\\0\' \\"\\${$n-unset}\\""; done',
        ],
        cwd: folder,
        clearEnv: true,
      }).output();
      const values = new TextDecoder().decode(stdout).split("\0").slice(0, 4);
      const known = ["A", "B", "C", "D"].map((name) => expected[name] ?? "unset");
      assertEquals(values, known, text);
    }
  });
});

Deno.test("shellEnvironmentLines() reads as systemd what a shell would take for commands", () => {
  assertEquals(variables("; comment\nA= two  words \r\nB = x\nC=1;2\nD=a\\\r\nb\r\n"), {
    A: "two  words",
    B: "x",
    C: "1;2",
    D: "ab",
  });
  assertEquals(variables("\ufeffA=1\nB=x\\"), { A: "1", B: "x" });
});

Deno.test("shellEnvironmentLines() leaves out what means nothing, and goes on behind it", () => {
  const text = "A=1\nnothing\n=x\nA B=1\nB=#2\nC=3\n!unst C\nD=$A\nE='$A'\nF=\"${A}\"\nG=$\n";
  assertEquals(variables(text), { A: "1", B: "#2", C: "3", D: "$A", E: "$A", F: "${A}", G: "$" });
  const dollar = "Variables are not replaced in environment files: the $ stands for itself";
  assertEquals(faults(text), [
    "/env:2:1: warning: This line is no NAME=VALUE: there is no =",
    "/env:3:1: warning: This line is no NAME=VALUE: there is no name before =",
    '/env:4:1: warning: The name "A B" holds a blank',
    '/env:7:1: warning: Unknown command "!unst": there are !clear, !unset, !import',
    `/env:8:3: warning: ${dollar}`,
    `/env:10:4: warning: ${dollar}`,
  ]);
});

Deno.test("shellEnvironmentLines() reports an open quote where it begins", () => {
  assertEquals(faults("A=1\nB='x\nC=3"), ["/env:2:3: warning: The quote is not closed"]);
  assertEquals(variables("A=1\nB='x\nC=3"), { A: "1", C: "3" });
});

const RUN = 'type = "process"\ncommand = ["/bin/x", "$/A"]\n';

function commandWith(setting: string, files: Record<string, string>): readonly string[] {
  return only(load("s", { "/d/s.toml": RUN + setting, ...files })).command;
}

Deno.test("env-file of a TOML service is read as by a shell, with literal = true as by upstream", () => {
  const files = { "/env": 'A="-F 1"' };
  assertEquals(commandWith('env-file = "/env"', files), ["/bin/x", "-F", "1"]);
  const literal = 'env-file = { path = "/env", literal = true }';
  assertEquals(commandWith(literal, files), ["/bin/x", '"-F', '1"']);
});

Deno.test("env-file of a service in upstream's format keeps upstream's rule", () => {
  const native = "type = process\ncommand = /bin/x $/A\nenv-file = /env\n";
  const result = load("s", { "/d/s": native, "/env": 'A="-F 1"' });
  assertEquals(only(result).command, ["/bin/x", '"-F', '1"']);
  const dashed = native.replace("/env", "-/env");
  assert(load("s", { "/d/s": dashed, "/env": "A=1" }).kind === "faulty");
});

Deno.test("an optional env-file may be missing, but not unreadable", () => {
  for (const setting of ['env-file = "-/env"', 'env-file = { path = "/env", optional = true }']) {
    assertEquals(commandWith(setting, {}), ["/bin/x"]);
    assertEquals(commandWith(setting, { "/env": "A=1" }), ["/bin/x", "1"]);
    const [fault] = problemsOf(load("s", { "/d/s.toml": setting, "/env": null }));
    assert(fault?.includes('Cannot read environment file "/env": permission denied'), fault);
  }
});

Deno.test("env-file wins over [environment] where it says so, whatever the order of files", () => {
  const setting = 'env-file = [{ path = "/over", overrides = true }, "/under"]\n' +
    '[environment]\nA = "table"';
  const files = { "/over": "A=over", "/under": "A=under" };
  assertEquals(commandWith(setting, files), ["/bin/x", "over"]);
  assertEquals(commandWith(setting, { "/over": "", "/under": "A=under" }), ["/bin/x", "table"]);
  const plain = setting.replace(", overrides = true", "");
  assertEquals(commandWith(plain, files), ["/bin/x", "table"]);
});

Deno.test("env-file tells what is wrong with its table", () => {
  const faultsOf = (setting: string) => problemsOf(load("s", { "/d/s.toml": setting }));
  assertEquals(faultsOf("env-file = { optional = true }"), [
    '1:12: error: Cannot read env-file = { … }: the path is missing: { path = "FILE", optional = true }',
  ]);
  assertEquals(faultsOf('env-file = { path = "/x", optional = "yes", litral = 1 }'), [
    '1:38: error: Cannot read optional = "yes" in env-file: allowed are true, false',
    "1:45: error: Cannot read litral = 1 in env-file: it has path, optional, literal and overrides",
  ]);
  assertEquals(faultsOf('env-file = "-"'), [
    '1:12: error: Cannot read env-file = "-": it is empty',
  ]);
});

Deno.test("env-file may be a list, of which the later files win and faults are told at theirs", () => {
  const list = 'env-file = ["/a", "-/none", { path = "/b", literal = true }]';
  assertEquals(commandWith(list, { "/a": "A=a", "/b": 'A="b' }), ["/bin/x", '"b']);
  assertEquals(commandWith(list, { "/a": "A=a", "/b": "B=b" }), ["/bin/x", "a"]);
  const faultsOf = (setting: string) => problemsOf(load("s", { "/d/s.toml": setting, "/a": "" }));
  assertEquals(faultsOf('env-file = ["-/none", "/x"]'), [
    '1:23: error: Cannot read environment file "/x": there is no such file',
  ]);
  assertEquals(faultsOf('env-file = ["/a", { path = "/y", optional = 1 }]'), [
    "1:45: error: Cannot read optional = 1 in env-file: allowed are true, false",
  ]);
  assertEquals(faultsOf('env-file = ["/a", 5]'), [
    "1:19: error: Cannot read 5 in env-file: a text in quotes is needed",
  ]);
  assertEquals(faultsOf("env-file = []"), ["1:12: error: Cannot read env-file = []: it is empty"]);
});
