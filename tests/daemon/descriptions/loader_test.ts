/** The loader on real files, with everything that may lie in a service directory. */
import { problemLine } from "../../../core/description/contract/problem.ts";
import type { LoadResult } from "../../../core/description/load/closure.ts";
import { Loader } from "../../../daemon/descriptions/loader.ts";
import { FileUserDatabase } from "../../../daemon/descriptions/user_database.ts";
import { openPlatform } from "../../../platform/mod.ts";
import { assert, assertEquals, assertMatch } from "../../assert.ts";

const platform = openPlatform();

/** Runs a test with a loader whose only directory is a temporary one. */
function withDirectory(
  body: (directory: string, load: (name: string) => LoadResult) => void,
): void {
  const directory = Deno.makeTempDirSync();
  const loader = new Loader({
    platform,
    directories: [directory],
    users: new FileUserDatabase(platform),
    environment: () => new Map([["HUE", "red"]]),
    isLoaded: (name) => name === "present",
  });
  try {
    body(directory, (name) => loader.load(name));
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
}

function firstProblem(result: LoadResult): string {
  if (result.kind === "not-found") return "not found";
  const [first] = result.problems;
  return first === undefined ? "no problem" : problemLine(first);
}

function run(command: string, ...args: string[]): void {
  const { success } = new Deno.Command(command, { args }).outputSync();
  assert(success, `${command} ${args.join(" ")}`);
}

Deno.test("load() reads a service and its dependencies, with the time the file was changed", () => {
  withDirectory((directory, load) => {
    Deno.writeTextFileSync(`${directory}/web.toml`, 'depends-on = ["db", "present"]');
    Deno.writeTextFileSync(`${directory}/db`, "type = process\ncommand = /bin/db $HUE\n");
    Deno.utimeSync(`${directory}/web.toml`, 1000, 1234.5);
    const result = load("web");
    assert(result.kind === "loaded", firstProblem(result));
    const [web, db] = result.descriptions;
    assertEquals(result.descriptions.length, 2);
    assertEquals(web?.source, {
      file: `${directory}/web.toml`,
      directory,
      format: "toml",
      modifiedSeconds: 1234,
      modifiedNanoseconds: 500_000_000,
    });
    assertEquals(db?.command, ["/bin/db", "red"]);
  });
});

Deno.test("load() refuses what is no readable file, without waiting for it", () => {
  withDirectory((directory, load) => {
    run("mkfifo", `${directory}/fifo.toml`);
    Deno.mkdirSync(`${directory}/dir.toml`);
    Deno.symlinkSync("loop.toml", `${directory}/loop.toml`);
    Deno.symlinkSync("/dev/zero", `${directory}/zero.toml`);
    Deno.writeFileSync(`${directory}/bytes.toml`, Uint8Array.of(0x61, 0x0a, 0xff));
    Deno.writeTextFileSync(`${directory}/huge.toml`, "");
    Deno.truncateSync(`${directory}/huge.toml`, 100 * 1024 * 1024);
    for (const name of ["fifo", "dir", "loop", "zero", "huge"]) {
      const pattern = new RegExp(`^${directory}/${name}\\.toml: error: Cannot read the service`);
      assertMatch(firstProblem(load(name)), pattern);
    }
    assertMatch(firstProblem(load("bytes")), /bytes\.toml:2:1: error: The file is no UTF-8 text/);
  });
});

Deno.test("load() does not find a service behind a link that leads nowhere", () => {
  withDirectory((directory, load) => {
    Deno.symlinkSync("gone", `${directory}/dangling.toml`);
    assertEquals(load("dangling"), { kind: "not-found", name: "dangling", searched: [directory] });
  });
});

Deno.test("load() resolves links for environment files and fragments, not for directories", () => {
  withDirectory((directory, load) => {
    const real = `${directory}/real`;
    Deno.mkdirSync(`${real}/x.d`, { recursive: true });
    Deno.mkdirSync(`${directory}/x.d`);
    Deno.writeTextFileSync(`${real}/env`, "WHERE=real\n");
    Deno.writeTextFileSync(`${real}/more`, "waits-for.d = x.d\n");
    Deno.writeTextFileSync(
      `${real}/web`,
      "type = process\ncommand = x $WHERE\nenv-file = env\n@include more\ndepends-on.d = x.d\n",
    );
    Deno.symlinkSync("real/web", `${directory}/web`);
    Deno.symlinkSync("../present", `${real}/x.d/fragment`);
    Deno.symlinkSync("../present", `${directory}/x.d/present`);
    Deno.writeTextFileSync(`${directory}/fragment`, "");
    const result = load("web");
    assert(result.kind === "loaded", firstProblem(result));
    const [web] = result.descriptions;
    assertEquals(web?.command, ["x", "real"]);
    assertEquals(web?.dependencies.map(({ kind, name }) => `${kind} ${name}`), [
      "waits-for fragment",
      "need present",
    ]);
  });
});

Deno.test("load() refuses an environment file that is a pipe", () => {
  withDirectory((directory, load) => {
    run("mkfifo", `${directory}/env`);
    Deno.writeTextFileSync(`${directory}/web.toml`, 'env-file = "env"');
    assertMatch(firstProblem(load("web")), /web\.toml:1:12: error: Cannot read environment file/);
  });
});

Deno.test("FileUserDatabase reads the files of the system", () => {
  const users = new FileUserDatabase(platform);
  const root = users.byName("root");
  assertEquals([root?.uid, root?.gid], [0, 0]);
  assertEquals(users.byUid(0)?.name, "root");
  assertEquals(users.groupByName("no such group"), undefined);
});
