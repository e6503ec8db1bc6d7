import { type ConvertEffects, runConvert } from "../../../ctl/convert/run_convert.ts";
import { readYaml } from "../../../ctl/convert/yaml.ts";
import { assert, assertEquals, assertIncludes } from "../../assert.ts";
import { FakeIo, type FakeIoOptions } from "../fake_io.ts";

interface Surroundings extends FakeIoOptions {
  readonly links?: Readonly<Record<string, string>>;
}

async function run(words: string[], options: Surroundings = {}) {
  const io = new FakeIo(options);
  const written: Record<string, string> = {};
  let hasLoadedYaml = false;
  const effects: ConvertEffects = {
    write(path, text) {
      if (options.texts?.[path] !== undefined) return "it exists already";
      written[path] = text;
      return undefined;
    },
    replace(path, text) {
      written[path] = text;
      return undefined;
    },
    linkTarget: (path) => options.links?.[path],
    absolute: (path) => path.startsWith("/") ? path : `/here/${path}`,
    loadYaml() {
      hasLoadedYaml = true;
      return Promise.resolve({ readYaml });
    },
  };
  const status = await runConvert(words, io, effects);
  return { output: io.output, errors: io.errors, written, status, hasLoadedYaml };
}

const WEB = "type = process\ncommand = /bin/web $1 # one\n";
const WEB_TOML = 'type = "process"\ncommand = ["/bin/web", "$1"] # one\n';
const UNIT = "[Service]\nExecStart=/bin/web\nPrivateIPC=yes\nExecCondition=/bin/true\n";

Deno.test("runConvert() prints one file", async () => {
  const { output, errors, status } = await run(["/s/web"], { texts: { "/s/web": WEB } });
  assertEquals([output, errors, status], [WEB_TOML, "", 0]);
});

Deno.test("runConvert() writes beside the files of a directory, or into another", async () => {
  const options = {
    texts: { "/s/web": WEB, "/s/db": "", "/s/x.toml": "", "/s/.hidden": "" },
    directories: { "/s": ["web", "db", "x.toml", ".hidden", "boot.d"], "/s/boot.d": [] },
  };
  const beside = await run(["--write", "/s"], options);
  assertEquals(beside.written, { "/s/db.toml": "", "/s/web.toml": WEB_TOML });
  assertEquals(beside.output, "/s/db -> /s/db.toml\n/s/web -> /s/web.toml\n");
  const other = await run(["-o", "/t", "/s"], options);
  assertEquals(Object.keys(other.written), ["/t/db.toml", "/t/web.toml"]);
  const nowhere = await run(["/s"], options);
  assertIncludes(nowhere.errors, "/s is a directory; say where to write");
  assertEquals(nowhere.status, 1);
});

Deno.test("runConvert() replaces a file of somebody's only when it is told to", async () => {
  const texts = { "/s/web": WEB, "/s/web.toml": "# mine\n" };
  const kept = await run(["-w", "/s/web"], { texts });
  assertEquals(
    kept.errors,
    "dinit convert: cannot write /s/web.toml: it exists already; --force replaces it.\n",
  );
  assertEquals([kept.written, kept.status], [{}, 1]);
  const replaced = await run(["-w", "--force", "/s/web"], { texts });
  assertEquals([replaced.written, replaced.status], [{ "/s/web.toml": WEB_TOML }, 0]);
  const same = await run(["-w", "/s/web"], { texts: { ...texts, "/s/web.toml": WEB_TOML } });
  assertEquals([same.written, same.errors, same.status], [{}, "", 0]);
});

Deno.test("runConvert() shows faults and goes on with the next file", async () => {
  const texts = { "/s/bad": "colour = red\n", "/s/web": WEB };
  const { output, errors, status } = await run(["/s/bad", "/s/web", "/s/none", "/s/a.toml"], {
    texts: { ...texts, "/s/a.toml": "" },
  });
  assertEquals(output, WEB_TOML);
  assertIncludes(errors, '/s/bad:1:1: error: Unknown setting "colour"\n1 | colour = red\n  | ^\n');
  assertIncludes(errors, "/s/none: error: Cannot read the file: there is no such file\n");
  assertIncludes(
    errors,
    "/s/a.toml: error: The file has the suffix .toml, so it is TOML already\n",
  );
  assertEquals(status, 1);
});

Deno.test("runConvert() refuses a command line it does not understand", async () => {
  assertEquals((await run([])).status, 1);
  assertEquals(
    (await run(["-x", "a"])).errors,
    "dinit convert: unknown option '-x'; see 'dinit convert --help'.\n",
  );
  assertIncludes(
    (await run(["--from", "openrc", "a"])).errors,
    "there is no kind 'openrc'; known are dinit, systemd, supervisord,",
  );
  assertEquals((await run(["--help"])).status, 0);
});

Deno.test("runConvert() ends with 3 when something is lost, and says how much", async () => {
  const { output, errors, status, hasLoadedYaml } = await run(["/s/web.service"], {
    texts: { "/s/web.service": UNIT },
  });
  assertEquals([status, hasLoadedYaml], [3, false]);
  assertIncludes(output, 'type = "process"\ncommand = ["/bin/web"]\n');
  assertIncludes(output, "\n# LOST (little): PrivateIPC=yes: the service shares IPC objects\n");
  assertEquals(
    errors,
    "dinit convert: 2 of 3 lines have no counterpart. --report tells more.\n",
  );
});

Deno.test("runConvert() with --report tells what became of the lines, and writes nothing", async () => {
  const options = { texts: { "/s/web.service": UNIT } };
  const { output, errors, written, status } = await run(["--report", "/s/web.service"], options);
  assertEquals([errors, written, status], ["", {}, 3]);
  assertEquals(
    output,
    `/s/web.service -> web.toml

Lost (much):
  /s/web.service:4: ExecCondition=/bin/true: the service starts without being asked for it

Lost (little):
  /s/web.service:3: PrivateIPC=yes: the service shares IPC objects

1 description; 3 lines: 1 mapped, 0 without a meaning here, 2 lost (33 % kept).
`,
  );
  const written_ = await run(["--report", "-o", "/t", "/s/web.service"], options);
  assertIncludes(written_.output, "/s/web.service -> /t/web.toml\n");
  assertEquals(Object.keys(written_.written), ["/t/web.toml"]);
});

Deno.test("runConvert() with --json prints nothing but JSON", async () => {
  const texts = { "/s/web.service": UNIT, "/s/bad.service": "[Service\n" };
  const { output, errors, status } = await run(
    ["--json", "-o", "/t", "/s/web.service", "/s/bad.service"],
    { texts },
  );
  assertEquals([errors, status], ["", 1]);
  const report = JSON.parse(output);
  assertEquals(report.files, [
    { service: "web", source: "/s/web.service", target: "/t/web.toml" },
  ]);
  assertEquals(report.summary, {
    ...{ lines: 3, mapped: 1, irrelevant: 0, lost: 2 },
    ...{ much: 1, some: 0, little: 1 },
  });
  assertEquals(report.lines[1], {
    file: "/s/web.service",
    line: 3,
    directive: "PrivateIPC=yes",
    fate: "lost",
    weight: "little",
    why: "the service shares IPC objects",
  });
  assertEquals([report.problems[0].file, report.problems[0].line], ["/s/bad.service", 1]);
});

Deno.test("runConvert() of several files heads each with its name", async () => {
  const { output } = await run(["/s/a.service", "/s/b.service"], {
    texts: {
      "/s/a.service": "[Service]\nExecStart=/a\n",
      "/s/b.service": "[Service]\nExecStart=/b\n",
    },
  });
  assertEquals(output.match(/^# [ab]\.toml:$/gm), ["# a.toml:", "# b.toml:"]);
});

Deno.test("runConvert() tells of what is missing, masked, binary, empty or has nothing in it", async () => {
  const options: Surroundings = {
    texts: {
      "/s/binary.service": "[Service]\nExecStart=/bin/\0x\n",
      "/s/empty.service": "",
      "/s/plain/readme.md": "hello",
    },
    directories: { "/s/plain": ["readme.md"], "/s/none": [] },
    links: { "/s/masked.service": "/dev/null" },
  };
  const missing = await run(["/s/missing.service"], options);
  assertEquals([missing.errors, missing.status], [
    "/s/missing.service: error: There is no such file\n",
    1,
  ]);
  const masked = await run(["/s/masked.service"], options);
  assertEquals([masked.errors, masked.output, masked.status], [
    "dinit convert: /s/masked.service is left out: it is masked, so systemd never starts it.\n",
    "",
    0,
  ]);
  const empty = await run(["/s/empty.service"], options);
  assertIncludes(empty.errors, "/s/empty.service is left out: it is empty, which masks the unit");
  const binary = await run(["/s/binary.service"], options);
  assertIncludes(binary.errors, "/s/binary.service:2:1: error: This is no text: it holds a NUL");
  assertEquals(binary.status, 1);
  const none = await run(["-o", "/t", "/s/none"], options);
  assertEquals([none.errors, none.status], [
    "dinit convert: /s/none: there is nothing in it that can be converted.\n",
    1,
  ]);
  const units = await run(["--from", "systemd", "-o", "/t", "/s/plain"], options);
  assertIncludes(units.errors, "/s/plain: there is no systemd in it that can be converted");
});

Deno.test("runConvert() does not let two files become one", async () => {
  const { written, errors, status } = await run(["-o", "/t", "/a/web.service", "/b/web.service"], {
    texts: { "/a/web.service": UNIT, "/b/web.service": UNIT },
  });
  assertEquals(Object.keys(written), ["/t/web.toml"]);
  assertIncludes(
    errors,
    "cannot write /t/web.toml: /a/web.service has become that file already.\n",
  );
  assertEquals(status, 1);
});

Deno.test("runConvert() loads the reader of YAML for YAML alone", async () => {
  const texts = {
    "/s/compose.yaml": "services:\n  web:\n    command: [/bin/web]\n",
    "/s/Procfile": "web: /bin/web\n",
  };
  assertEquals((await run(["/s/Procfile"], { texts })).hasLoadedYaml, false);
  const compose = await run(["/s/compose.yaml"], { texts });
  assertEquals(compose.hasLoadedYaml, true);
  assertIncludes(compose.output, 'command = ["/bin/web"]');
});

Deno.test("runConvert() names the folders of relative sources from the root on", async () => {
  const { output } = await run(["Procfile"], { texts: { "/here/Procfile": "web: /bin/web\n" } });
  assertIncludes(output, 'working-dir = "/here"\n');
});

Deno.test("runConvert() believes --from", async () => {
  const texts = { "/s/anything": "web: /bin/web\n" };
  const { output, status } = await run(["--from", "procfile", "/s/anything"], { texts });
  assertIncludes(output, 'command = ["/bin/web"]');
  assertEquals(status, 0);
});

Deno.test("runConvert() leaves a script to its own system", async () => {
  const texts = { "/s/script": "#!/sbin/openrc-run\ndepend() {\n}\n" };
  const { output, errors, status } = await run(["/s/script"], { texts });
  assertEquals([output, status], ["", 1]);
  assertIncludes(
    errors,
    'error: This is a script for "/sbin/openrc-run", not a service description',
  );
  assert(!errors.includes("LOST"));
});
