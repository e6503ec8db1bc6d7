import { assert, assertEquals, assertIncludes } from "../../assert.ts";
import { withFolder } from "../../folder.ts";
import { MovedMachine, withSystemd } from "./moved_machine.ts";

async function withMachine(body: (machine: MovedMachine) => Promise<void>): Promise<void> {
  await withFolder(async (folder) => {
    await body(withSystemd(new MovedMachine(folder)));
  });
}

Deno.test("runMigrate() plan tells what becomes of what, and writes nothing", async () => {
  await withMachine(async (machine) => {
    const { status, output, errors } = await machine.migrate("plan");
    assertEquals([status, errors], [0, ""]);
    assertIncludes(output, "Converted:\n  web.service -> web");
    assertIncludes(output, "From systemd, with the set linux: 0 by hand, 1 converted");
    assertEquals(machine.has("/etc/dinit.d"), false);
    const json = JSON.parse((await machine.migrate("plan", "--json")).output);
    assertEquals([json.from, json.set, json.summary.converted], ["systemd", "linux", 1]);
    const web = json.items.find(({ name }: { name: string }) => name === "web.service");
    assertEquals([web.standing, web.service], ["converted", "web"]);
  });
});

Deno.test("runMigrate() plan says 3 when something is left to a person", async () => {
  await withMachine(async (machine) => {
    machine.write("/lib/systemd/system/spool.path", "[Path]\nPathExists=/x\n");
    machine.write("/etc/systemd/system/multi-user.target.wants/spool.path", "-> /x");
    const { status, output } = await machine.migrate("plan");
    assertEquals(status, 3);
    assertIncludes(output, "By hand:\n  spool.path");
  });
});

Deno.test("runMigrate() apply writes /etc/dinit.d and nothing else; undo removes all of it", async () => {
  await withMachine(async (machine) => {
    const before = treeOf(machine.root);
    const { status, output } = await machine.migrate("apply");
    assertEquals(status, 0);
    assertIncludes(output, "written");
    const added = treeOf(machine.root).filter((path) => !before.includes(path));
    assert(added.every((path) => path === "/etc/dinit.d" || path.startsWith("/etc/dinit.d/")));
    assertIncludes(machine.read("/etc/dinit.d/web.toml"), "/usr/sbin/web");
    assertEquals(Deno.readLinkSync(`${machine.root}/etc/dinit.d/boot.d/web`), "../web.toml");
    const script = Deno.statSync(`${machine.root}/etc/dinit.d/scripts/getty.sh`).mode ?? 0;
    assertEquals(
      script & 0o111,
      (Deno.statSync("services/shared/linux/scripts/getty.sh").mode ?? 0) & 0o111,
    );

    const again = await machine.migrate("apply");
    assertIncludes(again.output, "0 written, 0 replaced, 0 removed");

    const undone = await machine.migrate("undo");
    assertEquals(undone.status, 0);
    assertEquals(treeOf(machine.root), before);
  });
});

Deno.test("runMigrate() apply again follows the machine, and leaves what a person changed", async () => {
  await withMachine(async (machine) => {
    await machine.migrate("apply");
    machine.write("/etc/dinit.d/web.toml", "# mine\n");
    machine.write("/etc/dinit.d/own.toml", 'type = "internal"\n');
    machine.remove("/etc/dinit.d/login.d/getty@tty2");
    machine.write("/lib/systemd/system/db.service", "[Service]\nExecStart=/usr/sbin/db\n");
    machine.write("/etc/systemd/system/multi-user.target.wants/db.service", "-> /x");
    const { status, output } = await machine.migrate("apply");
    assertEquals(status, 3);
    assertIncludes(output, "2 written, 0 replaced");
    assertIncludes(output, "web.toml: you changed it");
    assertIncludes(output, "login.d/getty@tty2: you removed it");
    assertEquals(machine.read("/etc/dinit.d/web.toml"), "# mine\n");
    assertEquals(machine.has("/etc/dinit.d/login.d/getty@tty2"), false);

    machine.remove("/etc/systemd/system/multi-user.target.wants/db.service");
    await machine.migrate("apply");
    assertEquals(machine.has("/etc/dinit.d/db.toml"), false);
    assertEquals(machine.has("/etc/dinit.d/boot.d/db"), false);

    const undone = await machine.migrate("undo");
    assertEquals(undone.status, 3);
    assertIncludes(undone.output, "web.toml: you changed it");
    assertEquals(treeOf(`${machine.root}/etc/dinit.d`), ["/own.toml", "/web.toml"]);
    assertIncludes((await machine.migrate("undo")).output, "Nothing was written");
  });
});

Deno.test("runMigrate() apply replaces what it wrote when the unit has changed", async () => {
  await withMachine(async (machine) => {
    await machine.migrate("apply");
    machine.write("/lib/systemd/system/web.service", "[Service]\nExecStart=/usr/sbin/web --new\n");
    const { output } = await machine.migrate("apply");
    assertIncludes(output, "0 written, 1 replaced");
    assertIncludes(machine.read("/etc/dinit.d/web.toml"), "--new");
  });
});

Deno.test("runMigrate() apply --with takes over what is not enabled yet", async () => {
  await withMachine(async (machine) => {
    machine.write("/lib/systemd/system/db.service", "[Service]\nExecStart=/usr/sbin/db\n");
    const { output } = await machine.migrate("apply", "--quiet", "--with", "db.service");
    assertEquals(output, "");
    assertEquals(machine.has("/etc/dinit.d/boot.d/db"), true);
  });
});

Deno.test("runMigrate() touches nothing by a manifest that it cannot trust", async () => {
  await withMachine(async (machine) => {
    machine.write("/etc/precious", "x\n");
    const evil = { version: 1, files: { "../precious": "0" } };
    machine.write("/etc/dinit.d/.migrate.json", JSON.stringify(evil));
    const undone = await machine.migrate("undo");
    assertEquals(undone.status, 1);
    assertIncludes(undone.errors, '"../precious" is no file of this folder');
    machine.write("/etc/dinit.d/.migrate.json", "{");
    const applied = await machine.migrate("apply");
    assertEquals(applied.status, 1);
    assertIncludes(applied.errors, "cannot use");
    assertEquals(machine.read("/etc/precious"), "x\n");
  });
});

Deno.test("runMigrate() does not follow the machine's links out of its root", async () => {
  await withMachine(async (machine) => {
    machine.write("/lib/systemd/system/far.service", "-> /nowhere/far.service");
    machine.write("/etc/systemd/system/multi-user.target.wants/far.service", "-> /x");
    machine.write("/etc/systemd/system/none.service", "-> /dev/null");
    machine.write("/etc/systemd/system/multi-user.target.wants/none.service", "-> /x");
    const json = JSON.parse((await machine.migrate("plan", "--json")).output);
    const standing = (name: string): string =>
      json.items.find((item: { name: string }) => item.name === name)?.standing;
    assertEquals(standing("none.service"), "not-needed");
    assertEquals(standing("far.service"), "not-needed");
  });
});

Deno.test("runMigrate() leaves what is no file in the place of one, and does not wait for it", async () => {
  await withMachine(async (machine) => {
    Deno.mkdirSync(`${machine.root}/etc/dinit.d/web.toml`, { recursive: true });
    const pipe = `${machine.root}/etc/dinit.d/boot.toml`;
    await new Deno.Command("mkfifo", { args: [pipe] }).output();
    const { status, output } = await machine.migrate("apply");
    assertEquals(status, 3);
    assertIncludes(output, "boot.toml: it was there before");
    assertIncludes(output, "web.toml: it was there before");
    assertEquals((await machine.migrate("undo")).status, 0);
    assertEquals(treeOf(`${machine.root}/etc/dinit.d`), ["/boot.toml", "/web.toml"]);
  });
});

Deno.test("runMigrate() tells when the root is no directory", async () => {
  await withFolder(async (folder) => {
    const machine = new MovedMachine(folder);
    Deno.removeSync(machine.root);
    const { status, errors } = await machine.migrate("plan");
    assertEquals(status, 1);
    assertIncludes(errors, "there is no directory");
  });
});

Deno.test("runMigrate() tells faults of the command line with 2, and of the machine with 1", async () => {
  await withFolder(async (folder) => {
    const machine = new MovedMachine(folder);
    const faults: readonly (readonly [words: string[], status: number, text: string])[] = [
      [[], 2, "say what to do: plan, apply, test, undo"],
      [["fly"], 2, "cannot do 'fly'"],
      [["plan", "apply"], 2, "unexpected argument 'apply'"],
      [["--from", "runit", "plan"], 2, "allowed are systemd, openrc, dinit"],
      [["--root", "here", "plan"], 2, "no absolute path"],
      [["--within", "3s", "test"], 2, "at least a minute"],
      [["test"], 2, "takes no --root"],
      [["plan"], 1, "no init that can be moved from"],
      [["--from", "systemd", "--services", "/nowhere", "plan"], 1, "no set of services"],
    ];
    for (const [words, status, text] of faults) {
      const answer = await machine.migrate(...words);
      assertEquals(answer.status, status, words.join(" "));
      assertIncludes(answer.errors, text);
    }
    assertIncludes((await machine.migrate("--help")).output, "Usage: dinit migrate");
  });
});

/** All paths below a folder, sorted. */
function treeOf(folder: string): readonly string[] {
  const below = (within: string): string[] =>
    [...Deno.readDirSync(folder + within)].flatMap(({ name, isDirectory }) => [
      `${within}/${name}`,
      ...isDirectory ? below(`${within}/${name}`) : [],
    ]);
  return below("").sort();
}
