import { runConvert } from "../../../ctl/convert/run_convert.ts";
import { assertEquals, assertIncludes } from "../../assert.ts";
import { FakeIo, type FakeIoOptions } from "../fake_io.ts";

function run(words: string[], options: FakeIoOptions = {}, existing: string[] = []) {
  const io = new FakeIo(options);
  const written: Record<string, string> = {};
  const status = runConvert(words, io, (path, text) => {
    if (existing.includes(path)) return "it exists already";
    written[path] = text;
    return undefined;
  });
  return { output: io.output, errors: io.errors, written, status };
}

const WEB = "type = process\ncommand = /bin/web $1 # one\n";
const WEB_TOML = 'type = "process"\ncommand = ["/bin/web", "$1"] # one\n';

Deno.test("runConvert() prints one file", () => {
  const { output, errors, status } = run(["/s/web"], { texts: { "/s/web": WEB } });
  assertEquals([output, errors, status], [WEB_TOML, "", 0]);
});

Deno.test("runConvert() writes beside the files of a directory, or into another", () => {
  const options = {
    texts: { "/s/web": WEB, "/s/db": "", "/s/x.toml": "", "/s/.hidden": "" },
    directories: { "/s": ["web", "db", "x.toml", ".hidden", "boot.d"], "/s/boot.d": [] },
  };
  const beside = run(["--write", "/s"], options);
  assertEquals(beside.written, { "/s/db.toml": "", "/s/web.toml": WEB_TOML });
  assertEquals(beside.output, "/s/db -> /s/db.toml\n/s/web -> /s/web.toml\n");
  const other = run(["-o", "/t", "/s"], options);
  assertEquals(Object.keys(other.written), ["/t/db.toml", "/t/web.toml"]);
  const nowhere = run(["/s"], options);
  assertIncludes(nowhere.errors, "/s is a directory; say where to write");
  assertEquals(nowhere.status, 1);
});

Deno.test("runConvert() overwrites nothing", () => {
  const { errors, status } = run(["-w", "/s/web"], { texts: { "/s/web": WEB } }, ["/s/web.toml"]);
  assertEquals(errors, "dinit convert: cannot write /s/web.toml: it exists already.\n");
  assertEquals(status, 1);
});

Deno.test("runConvert() shows faults and goes on with the next file", () => {
  const texts = { "/s/bad": "colour = red\n", "/s/web": WEB };
  const { output, errors, status } = run(["/s/bad", "/s/web", "/s/none", "/s/a.toml"], {
    texts: { ...texts, "/s/a.toml": "" },
  });
  assertEquals(output, WEB_TOML);
  assertIncludes(errors, '/s/bad:1:1: error: Unknown setting "colour"\n1 | colour = red\n  | ^\n');
  assertIncludes(errors, "dinit convert: /s/bad was not converted.\n");
  assertIncludes(errors, "dinit convert: cannot read /s/none: there is no such file.\n");
  assertIncludes(errors, "dinit convert: /s/a.toml has the suffix .toml, so it is TOML already.\n");
  assertEquals(status, 1);
});

Deno.test("runConvert() refuses a command line it does not understand", () => {
  assertEquals(run([]).status, 1);
  assertEquals(
    run(["-x", "a"]).errors,
    "dinit convert: unknown option '-x'; see 'dinit convert --help'.\n",
  );
  assertEquals(run(["--help"]).status, 0);
});

Deno.test("runConvert() tells what a file is that belongs to another init system", () => {
  const texts = {
    "/s/unit": "[Unit]\nDescription=x\n[Service]\nExecStart=/bin/x\n",
    "/s/script": "#!/sbin/openrc-run\ndepend() {\n}\n",
  };
  const { output, errors, status } = run(["/s/unit", "/s/script"], { texts });
  assertEquals([output, status], ["", 1]);
  assertEquals(errors.match(/error: .*/g), [
    "error: This is a systemd unit, not a service description",
    'error: This is a script for "/sbin/openrc-run", not a service description',
  ]);
  assertIncludes(errors, 'it may begin: type = "process", command = "/bin/x"');
});
