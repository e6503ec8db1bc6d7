import type { System } from "../../../core/types.ts";
import type { Probe } from "../../../core/description/check/probe.ts";
import { parseCheckLine } from "../../../ctl/check/options.ts";
import { runCheck } from "../../../ctl/check/run_check.ts";
import { assert, assertEquals, assertIncludes } from "../../assert.ts";
import { FakeIo, type FakeIoOptions } from "../fake_io.ts";

const everythingIsThere: Probe = (path) =>
  path.startsWith("/bin/") ? { kind: "file", isExecutable: true } : { kind: "directory" };

function run(words: string[], options: FakeIoOptions = {}): FakeIo & { status: number } {
  const io = new FakeIo(options);
  return Object.assign(io, { status: runCheck(words, io, everythingIsThere) });
}

Deno.test("runCheck() prints each service and ends well when nothing is wrong", () => {
  const texts = { "/etc/dinit.d/boot.toml": 'depends-on = ["a"]', "/etc/dinit.d/a.toml": "" };
  const { output, errors, status } = run([], { texts });
  assertEquals(
    output,
    "Checking service: boot...\nChecking service: a...\nPerforming secondary checks...\nNo problems found.\n",
  );
  assertEquals(errors, "Secondary checks complete.\n");
  assertEquals(status, 0);
});

Deno.test("runCheck() prints faults with file, line, column, caret and hint", () => {
  const texts = { "/s/web.toml": 'type = "internal"\nrestart = "allways"\n' };
  const { output, errors, status } = run(["-d", "/s", "web"], { texts });
  assertEquals(
    errors,
    [
      `Service 'web' (/s/web.toml:2:11): Cannot read restart = "allways": allowed are true, false, "on-failure"`,
      '    2 | restart = "allways"',
      "      |           ^",
      "    hint: To restart always, write true",
      "Secondary checks complete.",
      "",
    ].join("\n"),
  );
  assert(output.endsWith("One or more errors/warnings issued.\n"));
  assertEquals(status, 1);
});

Deno.test("runCheck() prints what cannot be loaded, and a circle, in upstream's frames", () => {
  const texts = {
    "/s/web.toml": 'depends-on = ["db"]\nbefore = ["log"]',
    "/s/log.toml": 'depends-on = ["web"]\nafter = ["log2"]',
    "/s/log2.toml": "",
  };
  const { errors } = run(["--services-dir", "/s", "web"], { texts });
  assertIncludes(errors, "Unable to load service 'db' (/s/web.toml:1:15): there is no description");
  const circle = run(["-d", "/s", "log"], {
    texts: { "/s/log.toml": 'waits-for = ["web"]', "/s/web.toml": 'after = ["log"]' },
  });
  assertIncludes(
    circle.errors,
    "Found dependency cycle:\n    log ->\n    web -> (via 'after')\n    log.\n" +
      '    /s/log.toml:1:14: "log" depends on "web"\n' +
      '    /s/web.toml:1:10: "web" comes after "log"\n',
  );
  assertEquals(circle.status, 1);
});

Deno.test("runCheck() takes variables from the environment file, and tells its faults", () => {
  const texts = {
    "/s/boot.toml": 'depends-on = ["$A"]',
    "/s/x.toml": "",
    "/etc/dinit/environment": "A=x\nnonsense\n",
  };
  const { errors, status } = run(["-d", "/s"], { texts });
  assertIncludes(
    errors,
    "dinit-check: warning: /etc/dinit/environment:2: This line is no NAME=VALUE",
  );
  assertEquals(status, 0);
  const user = run(["-u", "-d", "/s"], { texts, env: { A: "x" } });
  assert(!user.errors.includes("nonsense"));
  assertEquals(user.status, 0);
});

Deno.test("runCheck() with --json prints one object", () => {
  const texts = { "/s/boot.toml": 'nice = "x"' };
  const { output, errors, status } = run(["--json", "-d", "/s"], { texts });
  assertEquals(JSON.parse(output), {
    ok: false,
    services: [
      {
        name: "boot",
        file: "/s/boot.toml",
        loadable: false,
        problems: [
          {
            severity: "error",
            message: 'Cannot read nice = "x": a whole number is needed',
            file: "/s/boot.toml",
            line: 1,
            column: 8,
            counts: true,
          },
        ],
      },
    ],
    secondary: [],
  });
  assertEquals([errors, status], ["", 1]);
});

Deno.test("runCheck() refuses options it does not know, and asks the manager only with --online", () => {
  assertEquals(run(["-x"]).errors, "dinit-check: unknown option '-x'; see 'dinit-check --help'.\n");
  assertEquals(
    run(["-d"]).errors,
    "dinit-check: option '-d' needs an argument: DIR; see 'dinit-check --help'.\n",
  );
  assertEquals(run([""]).status, 1);
  const online = run(["--online", "-p", "/sock"]);
  assertEquals([online.connected, online.status], [["/sock"], 1]);
  assertIncludes(
    online.errors,
    "dinit-check: connecting to socket /sock: No such file or directory",
  );
  assertEquals(run(["--help"]).status, 0);
});

Deno.test("parseCheckLine() lets the last of -s and -u win and names boot by default", () => {
  const parsed = parseCheckLine(["-s", "-d", "/a", "-u", "-d", "/b"]);
  assert(parsed.kind === "run");
  assertEquals(parsed.options.instance, "user");
  assertEquals(parsed.options.directories, ["/a", "/b"]);
  assertEquals(parsed.options.names, ["boot"]);
});

Deno.test("runCheck() refuses what no manager on its system can serve", () => {
  const text = 'type = "process"\ncommand = "/bin/a"\nnice = 5\nioprio = "idle"\n';
  const refused = (os: System) =>
    run(["-d", "/s", "web"], { os, texts: { "/s/web.toml": text } }).errors.split("\n")
      .filter((line) => /Cannot serve|hint/.test(line));
  assertEquals(refused("linux"), []);
  assertEquals(refused("freebsd"), [
    "Service 'web' (/s/web.toml:4:10): Cannot serve ioprio: this manager has no means to set it",
    "    hint: FreeBSD has nothing like it: leave the setting out there",
  ]);
  assertEquals(refused("darwin"), [
    "Service 'web' (/s/web.toml:3:8): Cannot serve nice: this manager has no means to set it",
    "    hint: It can only use posix_spawn: macOS has nothing else",
    "Service 'web' (/s/web.toml:4:10): Cannot serve ioprio: this manager has no means to set it",
    "    hint: It can only use posix_spawn: macOS has nothing else",
  ]);
});

Deno.test("runCheck() warns of a time zone that is not there", () => {
  const text = 'type = "process"\ncommand = "/bin/a"\n[timer]\ncalendar = "daily Europe/Nowhere"\n';
  const options = { texts: { "/s/web.toml": text } };
  const io = new FakeIo(options);
  runCheck(
    ["-d", "/s", "web"],
    io,
    (path) =>
      path.startsWith("/usr/share/zoneinfo")
        ? { kind: "none", why: "no such file" }
        : everythingIsThere(path),
  );
  assertIncludes(
    io.errors,
    'There is no time zone "Europe/Nowhere" (/usr/share/zoneinfo/Europe/Nowhere): no such file',
  );
});

const GRADED = {
  "/s/boot.toml": 'depends-on = ["plain", "boxed"]',
  "/s/plain.toml": 'type = "process"\ncommand = "/bin/a"',
  "/s/boxed.toml": 'type = "process"\ncommand = "/bin/a"\nrun-as = 33\nsandbox = "strict"',
};

Deno.test("runCheck() with --security grades services with processes, the worst first", () => {
  const { output, errors, status } = run(["-d", "/s", "--security"], { texts: GRADED });
  assertEquals(
    output,
    "SERVICE  EXPOSURE  GRADE   WOULD GAIN MOST\n" +
      'plain    10.0      unsafe  run-as = "USER" (or private-users = true)\n' +
      "boxed    0.0       safe\n",
  );
  assertEquals([errors, status], ["", 0]);
});

Deno.test("runCheck() with --security tells of a named service all that would gain", () => {
  const { output } = run(["-d", "/s", "--security", "plain", "boxed"], { texts: GRADED });
  assertIncludes(output, "\nplain leaves 10.0 of 10 points open. What would gain:\n");
  assertIncludes(output, '\n  -1.5  system-calls = ["@system-service"]\n');
  assertIncludes(output, "\nboxed leaves 0.0 of 10 points open.\n");
});

Deno.test("runCheck() with --security prints JSON", () => {
  const { output } = run(["-d", "/s", "--security", "--json"], { texts: GRADED });
  const { services } = JSON.parse(output);
  const [plain, boxed] = services;
  assertEquals(
    [plain.name, plain.file, plain.exposure, plain.grade, plain.best],
    ["plain", "/s/plain.toml", 10, "unsafe", "run-as"],
  );
  assertEquals(plain.lines[0], {
    line: "run-as",
    gain: 1.5,
    advice: 'run-as = "USER" (or private-users = true)',
  });
  assertEquals([boxed.exposure, boxed.grade, boxed.lines], [0, "safe", []]);
});

Deno.test("runCheck() with --security says of which service nothing can be told", () => {
  const texts = { "/s/boot.toml": 'depends-on = ["none", "web"]', "/s/web.toml": "a = [" };
  const { output, errors, status } = run(["-d", "/s", "--security"], { texts });
  assertEquals(output, "No service here has processes.\n");
  assertIncludes(errors, 'dinit-check: Cannot grade "none": its description cannot be read');
  assertEquals(status, 1);
});

Deno.test("runCheck() with --security counts a user's manager as no root", () => {
  const { output } = run(["-d", "/s", "--security"], { texts: GRADED, userId: 1000 });
  assertIncludes(output, "plain    8.5       exposed  system-calls");
});
