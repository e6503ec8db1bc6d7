import { type CheckReport, checkServices } from "../../../../core/description/check/check.ts";
import type { Probed } from "../../../../core/description/check/probe.ts";
import { problemLine } from "../../../../core/description/contract/problem.ts";
import { assertEquals } from "../../../assert.ts";
import { type FileMap, memoryFiles, USERS } from "../descriptions.ts";

/** Paths that exist for lint; a program that may be executed unless told. */
const PRESENT: Readonly<Record<string, Probed>> = {
  "/d": { kind: "directory" },
  "/": { kind: "directory" },
  "/bin/x": { kind: "file", isExecutable: true },
  "/bin/plain": { kind: "file", isExecutable: false },
  "/dev/null": { kind: "other" },
  "/bin/sh": { kind: "file", isExecutable: true, head: "\x7fELF\x02\x01\x01\x00" },
  "/usr/bin/env": { kind: "file", isExecutable: true },
  "/bin/my prog": { kind: "file", isExecutable: true },
};

/** Scripts in /s, by name: their first bytes. */
const SCRIPTS: Readonly<Record<string, string>> = {
  good: "#! /bin/sh -e\necho",
  bad: "#!/bin/bsh\n",
  plain: "#!/bin/plain\n",
  dos: "#!/bin/sh\r\necho\r\n",
  none: "#!\n",
  text: "echo hello\n",
  env: "#!/usr/bin/env -S A=1 python3 -u\n",
  found: "#!/usr/bin/env x\n",
};

function check(
  map: FileMap,
  options: { names?: string[]; isOnline?: boolean; environment?: Record<string, string> } = {},
): CheckReport {
  return checkServices(options.names ?? ["boot"], {
    directories: ["/d"],
    files: memoryFiles(map),
    users: USERS,
    managerUid: 0,
    environment: new Map(Object.entries(options.environment ?? {})),
    isOnline: options.isOnline ?? false,
    probe: (path) =>
      PRESENT[path] ?? script(path) ?? { kind: "none", why: "no such file or directory" },
  });
}

function script(path: string): Probed | undefined {
  const head = SCRIPTS[path.replace(/^\/s\//, "")];
  return head === undefined ? undefined : { kind: "file", isExecutable: true, head };
}

/**
 * `NAME: FILE:LINE:COLUMN: SEVERITY: MESSAGE` of everything found; `~` before what does not count.
 */
function found(report: CheckReport): string[] {
  const own = report.services.flatMap(({ name, findings }) =>
    findings.map((finding) => ({ service: name, finding }))
  );
  return [...own, ...report.secondary].map(({ service, finding }) =>
    `${finding.counts ? "" : "~"}${service}: ${problemLine(finding.problem)}`
  );
}

/** `NAME VIA FILE:LINE:COLUMN: WORDS` of each step of the circle. */
function cycleOf(report: CheckReport): string[] | undefined {
  return report.cycle?.map(({ name, via, where }) => {
    const place = [where?.file, where?.line, where?.column].join(":");
    return `${name} ${via} ${place}: ${where?.message}`;
  });
}

const PROCESS = 'type = "process"\ncommand = ["/bin/x"]\n';

Deno.test("checkServices() finds nothing in a good set, and visits services as they are named", () => {
  const report = check({
    "/d/boot.toml": 'depends-on = ["a"]\nwaits-for-d = ["boot.d"]\nafter = ["c"]\nchain-to = "e"',
    "/d/boot.d": ["b"],
    "/d/a.toml": 'before = ["d"]',
    "/d/b.toml": PROCESS + 'consumer-of = "f"',
    "/d/c.toml": "",
    "/d/d.toml": "",
    "/d/e": "",
    "/d/f.toml": PROCESS + 'log-type = "pipe"',
  });
  assertEquals(found(report), []);
  assertEquals(report.isClean, true);
  assertEquals(report.services.map(({ name }) => name), ["boot", "a", "b", "c", "e", "d", "f"]);
});

Deno.test("checkServices() reports what is missing where it is named, whatever names it", () => {
  const report = check({
    "/d/boot.toml": [
      'depends-on = ["a1"]',
      'waits-for-d = ["boot.d", "none"]',
      'after = ["a3"]',
      'before = ["a4"]',
      'chain-to = "a5"',
    ].join("\n"),
    "/d/boot.d": ["a2"],
  });
  const why = "error: there is no description of that name";
  assertEquals(found(report), [
    'boot: /d/boot.toml:2:26: error: Cannot read the directory "/d/none": no such file or directory (ENOENT)',
    `a1: /d/boot.toml:1:15: ${why}`,
    `a2: /d/boot.toml:2:16: ${why}`,
    `a3: /d/boot.toml:3:10: ${why}`,
    `a4: /d/boot.toml:4:11: ${why}`,
    `a5: /d/boot.toml:5:12: ${why}`,
  ]);
  assertEquals(report.services.filter(({ isUnloadable }) => isUnloadable).length, 5);
});

Deno.test("checkServices() reports a named service that is missing or has a bad name", () => {
  assertEquals(found(check({ "/d/boot.toml": "" }, { names: ["bot", "a/b"] })), [
    "bot: error: there is no description of that name",
    'a/b: error: a service name is made of letters, digits, ".", "_" and "-" (anything after "@")',
  ]);
});

Deno.test("checkServices() goes on after faults, in the file and to what it names", () => {
  const report = check({
    "/d/boot.toml": 'colour = 1\ndepends-on = ["a", "b c"]\nnice = "x"',
    "/d/a": "nice = y\nrestart = perhaps\n",
  });
  assertEquals(found(report).map((line) => line.split(": ", 3).slice(0, 2).join(": ")), [
    "boot: /d/boot.toml:1:1",
    "boot: /d/boot.toml:2:20",
    "boot: /d/boot.toml:3:8",
    "a: /d/a:1:8",
    "a: /d/a:2:11",
  ]);
});

Deno.test("checkServices() lints settings that have no effect on a service without processes", () => {
  const text = [
    "type = 'internal'",
    "command = 'x'",
    "stop-command = 'x'",
    "working-dir = '/'",
    "run-in-cgroup = 'a'",
    "capabilities = 'cap_kill'",
    "securebits = ['noroot']",
    "run-as = 'www'",
    "socket-listen = '/s'",
    "inittab-id = 'a'",
    "nice = 1",
    "ioprio = 'idle'",
    "oom-score-adj = 1",
    "logfile = '/l'",
    "options = ['pass-cs-fd', 'skippable', 'start-interruptible', 'no-new-privs', 'always-chain']",
    "restart-delay = 1",
    "rlimit-core = '1'",
    "[environment]",
  ].join("\n");
  const lines = found(check({ "/d/boot.toml": text }));
  assertEquals(
    lines.map((line) =>
      /warning: (\S+) has no effect on a service of type "internal"$/.exec(line)?.[1]
    ),
    [
      "command",
      "stop-command",
      "working-dir",
      "run-in-cgroup",
      "capabilities",
      "securebits",
      "run-as",
      "socket-listen",
      "inittab-id",
      "nice",
      "ioprio",
      "oom-score-adj",
      "environment",
      "logfile",
      "start-interruptible",
      "pass-cs-fd",
      "skippable",
      "no-new-privs",
    ],
  );
  assertEquals(found(check({ "/d/boot.toml": "log-type = 'none'" })), []);
});

Deno.test("checkServices() does not guess what a faulty type would make of other settings", () => {
  const lines = (text: string) => found(check({ "/d/boot.toml": text })).length;
  assertEquals(lines('type = "proces"\ncommand = ["/bin/x"]\nnice = 5'), 1);
  assertEquals(lines('tipe = "process"\ncommand = ["/bin/x"]\nnice = 5'), 1);
});

Deno.test("checkServices() lints programs: the first fault that applies", () => {
  const fault = (program: string) =>
    found(check({ "/d/boot.toml": `type = "process"\ncommand = ["${program}"]` }));
  const at = "boot: /d/boot.toml:2:12: warning: The program";
  assertEquals(fault("/bin/x"), []);
  assertEquals(fault("x"), [`${at} "x" is not given by an absolute path`]);
  assertEquals(fault("/bin/y"), [`${at} "/bin/y" cannot be run: no such file or directory`]);
  assertEquals(fault("/dev/null"), [`${at} "/dev/null" cannot be run: it is no regular file`]);
  assertEquals(fault("/d"), [`${at} "/d" cannot be run: it is no regular file`]);
  assertEquals(fault("/bin/plain"), [
    `${at} "/bin/plain" cannot be run: its owner may not execute it`,
  ]);
});

Deno.test("checkServices() lints folders and log settings", () => {
  const lines = (text: string) => found(check({ "/d/boot.toml": PROCESS + text }));
  assertEquals(lines('working-dir = "/w"'), [
    'boot: /d/boot.toml:3:15: warning: The working directory "/w" cannot be entered: no such file or directory',
  ]);
  assertEquals(lines('logfile = "/none/l"'), [
    'boot: /d/boot.toml:3:11: warning: The log file cannot be made in "/none": no such file or directory',
  ]);
  assertEquals(lines('logfile = "l"'), []);
  assertEquals(lines('logfile = "/l"\nlog-type = "buffer"'), [
    'boot: /d/boot.toml:3:11: warning: logfile has no effect with log-type = "buffer"',
  ]);
  assertEquals(lines('log-type = "file"'), [
    'boot: /d/boot.toml:3:12: warning: log-type is "file", but there is no logfile: output goes nowhere',
  ]);
});

Deno.test("checkServices() warns of log settings that have no effect", () => {
  const lines = (text: string) => found(check({ "/d/boot.toml": PROCESS + text }));
  assertEquals(lines('logfile = "l"\nlog-rotate-size = 1\nlog-timestamps = true'), []);
  assertEquals(lines('logfile = "l"\nlog-rotate-count = 3'), [
    "boot: /d/boot.toml:4:20: warning: log-rotate-count has no effect without log-rotate-size",
  ]);
  assertEquals(lines('log-type = "pipe"\nlog-rotate-size = 1\nlog-timestamps = true'), [
    'boot: /d/boot.toml:4:19: warning: log-rotate-size has no effect with log-type = "pipe"',
    'boot: /d/boot.toml:5:18: warning: log-timestamps has no effect with log-type = "pipe"',
  ]);
  assertEquals(lines('logfile = "/l"\nlog-buffer-keeps = "oldest"'), [
    'boot: /d/boot.toml:4:20: warning: log-buffer-keeps has no effect with log-type = "file"',
  ]);
  assertEquals(lines('log-type = "buffer"\nlog-buffer-keeps = "oldest"'), []);
});

Deno.test("checkServices() tells once that variables were replaced, unless it is online", () => {
  const map = { "/d/boot.toml": 'depends-on = ["a$X", "b$Y"]', "/d/a1.toml": "", "/d/b2.toml": "" };
  const environment = { X: "1", Y: "2" };
  assertEquals(found(check(map, { environment })), [
    "~boot: /d/boot.toml: warning: Variables were replaced from this environment; that of the manager may differ",
  ]);
  assertEquals(check(map, { environment }).isClean, true);
  assertEquals(found(check(map, { environment, isOnline: true })), []);
  const own = {
    "/d/boot.toml": PROCESS + 'stop-command = ["/bin/x", "$A", "$1"]\n[environment]\nA = "1"',
  };
  assertEquals(found(check({ ...own, "/d/boot": "" }, { names: ["boot@x"] })).slice(1), []);
});

Deno.test("checkServices() finds a circle, with orderings marked", () => {
  const report = check({
    "/d/boot.toml": 'depends-on = ["a"]',
    "/d/a.toml": 'waits-for = ["b"]',
    "/d/b.toml": 'before = ["c"]\ndepends-on = ["c"]',
    "/d/c.toml": "",
  });
  assertEquals(cycleOf(report), [
    'b dependency /d/b.toml:2:15: "b" depends on "c"',
    'c before /d/b.toml:1:11: "b" comes before "c"',
  ]);
  assertEquals(report.isClean, false);
  const after = check({ "/d/boot.toml": 'after = ["boot"]' });
  assertEquals(cycleOf(after), ['boot after /d/boot.toml:1:10: "boot" comes after "boot"']);
  const directory = check({ "/d/boot": "waits-for.d = x", "/d/x": ["a"], "/d/a": "after: boot" });
  assertEquals(cycleOf(directory), [
    'boot dependency /d/boot:1:15: "boot" depends on "a"',
    'a after /d/a:1:8: "a" comes after "boot"',
  ]);
});

Deno.test("checkServices() tells which services a manager would load", () => {
  const loadable = (map: FileMap) =>
    check(map).services.filter(({ isLoadable }) => isLoadable).map(({ name }) => name);
  assertEquals(loadable({ "/d/boot.toml": "colour = 1" }), []);
  assertEquals(
    loadable({
      "/d/boot.toml": 'waits-for = ["a"]\ndepends-on = ["b"]',
      "/d/a.toml": 'depends-on = ["c"]',
      "/d/b.toml": "",
      "/d/c.toml": "nice = 1.5",
    }),
    ["boot", "b"],
  );
  assertEquals(loadable({ "/d/boot.toml": 'depends-ms = ["a"]', "/d/a.toml": "= 1" }), []);
  assertEquals(loadable({ "/d/boot.toml": 'after = ["a"]', "/d/a.toml": 'after = ["boot"]' }), []);
});

Deno.test("checkServices() reports a chain that the manager would refuse", () => {
  const chain = (length: number) => {
    const map: Record<string, string> = { "/d/boot.toml": 'waits-for = ["c2"]' };
    for (let index = 2; index < length; index++) {
      map[`/d/c${index}.toml`] = `depends-on = ["c${index + 1}"]\nafter = ["z"]`;
    }
    map[`/d/c${length}.toml`] = "";
    map["/d/z.toml"] = "";
    return found(check(map));
  };
  assertEquals(chain(32), []);
  assertEquals(chain(33).map((line) => line.slice(0, 56)), [
    "boot: /d/boot.toml: error: A chain of 33 services begins",
  ]);
});

Deno.test("checkServices() judges consumers by the services they read from", () => {
  const lines = (producer: string | undefined, others: FileMap = {}) =>
    found(check({
      "/d/boot.toml": 'depends-on = ["c"]',
      "/d/c.toml": PROCESS + 'consumer-of = "p"',
      ...(producer === undefined ? {} : { "/d/p.toml": producer }),
      ...others,
    }));
  assertEquals(lines(PROCESS + 'log-type = "pipe"'), []);
  assertEquals(lines(PROCESS), [
    'c: /d/c.toml:3:15: error: "p" has log-type = "none"; it must be "pipe"',
  ]);
  assertEquals(lines(""), [
    'c: /d/c.toml:3:15: error: "p" has no processes whose output could be read',
  ]);
  assertEquals(lines(undefined), [
    "p: /d/c.toml:3:15: error: there is no description of that name",
    '~c: /d/c.toml:3:15: warning: The service "p" was not found',
  ]);
  const second = {
    "/d/c.toml": PROCESS + 'consumer-of = "p"\nafter = ["d"]',
    "/d/d.toml": PROCESS + 'consumer-of = "p"',
  };
  assertEquals(lines(PROCESS + 'log-type = "pipe"', second), [
    'd: /d/d.toml:3:15: error: "p" has a consumer already: "c"',
  ]);
});

Deno.test("checkServices() warns of one log file with two settings", () => {
  const lines = (first: string, second: string) =>
    found(check({
      "/d/boot.toml": 'waits-for = ["a", "b"]',
      "/d/a.toml": `${PROCESS}logfile = "/d/x"\n${first}`,
      "/d/b": `type = process\ncommand = /bin/x\nlogfile = x\n${second}`,
    }));
  assertEquals(lines("", ""), []);
  assertEquals(lines('log-rotate-size = "1M"\nlogfile-permissions = "640"', ""), [
    '~b: /d/b:3:11: warning: "a" has the same log file with another log-rotate-size, ' +
    "log-rotate-count, logfile-permissions: lines may be lost; write the same in both",
  ]);
  assertEquals(lines("log-timestamps = true", "logfile-uid = 0\n"), [
    '~b: /d/b:3:11: warning: "a" has the same log file with another log-timestamps, logfile-uid' +
    ": lines may be lost; write the same in both",
  ]);
});

Deno.test("checkServices() knows one log file by several paths", () => {
  const named = (path: string) => {
    const { secondary } = checkServices(["a", "b"], {
      directories: ["/d"],
      files: memoryFiles({
        "/d/a.toml": `${PROCESS}logfile = "/d/x"\nlog-timestamps = true\n`,
        "/d/b.toml": `${PROCESS}logfile = "${path}"\n`,
      }, { "/link/x": "/d/x" }),
      users: USERS,
      managerUid: 0,
      environment: new Map(),
      isOnline: true,
      probe: () => ({ kind: "directory" }),
    });
    return secondary.length;
  };
  for (const path of ["x", "./x", "../d/x", "/d/..//d/x", "/link/x"]) {
    assertEquals([path, named(path)], [path, 1]);
  }
  for (const path of ["y", "../x", "/e/x"]) assertEquals([path, named(path)], [path, 0]);
});

Deno.test("checkServices() survives circles among thousands of services", () => {
  const map: Record<string, string> = {};
  const count = 20_000;
  for (let index = 0; index < count; index++) {
    map[`/d/s${index}.toml`] = `waits-for = ["s${(index + 1) % count}"]`;
  }
  const report = check(map, { names: ["s0"] });
  assertEquals(report.cycle?.length, count);
});

/** `COLUMN: MESSAGE` and hint of what is found about a command. */
function aboutCommand(command: string, suffix = ".toml"): (readonly string[])[] {
  const head = suffix === "" ? "type = process\n" : 'type = "process"\n';
  const report = check({ [`/d/boot${suffix}`]: `${head}command = ${command}` });
  return report.services.flatMap(({ findings }) =>
    findings.map((
      { problem: { column, message, hint } },
    ) => [`${column}: ${message}`, ...(hint === undefined ? [] : [hint])])
  );
}

Deno.test("checkServices() looks for the interpreter of a script", () => {
  const told = (name: string) => aboutCommand(`["/s/${name}"]`)[0]?.[0]?.replace(/^.*run: /, "");
  assertEquals(told("good"), undefined);
  assertEquals(told("bad"), 'its interpreter "/bin/bsh": no such file or directory');
  assertEquals(told("plain"), 'its interpreter "/bin/plain": its owner may not execute it');
  assertEquals(
    told("dos"),
    "its first line ends with a CR, which becomes a part of the interpreter's name",
  );
  assertEquals(told("none"), "no interpreter follows its #!");
  assertEquals(told("text"), "it is a text without a first line that names an interpreter");
  assertEquals(
    told("env"),
    '"python3", which env is to find for it, is not in /usr/local/sbin, /usr/local/bin, /usr/sbin, ' +
      "/usr/bin, /sbin, /bin",
  );
  assertEquals(told("found"), undefined);
});

Deno.test("checkServices() warns of what only a shell understands", () => {
  const shell = 'To run a shell: command = ["/bin/sh", "-c", "…"]';
  const told = (word: string) =>
    `"${word}" is given to the program as an argument: there is no shell to understand it`;
  assertEquals(aboutCommand('["/bin/x", "a", "&&", "b"]'), [[`27: ${told("&&")}`, shell]]);
  for (const word of ["|", "||", ";", ">", ">>/l", "2>/dev/null", "2>&1", "<", "&", "a;"]) {
    assertEquals(aboutCommand(`"/bin/x a ${word} b"`), [[`11: ${told(word)}`, shell]], word);
  }
  assertEquals(
    aboutCommand("/bin/x a | b", "")[0]?.[1],
    'To run a shell: command = /bin/sh -c "…"',
  );
  const fine = [
    '["/bin/sh", "-c", "a && b"]',
    '["/bin/sh", "-c", "exec \\"$$@\\"", "sh", "/bin/x", ">"]',
    '["/bin/sh", "-ec", "a; b", "name"]',
    '["/bin/x", "a>b", "<none>", "-->", "a;b"]',
  ];
  for (const command of fine) assertEquals(aboutCommand(command), [], command);
});

Deno.test("checkServices() warns of a shell's script that lost its quotes", () => {
  const lost = 'The shell\'s script is "echo" alone, which does not use "a"';
  assertEquals(aboutCommand('"/bin/sh -c echo a | cat"'), [[
    `11: ${lost}`,
    'If all of it is the script: command = ["/bin/sh", "-c", "echo a | cat"]',
  ]]);
  assertEquals(aboutCommand("/bin/sh -c echo a", ""), [[
    `27: ${lost}`,
    'If all of it is the script: command = /bin/sh -c "echo a"',
  ]]);
  assertEquals(
    aboutCommand('["/bin/sh", "-c", "a; b", ">", "/l"]')[0]?.[0],
    '37: The shell\'s script is "a; b" alone, which does not use ">"',
  );
  assertEquals(
    aboutCommand('"/bin/sh /s/good 2>&1"')[0]?.[0],
    '11: "2>&1" is given to the program as an argument: there is no shell to understand it',
  );
});

Deno.test("checkServices() warns of words that are not divided, or not kept together", () => {
  assertEquals(aboutCommand(`"/bin/sh -c 'echo a; b'"`), [[
    '11: Single quotes do not keep words together here: "\'echo" is an argument of its own',
    'If one argument is meant: command = ["/bin/sh", "-c", "echo a; b"]',
  ]]);
  assertEquals(
    aboutCommand(`/bin/sh -c 'a b'`, "")[0]?.[1],
    'If one argument is meant: command = /bin/sh -c "a b"',
  );
  assertEquals(aboutCommand(`"/bin/x 'a' it's"`), []);
  assertEquals(aboutCommand('["/bin/x --port 80", "y"]'), [[
    '12: There is no program "/bin/x --port 80": it holds blanks, and is not divided at them',
    'Give each argument an element of its own: ["/bin/x", "--port", "80", "y"]',
  ]]);
  assertEquals(aboutCommand('["/bin/my prog"]'), []);
  assertEquals(aboutCommand('"A=1 /bin/x"'), [[
    '11: "A=1" stands in the place of the program; only a shell sets variables so',
    "Put variables into the table [environment], or into env-file",
  ]]);
});

Deno.test("checkServices() tells one who named a file what to name, with its argument", () => {
  const hint = (name: string) =>
    check({}, { names: [name] }).services[0]?.findings[0]?.problem.hint;
  assertEquals(hint("/e/web.toml"), "Name the directory and the service: -d /e web");
  assertEquals(hint("/e/tick.toml@5/a"), "Name the directory and the service: -d /e tick@5/a");
  assertEquals(hint("./web"), "Name the directory and the service: -d . web");
});

Deno.test("checkServices() tells that there is no directory to look in", () => {
  assertEquals(
    check({}).services[0]?.findings[0]?.problem.hint,
    "No directory with services can be read: /d: no such file or directory (ENOENT)",
  );
  assertEquals(
    check({ "/d/other": "" }).services[0]?.findings[0]?.problem.hint,
    "Directories searched: /d",
  );
});
