import type { LoadResult } from "../../../../core/description/load/closure.ts";
import { assertEquals } from "../../../assert.ts";
import { type FileMap, hints, load, only, problems, problemsOf } from "../descriptions.ts";

function names(result: LoadResult): string[] {
  if (result.kind !== "loaded") return problemsOf(result);
  return result.descriptions.map(({ name }) => name);
}

/** `NAME of FILE` of each service that was left out. */
function brokenOf(result: LoadResult): string[] {
  if (result.kind !== "loaded") return problemsOf(result);
  return result.broken.map(({ name, source }) => `${name} of ${source.file}`);
}

/** Internal services by name, with their lines. */
function services(lines: Record<string, string>): FileMap {
  return Object.fromEntries(
    Object.entries(lines).map(([name, text]) => [`/d/${name}.toml`, text]),
  );
}

Deno.test("loadClosure() gives a service before the dependencies it pulled in", () => {
  const map = services({
    a: 'waits-for = ["b", "c"]',
    b: 'depends-on = ["d"]',
    c: 'depends-ms = ["d"]\nprepared-by = ["e"]',
    d: "",
    e: "",
  });
  assertEquals(names(load("a", map)), ["a", "b", "d", "c", "e"]);
});

Deno.test("loadClosure() keeps the order of the dependencies over all kinds", () => {
  const map = {
    ...services({
      s: 'waits-for = ["x"]\ndepends-on-d = ["s.d"]\ndepends-ms = ["y"]',
      x: "",
      y: "",
    }),
    ...services({ p: "", q: "" }),
    "/d/s.d": ["q", ".hidden", "p.toml", "p"],
  };
  assertEquals(only(load("s", map)).dependencies.map(({ kind, name }) => `${kind} ${name}`), [
    "waits-for x",
    "need p",
    "need q",
    "milestone y",
  ]);
});

Deno.test("loadClosure() reads no service that is loaded, but the one it was asked for", () => {
  const map = services({ a: 'depends-on = ["b"]', b: 'depends-on = ["c"]' });
  assertEquals(names(load("a", map, { loaded: ["a", "b"] })), ["a"]);
});

Deno.test("loadClosure() does not load what order, chain and output links name", () => {
  assertEquals(names(load("s", services({ s: 'after = ["x"]\nbefore = ["y"]\nchain-to = "z"' }))), [
    "s",
  ]);
});

Deno.test("loadClosure() passes a template's argument on", () => {
  const map = services({ web: 'depends-on = ["net@$1"]', net: 'chain-to = "x$1"' });
  const result = load("web@eth0", map);
  assertEquals(names(result), ["web@eth0", "net@eth0"]);
});

Deno.test("loadClosure() reports a dependency that does not exist where it is named", () => {
  const map = services({ s: 'depends-on = ["nett"]', net: "" });
  assertEquals(problemsOf(load("s", map)), ['1:15: error: There is no service "nett"']);
  const result = load("s", map);
  assertEquals(result.kind === "faulty" && result.problems[0]?.hint, 'Did you mean "net"?');
  assertEquals(result.kind === "faulty" && result.own, false);
});

Deno.test("loadClosure() suggests no directory for a service that does not exist", () => {
  const result = load("s", { "/d/s.toml": 'depends-on = ["network"]', "/d/network.d": ["x"] });
  assertEquals(result.kind === "faulty" && result.problems[0]?.hint, "Directories searched: /d");
});

Deno.test("loadClosure() reports the faults of all dependencies, and whose they are", () => {
  const map = services({ s: 'depends-on = ["a", "b"]', a: "nice = 1.5", b: 'type = "process"' });
  const result = load("s", map);
  assertEquals(problemsOf(result), [
    "/d/a.toml:1:8: error: Cannot read nice = 1.5: a whole number is needed",
    '1:15: error: Cannot load "s", because "a" cannot be loaded',
    '/d/b.toml:1:8: error: A service of type "process" needs a command',
    '1:20: error: Cannot load "s", because "b" cannot be loaded',
  ]);
  assertEquals(result.kind === "faulty" && result.own, false);
});

Deno.test("loadClosure() tells a faulty line of the service itself from anything else", () => {
  const own = (text: string) => {
    const result = load("s", services({ s: text }));
    return result.kind === "faulty" && result.own;
  };
  assertEquals(own("nice = 1.5"), true);
  assertEquals(own("colour = 1"), true);
  assertEquals(own("= 1"), true);
  assertEquals(own('type = "'), true);
  assertEquals(own('type = "process"'), false);
  assertEquals(own('env-file = "none"'), false);
  assertEquals(own('depends-on = ["none"]'), false);
});

Deno.test("loadClosure() reports a cycle with its path", () => {
  const map = services({
    a: 'depends-on = ["b"]',
    b: 'waits-for = ["c"]',
    c: 'depends-ms = ["a"]',
  });
  assertEquals(problemsOf(load("a", map)).slice(0, 1), [
    '/d/c.toml:1:15: error: Cannot load "a": it would need itself: a -> b -> c -> a',
  ]);
  assertEquals(problems('depends-on = ["s"]'), [
    '1:15: error: Cannot load "s": it would need itself: s -> s',
  ]);
});

Deno.test("loadClosure() loads a chain of 32 services and refuses one of 33", () => {
  const chain = (length: number) => {
    const lines: Record<string, string> = {};
    for (let index = 1; index < length; index++) {
      lines[`c${index}`] = `depends-on = ["c${index + 1}"]`;
    }
    lines[`c${length}`] = "";
    return load("c1", services(lines));
  };
  assertEquals(names(chain(32)).length, 32);
  const [first] = problemsOf(chain(33));
  assertEquals(
    first,
    '/d/c32.toml:1:15: error: Cannot load "c33": a chain of dependencies has at most 32 services',
  );
});

Deno.test("loadClosure() skips entries of a directory that have no description, with a warning", () => {
  const map = { ...services({ s: 'waits-for-d = ["s.d"]', x: "" }), "/d/s.d": ["x", "gone"] };
  const result = load("s", map);
  assertEquals(names(result), ["s", "x"]);
  assertEquals(problemsOf(result), [
    '1:16: warning: "gone" in /d/s.d is left out: there is no such service',
  ]);
});

Deno.test("loadClosure() fails for a faulty service in a directory of hard dependencies", () => {
  for (const key of ["depends-on-d", "depends-ms-d"]) {
    const map = { ...services({ s: `${key} = ["s.d"]`, x: "colour = 1" }), "/d/s.d": ["x"] };
    assertEquals(load("s", map).kind, "faulty");
    assertEquals(problemsOf(load("s", map)), [
      '/d/x.toml:1:1: error: Unknown setting "colour"',
      '1:17: error: Cannot load "s", because "x" cannot be loaded',
    ]);
  }
});

Deno.test("loadClosure() leaves out a faulty service that is waited for, and tells its faults", () => {
  const files = services({ s: 'waits-for-d = ["s.d"]', x: "colour = 1", y: "", z: "= 1" });
  const result = load("s", { ...files, "/d/s.d": ["x", "y", "z"] });
  assertEquals(names(result), ["s", "y"]);
  assertEquals(brokenOf(result), ["x of /d/x.toml", "z of /d/z.toml"]);
  assertEquals(problemsOf(result), [
    '/d/x.toml:1:1: error: Unknown setting "colour"',
    '1:16: warning: "x" is left out: it cannot be loaded',
    "/d/z.toml:1:1: error: Not valid TOML: unexpected end of key",
    '1:16: warning: "z" is left out: it cannot be loaded',
  ]);
  assertEquals(only(result).dependencies.map(({ name }) => String(name)), ["x", "y", "z"]);
});

Deno.test("loadClosure() leaves out a service that does not exist, where it is only waited for", () => {
  const result = load("s", services({ s: 'waits-for = ["gone"]' }));
  assertEquals(names(result), ["s"]);
  assertEquals(brokenOf(result), ["gone of "]);
  assertEquals(problemsOf(result), ['1:14: error: There is no service "gone"']);
});

Deno.test("loadClosure() leaves out what needs a faulty service, and what only that pulled in", () => {
  const map = services({
    s: 'waits-for = ["w", "v"]',
    w: 'depends-on = ["only-w", "bad"]',
    "only-w": "",
    bad: "colour = 1",
    v: 'waits-for = ["bad"]',
  });
  const result = load("s", map);
  assertEquals(names(result), ["s", "v"]);
  assertEquals(brokenOf(result), ["w of /d/w.toml", "bad of /d/bad.toml"]);
});

Deno.test("loadClosure() leaves out a waited-for service that would need the one that waits", () => {
  const map = services({ s: 'waits-for = ["x"]', x: 'depends-on = ["s"]' });
  assertEquals(names(load("s", map)), ["s"]);
  assertEquals(brokenOf(load("s", map)), ["x of /d/x.toml"]);
  // The other way round it cannot be left out: it is what was asked for.
  assertEquals(load("x", map).kind, "faulty");
});

Deno.test("loadClosure() goes on without a directory that cannot be read", () => {
  const result = load("s", services({ s: 'waits-for-d = ["/none"]' }));
  assertEquals(names(result), ["s"]);
  assertEquals(problemsOf(result), [
    '1:16: warning: Cannot read the directory "/none": no such file or directory (ENOENT); ' +
    "no service is taken from it",
  ]);
});

Deno.test("loadClosure() takes the first directory that has the service, TOML before native", () => {
  const directories = ["/a", "/b"];
  const from = (map: FileMap) => only(load("s", map, { directories })).source;
  assertEquals(from({ "/b/s.toml": "", "/a/s.toml": "" }).file, "/a/s.toml");
  assertEquals(from({ "/b/s.toml": "" }).directory, "/b");
  assertEquals(from({ "/a/s": "", "/b/s.toml": "" }).format, "native");
});

Deno.test("loadClosure() warns of a service in both formats in one directory", () => {
  const result = load("s", { "/d/s.toml": "", "/d/s": "" });
  assertEquals(problemsOf(result), [" warning: This file is used, and /d/s is ignored"]);
  assertEquals(problemsOf(load("s", { "/d/s.toml": "", "/d/s": ["dir"] })), []);
});

Deno.test("loadClosure() reports an unreadable file only when no directory has another", () => {
  const directories = ["/a", "/b"];
  assertEquals(names(load("s", { "/a/s.toml": null, "/b/s.toml": "" }, { directories })), ["s"]);
  assertEquals(problemsOf(load("s", { "/a/s.toml": null }, { directories })), [
    "/a/s.toml: error: Cannot read the service description: permission denied (EACCES)",
  ]);
});

Deno.test("loadClosure() does not find a service, and says where it looked", () => {
  assertEquals(load("x", {}, { directories: ["/a", "/b"] }), {
    kind: "not-found",
    name: "x",
    searched: ["/a", "/b"],
  });
});

Deno.test("loadClosure() never reads x.toml as the native file of a service x.toml", () => {
  assertEquals(load("s.toml", { "/d/s.toml": 'type = "internal"' }).kind, "not-found");
});

Deno.test("loadClosure() refuses a name that is none, and finds no file outside the directory", () => {
  assertEquals(problemsOf(load("../etc/passwd", {})), [
    'error: Cannot load service "../etc/passwd": a service name cannot begin with a period',
  ]);
});

Deno.test("loadClosure() refuses combinations that only the whole file shows", () => {
  const run = 'command = ["x"]\n';
  assertEquals(problems('type = "bgprocess"\n' + run), [
    '1:8: error: A service of type "bgprocess" needs a pid-file',
  ]);
  assertEquals(problems('type = "bgprocess"\nkill-tree = true\n' + run), []);
  assertEquals(problems('type = "bgprocess"\nkill-tree = false\n' + run).length, 1);
  assertEquals(
    problems(`type = "bgprocess"\npid-file = "p"\nready-notification = "pipefd:3"\n${run}`),
    [
      "3:22: error: ready-notification is not possible on a bgprocess service",
    ],
  );
  assertEquals(problems('consumer-of = "x"'), [
    '1:15: error: consumer-of is not possible on a service of type "internal"',
  ]);
  assertEquals(problems(`type = "process"\nconsumer-of = "s"\n${run}`), [
    "2:15: error: A service cannot be the consumer of its own output",
  ]);
  assertEquals(problems(`type = "process"\noptions = ["kill-all-on-stop"]\n${run}`), [
    '2:11: error: kill-all-on-stop is not possible on a service of type "process"',
  ]);
  assertEquals(problems('load-options = ["export-passwd-vars"]', { managerUid: 77 }), [
    "1:16: error: Cannot export the variables of user 77: it is not in the user database",
  ]);
});

Deno.test("loadClosure() refuses a command without a type in TOML, and says which to add", () => {
  const why = 'The type is missing: without one the service is "internal" and runs no';
  assertEquals(problems('command = ["/bin/x"]'), [`1:11: error: ${why} command`]);
  assertEquals(hints('command = "/bin/x"'), [
    'Add: type = "process", or "scripted" for a command that ends',
  ]);
  assertEquals(hints('command = "/bin/x"\npid-file = "/p"'), ['Add: type = "bgprocess"']);
  assertEquals(problems('stop-command = "/bin/x"'), [`1:16: error: ${why} stop-command`]);
  assertEquals(problems('type = "internal"\ncommand = "/bin/x"'), []);
  assertEquals(problems('tipe = "process"\ncommand = "/bin/x"'), [
    '1:1: error: Unknown setting "tipe"',
  ]);
  assertEquals(load("s", { "/d/s": "command = /bin/x\n" }).kind, "loaded");
});

Deno.test("loadClosure() reports a faulty substitution at its dollar sign", () => {
  assertEquals(problems('type = "process"\ncommand = ["/bin/x", "ab$"]'), [
    '2:25: error: Cannot replace variables in "ab$" of command: no variable name follows the $ ' +
    "(a plain dollar sign is written $$)",
  ]);
  assertEquals(problems('type = "process"\ncommand = "/bin/x"\nworking-dir = "/a/$1"').length, 1);
});

Deno.test("loadClosure() reports all faults of a file at once, with hints", () => {
  const text = 'tipe = "x"\nrestart = "allways"\nwaits-for.d = ["a"]\nstop-timeout = "5 sec"';
  assertEquals(problems(text).map((line) => line.split(":", 2).join(":")), [
    "1:1",
    "2:11",
    "3:1",
    "4:16",
  ]);
  assertEquals(hints(text), [
    'Did you mean "type"?',
    "To restart always, write true",
    "It is called waits-for-d here",
    'Write "5s"',
  ]);
});

Deno.test("parseToml() says in our words what is wrong with the syntax, and what to write", () => {
  const cases: readonly (readonly [string, string, string | undefined])[] = [
    [
      "type = process",
      "1:8: error: Not valid TOML: text must be in quotes",
      'Write: type = "process"',
    ],
    [
      "restart = yes",
      "1:11: error: Not valid TOML: text must be in quotes",
      "Write: restart = true",
    ],
    [
      "depends-on: a b",
      "1:11: error: Not valid TOML: a colon after a key",
      'Write: depends-on = ["a", "b"]',
    ],
    [
      "waits-for = []\nwaits-for = []",
      "2:1: error: Not valid TOML: this key or table was given before",
      'TOML allows a key once: put several values into one array, ["a", "b"]',
    ],
    [
      "waits-for = []\nwaits-for.d = []",
      "2:1: error: Not valid TOML: there is no setting waits-for.d",
      "It is called waits-for-d here",
    ],
    ["nice = ", "1:8: error: Not valid TOML: a value is missing after =", undefined],
  ];
  for (const [text, report, hint] of cases) {
    assertEquals(problems(text), [report]);
    assertEquals(hints(text), [hint]);
  }
});

Deno.test("parseToml() reports more than the first fault, and what the other lines say", () => {
  const text = "type = process\n\nnice = 1.5\nrestart = True\n\nstop-timeout 5\ncolour = 1\n";
  assertEquals(problems(text).map((line) => line.split(":", 2).join(":")), [
    "1:8",
    "3:8",
    "4:11",
    "6:14",
    "7:1",
  ]);
  assertEquals(hints(text), [
    'Write: type = "process"',
    undefined,
    "Write: restart = true",
    'Write: stop-timeout = "5"',
    undefined,
  ]);
});

Deno.test("validate() warns of settings that a table has swallowed", () => {
  const result = load("s", { "/d/s.toml": '[environment]\nA = "1"\nrun-as = "www"\n' });
  assertEquals(problemsOf(result), [
    "3:1: warning: run-as is taken as part of the table [environment], not as a setting",
  ]);
});

Deno.test("validate() tells where settings stand to one who made a table of them", () => {
  assertEquals(hints('[service]\ntype = "process"'), [
    "Settings stand at the top, outside of tables; the tables are [environment], [cgroup] and [meta]",
  ]);
  assertEquals(hints('[enviroment]\nA = "1"'), ['Did you mean "environment"?']);
});

Deno.test("loadClosure() refuses a command of which its variables leave nothing", () => {
  const why = "error: Nothing is left of command once its variables are replaced";
  assertEquals(problems('type = "process"\ncommand = ["$/X"]'), [`2:11: ${why}`]);
  assertEquals(problems('type = "process"\ncommand = ["$X", "a"]').slice(0, 1), [`2:11: ${why}`]);
});

Deno.test("loadClosure() suggests the service to one who names its file", () => {
  const result = load("s", { "/d/s.toml": 'depends-on = ["web.toml"]', "/d/web.toml": "" });
  assertEquals(
    result.kind === "faulty" && result.problems[0]?.hint,
    'Did you mean "web"?',
  );
});
