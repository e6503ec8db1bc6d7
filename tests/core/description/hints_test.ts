/** What the reader says to the slips that people make: the report's message and its hint. */
import { assertEquals } from "../../assert.ts";
import { load, problemsOf } from "./descriptions.ts";

function advice(text: string, suffix = ".toml"): (string | undefined)[] {
  const result = load("s", { [`/d/s${suffix}`]: text });
  if (result.kind !== "faulty") return [result.kind];
  const [first] = result.problems;
  return [`${first?.line}:${first?.column}`, first?.message, first?.hint];
}

const SYNTAX: readonly (readonly [string, string, string, string | undefined])[] = [
  ['command = "/bin/x', "1:11", "unfinished string", undefined],
  ['command = "/bin/x\n', "1:18", "the text is not closed", "Put a quote at its end"],
  ['type = "process",', "1:17", "nothing may follow the value", "Leave the comma out"],
  ['after = ["a" "b"]', "1:14", "a comma or the end of the list is expected here", undefined],
  ["after = [a, b] # c", "1:10", "text must be in quotes", 'Write: after = ["a", "b"]'],
  [
    "restart-delay = 5s",
    "1:18",
    "illegal character in numeric literal",
    'Write: restart-delay = "5s"',
  ],
  [
    "stop-timeout = 10 s",
    "1:19",
    "each key-value declaration must be followed by an end-of-line",
    'Write: stop-timeout = "10s"',
  ],
  ['type == "process"', "1:7", "invalid value", 'Write: type = "process"'],
  ["smooth-recovery = fasle", "1:19", "text must be in quotes", "Write: smooth-recovery = false"],
  ["type = proces # x", "1:8", "text must be in quotes", 'Write: type = "process"'],
  ["logfile = tree", "1:11", "text must be in quotes", 'Write: logfile = "tree"'],
  ["restart = No", "1:11", "text must be in quotes", "Write: restart = false"],
  [
    "socket-permissions = 0660",
    "1:22",
    "a number has no leading zero",
    "An octal mode is a text in quotes; an octal number begins with 0o",
  ],
  ['after += ["a"]', "1:7", "+= does not exist", "Put all values into one line: after = [...]"],
  [
    "@include x",
    "1:1",
    "illegal character in key",
    "Lines that begin with @ exist in files without the suffix .toml only; @meta enable-via is enable-via in the table [meta] here",
  ],
];

for (const [text, position, why, hint] of SYNTAX) {
  Deno.test(`parseToml() explains ${JSON.stringify(text)}`, () => {
    const [foundPosition, message, foundHint] = advice(text);
    assertEquals([foundPosition, message, foundHint], [position, `Not valid TOML: ${why}`, hint]);
  });
}

Deno.test("validate() knows what settings are called elsewhere", () => {
  const hint = (text: string, suffix?: string) => advice(text, suffix)[2];
  assertEquals(hint('ExecStart = "/bin/x"'), "It is called command here");
  assertEquals(hint("user = 5"), "It is called run-as here");
  assertEquals(
    hint("description = x", ""),
    "description exists in files with the suffix .toml only",
  );
  assertEquals(hint('docs = "x"'), "It is called documentation here");
  assertEquals(hint("env = {}"), "It is called environment here");
  assertEquals(hint("user = 5", ""), "It is called run-as here");
  assertEquals(hint("env = x", ""), undefined);
  assertEquals(hint("comand = 5"), 'Did you mean "command"?');
});

Deno.test("parseToml() takes nothing for something else behind a header with a fault", () => {
  const result = load("s", { "/d/s.toml": '[environment\nA = "1"\n\ncolour = 1\n' });
  assertEquals(result.kind === "faulty" && result.problems.map(({ line }) => line), [1]);
});

Deno.test("validate() tells how booleans are written", () => {
  for (const word of ['"yes"', '"True"', '"on"', "1"]) {
    assertEquals(advice(`smooth-recovery = ${word}`)[2], "Write true, without quotes");
    assertEquals(advice(`restart = ${word}`)[2], "Write true, without quotes");
  }
  for (const word of ['"no"', '"False"', '"off"', "0"]) {
    assertEquals(advice(`smooth-recovery = ${word}`)[2], "Write false, without quotes");
  }
  assertEquals(advice('restart = "never"')[2], "Write false, without quotes");
  assertEquals(advice('restart = "onfailure"')[2], 'Did you mean "on-failure"?');
});

Deno.test("validate() tells how times, modes and numbers are written", () => {
  assertEquals(advice('stop-timeout = "5"')[2], 'For seconds write 5 without quotes, or "5s"');
  assertEquals(advice('stop-timeout = "1,5 sec"')[2], 'Write "1.5s"');
  assertEquals(advice('stop-timeout = "500 msec"')[2], 'Write "500ms"');
  assertEquals(advice('stop-timeout = "2 min"')[2], 'Write "2m"');
  assertEquals(advice('stop-timeout = "1 day"')[2], undefined);
  assertEquals(advice("socket-permissions = 660")[2], 'As a text: "660"');
  assertEquals(advice("socket-permissions = 0o660")[2], 'As a text: "432"; 0o660 is "660"');
  assertEquals(advice("socket-permissions = 0o600")[2], 'As a text: "600"');
  assertEquals(advice('nice = "-5"')[2], "Without quotes: -5");
  assertEquals(advice("rlimit-core = 5")[2], 'As a text: "5" sets both halves');
  assertEquals(advice('after = "a"')[2], 'Use an array: ["a"]');
  assertEquals(advice("stop-timeout = 5s", "")[2], "In seconds: 5");
  assertEquals(advice("stop-timeout = 500ms", "")[2], "In seconds: 0.5");
});

Deno.test("validate() knows what types and kinds of restart are called elsewhere", () => {
  const hint = (text: string, suffix?: string) => advice(text, suffix)[2];
  const scripted = 'For a command that ends once it is done: type = "scripted"';
  assertEquals(hint('type = "oneshot"'), scripted);
  assertEquals(hint("type = oneshot\n", ""), scripted);
  assertEquals(
    hint('type = "notify"'),
    'type = "process", with ready-notification = "notify:socket"',
  );
  assertEquals(hint('type = "proces"'), 'Did you mean "process"?');
  assertEquals(hint('type = "constructor"'), undefined);
  assertEquals(hint('restart = "on-abnormal"'), 'Write "on-failure"');
  assertEquals(hint('restart = "ture"'), "Did you mean true, without quotes?");
  assertEquals(hint('smooth-recovery = "fasle"'), "Did you mean false, without quotes?");
  assertEquals(hint("smooth-recovery = 3"), undefined);
});

const UNIT = `# a comment
; another

[Unit]
Description=It's OpenBSD's server
After=network.target

[Service]
Type=notify
ExecStart=-/usr/sbin/sshd -D $SSHD_OPTS
`;

Deno.test("readDescription() takes a systemd unit for what it is, in either format", () => {
  const unit = (text: string, suffix: string) => {
    const result = load("s", { [`/d/s${suffix}`]: text });
    return result.kind === "faulty" ? result.problems : [];
  };
  for (const suffix of [".toml", ""]) {
    const [first, ...others] = unit(UNIT, suffix);
    assertEquals(others, []);
    assertEquals(first?.message, "This is a systemd unit, not a service description");
    assertEquals([first?.line, first?.column], [4, 1]);
  }
  const hint = "Write a description instead, as dinit-service(5) says; it may begin: ";
  const notify = 'ready-notification = "notify:socket"';
  assertEquals(
    unit(UNIT, ".toml")[0]?.hint,
    `${hint}type = "process", command = "/usr/sbin/sshd -D $SSHD_OPTS", ${notify}`,
  );
  const timer = UNIT.replace(/Type[^]*/, "Type=oneshot\n");
  assertEquals(unit(timer, "")[0]?.hint, `${hint}type = scripted, command = …`);
});

Deno.test("readDescription() takes a description with a table [Service] for a description", () => {
  const result = load("s", { "/d/s.toml": '\n[Service]\ntype = "process"\n' });
  assertEquals(problemsOf(result), ['2:2: error: Unknown setting "Service"']);
});

Deno.test("a setting is found behind a faulty line with an open quote", () => {
  const result = load("s", { "/d/s.toml": "logfile = It's\n\n\n[Service]\nx = 1\n" });
  assertEquals(problemsOf(result), [
    "1:11: error: Not valid TOML: text must be in quotes",
    '4:2: error: Unknown setting "Service"',
  ]);
});

Deno.test("readDescription() takes a script for what it is, if its lines are no settings", () => {
  const problems = (text: string, suffix: string) => {
    const result = load("s", { [`/d/s${suffix}`]: text });
    return result.kind === "faulty" ? result.problems.map(({ message }) => message) : [];
  };
  const openrc = "#!/sbin/openrc-run\ncommand=/bin/x\ndepend() {\n  need net\n}\n";
  const runit = "#! /bin/sh -e\nexec 2>&1\nexec x\n";
  for (const suffix of [".toml", ""]) {
    assertEquals(problems(openrc, suffix), [
      'This is a script for "/sbin/openrc-run", not a service description',
    ]);
    assertEquals(problems(runit, suffix), [
      'This is a script for "/bin/sh -e", not a service description',
    ]);
  }
  assertEquals(problems("#!/bin/x\ntype = internal\n", ""), []);
});

Deno.test("words of other programs have a hint in upstream's format, too", () => {
  const hint = (line: string) => {
    const result = load("s", { "/d/s": `type = process\ncommand = /bin/x\n${line}\n` });
    return result.kind === "faulty" ? result.problems[0]?.hint : "none";
  };
  assertEquals(hint("restart = always"), "To restart always, write yes");
  assertEquals(hint("restart: never"), "Write no");
  assertEquals(hint("restart = on-abnormal"), "Write on-failure");
  assertEquals(hint("restart = onfailure"), "Did you mean on-failure?");
  assertEquals(hint("restart = off"), "Write no");
  assertEquals(hint("smooth-recovery = 1"), "Write yes");
});
