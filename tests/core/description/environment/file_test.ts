import { parseEnvironmentFile } from "../../../../core/description/environment/file.ts";
import { problemLine } from "../../../../core/description/contract/problem.ts";
import { assertEquals } from "../../../assert.ts";
import { load, only, problemsOf } from "../descriptions.ts";

const BELOW = new Map([["HOME", "/root"], ["LANG", "C"]]);

function changes(text: string) {
  const { clear, keep, unset, set } = parseEnvironmentFile("/env", text, BELOW).changes;
  return { clear, keep, unset, set: Object.fromEntries(set) };
}

function faults(text: string): string[] {
  return parseEnvironmentFile("/env", text, BELOW).problems.map(problemLine);
}

Deno.test("parseEnvironmentFile() takes values as they stand and names without blanks", () => {
  const text = '# c\n\n  A =  " x " # y \r\nB=\nA2\t=z=\\\nA3=last';
  assertEquals(changes(text).set, { A: '  " x " # y \r', B: "", A2: "z=\\", A3: "last" });
  assertEquals(changes("A=1\nA=2").set, { A: "2" });
});

Deno.test("parseEnvironmentFile() lets !clear drop everything so far, and !import undo it", () => {
  assertEquals(changes("A=1\n!unset LANG\n!clear\nB=2\n!import HOME NOTHING"), {
    clear: true,
    keep: ["HOME"],
    unset: [],
    set: { B: "2" },
  });
});

Deno.test("parseEnvironmentFile() lets !unset and !import apply to names set before", () => {
  assertEquals(changes("A=1\nLANG=x\n!unset A LANG"), {
    clear: false,
    keep: [],
    unset: ["A", "LANG"],
    set: {},
  });
  assertEquals(changes("LANG=x\n!unset HOME\n!import LANG HOME"), {
    clear: false,
    keep: [],
    unset: [],
    set: {},
  });
  assertEquals(changes("A=1\n!import A").set, { A: "1" });
});

Deno.test("parseEnvironmentFile() skips and reports lines that mean nothing", () => {
  assertEquals(faults("A=1\nnothing\n=x\n export A=1\n!unst A\n! clear\n!clear x"), [
    "/env:2:1: warning: This line is no NAME=VALUE: there is no =",
    "/env:3:1: warning: This line is no NAME=VALUE: there is no name before =",
    '/env:4:8: warning: The name "export A" holds a blank',
    '/env:5:1: warning: Unknown command "!unst": there are !clear, !unset, !import',
    '/env:6:1: warning: Unknown command "!": there are !clear, !unset, !import',
    "/env:7:1: warning: !clear takes no names",
  ]);
});

const SERVICE = 'type = "process"\ncommand = ["/bin/x", "$A", "$HOME", "$DINIT_SERVICE"]\n';

function commandWith(settings: string, env: string): readonly string[] {
  const files = { "/d/s.toml": SERVICE + settings, "/real/env": env };
  const links = { "/d/s.toml": "/real/s" };
  const map = { ...files, "/real/s": files["/d/s.toml"] };
  return only(load("s", map, { links, environment: { HOME: "/root", A: "manager" } })).command;
}

Deno.test("an env-file lies beside the real file, and its variables are seen by the command", () => {
  assertEquals(commandWith('env-file = "env"', "A=file"), ["/bin/x", "file", "/root", ""]);
});

Deno.test("[environment] wins over the env-file, which wins over load-options", () => {
  assertEquals(
    commandWith(
      'load-options = ["export-service-name"]\nenv-file = "env"\n[environment]\nA = "own"',
      "A=file\nDINIT_SERVICE=x",
    ),
    ["/bin/x", "own", "/root", "x"],
  );
});

Deno.test("!clear in an env-file hides the manager's variables and exported ones from the command", () => {
  assertEquals(
    commandWith('load-options = ["export-service-name"]\nenv-file = "env"', "!clear\nA=1"),
    ["/bin/x", "1", "", ""],
  );
});

Deno.test("an env-file that cannot be read keeps the service from loading", () => {
  const read = (content: string | null | Uint8Array | undefined) =>
    problemsOf(load("s", {
      "/d/s.toml": 'env-file = "/env"',
      ...(content === undefined ? {} : { "/env": content }),
    }));
  assertEquals(read(undefined), [
    '1:12: error: Cannot read environment file "/env": there is no such file',
  ]);
  assertEquals(read(null), [
    '1:12: error: Cannot read environment file "/env": permission denied (EACCES)',
  ]);
  assertEquals(read(Uint8Array.of(0x41, 0x3d, 0x31, 0x0a, 0x42, 0xff)), [
    "/env:2:2: error: The file is no UTF-8 text",
  ]);
});

Deno.test("faulty lines of an env-file are warnings of the service", () => {
  const result = load("s", { "/d/s.toml": 'env-file = "/env"', "/env": "A=1\nB" });
  assertEquals(problemsOf(result), [
    "/env:2:1: warning: This line is no NAME=VALUE: there is no =",
  ]);
  assertEquals(only(result).environment.set.get("A"), "1");
});
