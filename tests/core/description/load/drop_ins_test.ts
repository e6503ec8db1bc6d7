/** Drop-ins over descriptions: what joins, replaces, is appended, and where faults are told. */
import { checkServices } from "../../../../core/description/check/check.ts";
import { DropInIndex } from "../../../../core/description/load/drop_ins.ts";
import { problemLine } from "../../../../core/description/contract/problem.ts";
import { assertEquals } from "../../../assert.ts";
import { type FileMap, load, memoryFiles, only, problemsOf, USERS } from "../descriptions.ts";

/** Drop-ins of `s`, by their names, in `/d`. */
function dropIns(texts: Readonly<Record<string, string>>, folder = "/d/s.toml.d"): FileMap {
  return {
    [folder]: Object.keys(texts),
    ...Object.fromEntries(Object.entries(texts).map(([name, text]) => [`${folder}/${name}`, text])),
  };
}

const MAIN = 'type = "process"\ncommand = ["/bin/true", "a"]\nrestart = true\n' +
  'waits-for = ["x"]\n[environment]\nA = "1"\nB = "2"\n';

const OTHERS = { "/d/x.toml": "", "/d/y.toml": "", "/d/z.toml": "" };

Deno.test("a drop-in's values replace, its tables join, and what is under [append] is added", () => {
  const description = only(load("s", {
    ...OTHERS,
    "/d/s.toml": MAIN,
    ...dropIns({
      "10.toml": 'restart = "on-failure"\n[environment]\nB = "3"\nC = "4"\n' +
        '[append]\nwaits-for = ["y"]\ncommand = ["b"]\n',
    }),
  }));
  assertEquals(description.restart, "on-failure");
  assertEquals(description.command, ["/bin/true", "a", "b"]);
  assertEquals(description.dependencies.map(({ name }) => name), ["x", "y"]);
  assertEquals([...description.environment.set], [["A", "1"], ["B", "3"], ["C", "4"]]);
  assertEquals(description.source.file, "/d/s.toml");
  assertEquals(description.source.dropIns, [
    { file: "/d/s.toml.d/10.toml", modifiedSeconds: 1, modifiedNanoseconds: 2 },
  ]);
});

Deno.test("a list without [append] replaces, and an empty one takes away", () => {
  const dependencies = (text: string) =>
    only(load("s", { ...OTHERS, "/d/s.toml": MAIN, ...dropIns({ "1.toml": text }) }))
      .dependencies.map(({ name }) => name);
  assertEquals(dependencies('waits-for = ["z"]'), ["z"]);
  assertEquals(dependencies("waits-for = []"), []);
});

Deno.test("drop-ins are applied in the order of their names, over all folders", () => {
  const directories = ["/etc", "/usr"];
  const map = {
    "/usr/s.toml": 'type = "process"\ncommand = ["/bin/true"]\n',
    ...dropIns({ "20.toml": '[append]\ncommand = ["etc"]' }, "/etc/s.toml.d"),
    ...dropIns({
      "10.toml": '[append]\ncommand = ["ten"]',
      "20.toml": '[append]\ncommand = ["hidden"]',
      "30.toml": '[append]\ncommand = ["thirty"]',
      ".hidden.toml": "type = 1",
      "notes": "type = 1",
    }, "/usr/s.toml.d"),
  };
  assertEquals(only(load("s", map, { directories })).command, [
    "/bin/true",
    "ten",
    "etc",
    "thirty",
  ]);
  const emptied = { ...map, ...dropIns({ "20.toml": "" }, "/etc/s.toml.d") };
  assertEquals(only(load("s", emptied, { directories })).command, ["/bin/true", "ten", "thirty"]);
});

Deno.test("an instance has the template's drop-ins and its own, which count more", () => {
  const map = {
    "/d/s.toml": 'type = "process"\ncommand = ["/bin/true"]\n',
    ...dropIns({ "1.toml": "restart-delay = 1", "2.toml": 'command = ["/bin/false"]' }),
    ...dropIns({ "1.toml": "restart-delay = 7" }, "/d/s@a.toml.d"),
  };
  const delay = (name: string) => only(load(name, map)).restartDelayMs;
  assertEquals([delay("s"), delay("s@b"), delay("s@a")], [1000, 1000, 7000]);
  assertEquals(only(load("s@a", map)).command, ["/bin/false"]);
  assertEquals(only(load("s@a/b", map)).restartDelayMs, 1000, "no file is called so");
});

Deno.test("a description in upstream's format takes drop-ins, too", () => {
  const description = only(load("s", {
    ...OTHERS,
    "/d/s": "type = process\ncommand = /bin/true a\nwaits-for = x\nwaits-for = y\n",
    ...dropIns({ "1.toml": '[append]\nwaits-for = ["z"]\n' }),
  }));
  assertEquals(description.dependencies.map(({ name }) => name), ["x", "y", "z"]);
});

Deno.test("faults name the drop-in, its line and its column", () => {
  const told = (text: string, main = MAIN) =>
    problemsOf(load("s", { ...OTHERS, "/d/s.toml": main, ...dropIns({ "1.toml": text }) }))
      .map((line) => line.replace("/d/s.toml.d/", ""));
  assertEquals(told("\nrestart = 7\n"), [
    '1.toml:2:11: error: Cannot read restart = 7: allowed are true, false, "on-failure"',
  ]);
  assertEquals(told("a = \n"), [
    "1.toml:1:5: error: Not valid TOML: a value is missing after =",
  ]);
  assertEquals(told('[append]\nwaits-for = "y"\n'), [
    "1.toml:2:1: error: Cannot append to waits-for: what is appended is no list",
  ]);
  assertEquals(told('[append]\ncommand = ["b"]\n', 'type = "process"\ncommand = "/bin/true a"\n'), [
    "1.toml:2:1: error: Cannot append to command: /d/s.toml gives no list",
  ]);
  assertEquals(told('append = ["x"]\n'), [
    "1.toml:1:1: error: Cannot read append: it is a table with lists, as in [append]",
  ]);
  assertEquals(told("[append]\nwaitsfor = []\n"), [
    '1.toml:2:1: error: Unknown setting "waitsfor"',
  ]);
  // Items of a list that was made longer, and keys of a table that was joined.
  assertEquals(told('[append]\nwaits-for = ["y", ".z"]\n').map((line) => line.slice(0, 13)), [
    "1.toml:2:19: ",
  ]);
  assertEquals(told("[environment]\nC = 1\n").map((line) => line.slice(0, 12)), ["1.toml:2:5: "]);
});

Deno.test("faults of the description stay where they are beside a drop-in", () => {
  const main = MAIN.replace('"x"', '".x"');
  const told = problemsOf(load("s", {
    ...OTHERS,
    "/d/s.toml": main,
    ...dropIns({ "1.toml": '[append]\nwaits-for = ["y"]\n' }),
  }));
  assertEquals(told.map((line) => line.slice(0, 6)), ["4:14: "]);
});

Deno.test("a drop-in that cannot be read keeps the service from being loaded", () => {
  const map = {
    "/d/s.toml": MAIN,
    ...OTHERS,
    "/d/s.toml.d": ["1.toml"],
    "/d/s.toml.d/1.toml": null,
  };
  assertEquals(problemsOf(load("s", map)), [
    "/d/s.toml.d/1.toml: error: Cannot read the drop-in: permission denied (EACCES)",
  ]);
});

const MASKED = { "/etc/s.toml.d": ["masked"], "/etc/s.toml.d/masked": "" };

Deno.test("a masked service has an assertion that fails while the mask is there", () => {
  const directories = ["/etc", "/d"];
  const assertion = [{ kind: "path-exists", value: "/etc/s.toml.d/masked", isNegated: true }];
  const map = { ...MASKED, "/d/s.toml": 'assertions = ["path-exists /x"]', "/d/t.toml": "" };
  const assertions = (name: string) => only(load(name, map, { directories })).assertions;
  assertEquals<unknown>(assertions("s"), [
    assertion,
    [{ kind: "path-exists", value: "/x", isNegated: false }],
  ]);
  assertEquals<unknown>(assertions("s@a")[0], assertion, "of a template all instances");
  assertEquals(assertions("t"), []);
  assertEquals(only(load("s", map, { directories })).source.mask, "/etc/s.toml.d/masked");
  const one = { ...map, "/d/s@a.toml.d": ["masked"], "/d/s@a.toml.d/masked": "" };
  const own = only(load("s@a", one, { directories: ["/d"] })).assertions;
  assertEquals(own[0]?.[0]?.value, "/d/s@a.toml.d/masked");
  assertEquals(only(load("s@b", one, { directories: ["/d"] })).assertions.length, 1);
});

Deno.test("the check reads drop-ins, and tells of a mask", () => {
  const check = (map: FileMap) =>
    checkServices(["s"], {
      ...{ directories: ["/etc", "/d"], files: memoryFiles(map), users: USERS, managerUid: 0 },
      ...{ environment: new Map(), isOnline: true, probe: () => ({ kind: "directory" }) },
    }).services.flatMap(({ findings }) => findings.map(({ problem }) => problemLine(problem)));
  const broken = { "/d/s.toml": "", ...dropIns({ "1.toml": "typ = 1" }) };
  assertEquals(check(broken), ['/d/s.toml.d/1.toml:1:1: error: Unknown setting "typ"']);
  assertEquals(check({ "/d/s.toml": "", ...MASKED }), [
    '/etc/s.toml.d/masked: warning: "s" is masked: nothing can start it',
  ]);
});

Deno.test("one service's drop-ins cost the same however many files there are, many cost one listing", () => {
  const many = Array.from({ length: 40 }, (_, index) => `s${index}`);
  const files = memoryFiles({
    "/d": [...many.map((name) => `${name}.toml`), "s0.toml.d", "s39.toml.d"],
    ...Object.fromEntries(many.map((name) => [`/d/${name}.toml`, ""])),
    ...dropIns({ "1.toml": "restart = true" }, "/d/s0.toml.d"),
    ...dropIns({ "2.toml": "restart = true" }, "/d/s39.toml.d"),
  });
  let listings = 0;
  const list = (path: string) => {
    if (path === "/d") listings++;
    return files.list(path);
  };
  const index = new DropInIndex(["/d"], { ...files, list });
  const found = many.map((name) => {
    const names = index.beside(name).dropIns.map(({ file }) => file);
    if (name === "s0") assertEquals(listings, 0);
    return names;
  });
  assertEquals(listings, 1);
  assertEquals(found.flat(), ["/d/s0.toml.d/1.toml", "/d/s39.toml.d/2.toml"]);
});
