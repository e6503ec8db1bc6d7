/** A description that cannot be loaded keeps down what needs it, and nothing else. */
import { assertEquals, assertIncludes, assertMatch } from "../../assert.ts";
import { type Manager, withManager } from "../manager.ts";

const SLEEPER = 'type = "process"\ncommand = ["/bin/sleep", "1000"]\n';

function writeService(manager: Manager, name: string, text: string): Promise<void> {
  return Deno.writeTextFile(`${manager.folder}/services/${name}.toml`, text);
}

/** The line of `list` about a service. */
async function listed(manager: Manager, name: string): Promise<string | undefined> {
  const lines = (await manager.ctlOk("list")).split("\n");
  return lines.find((line) => line.includes(`] ${name}`));
}

/** What `status` tells of why a service is broken. */
async function why(manager: Manager, name: string): Promise<string> {
  const [service] = [JSON.parse(await manager.ctlOk("status", "--json", name))].flat();
  return String(service.statusText);
}

Deno.test("a boot goes on without what it waits for and cannot load, and tells why", async () => {
  const services = {
    boot: 'waits-for = ["bad", "gone", "good", "loop"]\ndepends-on = ["base"]\n',
    bad: `${SLEEPER}colour = "red"\n`,
    loop: 'depends-on = ["base"]\nbefore = ["base"]\n',
    good: SLEEPER,
    base: "",
  };
  await withManager({ services }, async (manager) => {
    await manager.outputHas(/OK\W+boot/);
    await manager.ctlOk("is-started", "good");
    for (const name of ["bad", "gone", "loop"]) {
      assertEquals(await listed(manager, name), `[     {X}] ${name}`);
      assertEquals((await manager.ctl("is-failed", name)).code, 0, name);
    }
    const cause = `${manager.folder}/services/bad.toml:3:1: error: Unknown setting "colour"`;
    assertIncludes(await why(manager, "bad"), `cannot be loaded: ${cause}`);
    assertIncludes(await why(manager, "gone"), 'There is no service "gone"');
    assertIncludes(await why(manager, "loop"), "services depend in a circle");
    assertIncludes(manager.log(), cause);
    assertMatch(manager.log(), /boot\.toml:1:14: warning: "bad" is left out/);
  });
});

Deno.test("a service that was left out starts once it is mended, by start or by reload", async () => {
  const services = { boot: 'waits-for = ["one", "two"]\n', one: "x = 1\n", two: "x = 1\n" };
  await withManager({ services }, async (manager) => {
    await manager.outputHas(/OK\W+boot/);
    for (const verb of ["start", "reload"]) {
      assertEquals((await manager.ctl(verb, "one")).code, 1, verb);
    }
    await writeService(manager, "one", "y = 1\n");
    assertEquals((await manager.ctl("start", "one")).code, 1);
    assertIncludes(await why(manager, "one"), 'Unknown setting "y"');
    await writeService(manager, "one", SLEEPER);
    await manager.ctlOk("start", "one");
    await writeService(manager, "two", SLEEPER);
    await manager.ctlOk("reload", "two");
    assertEquals(await listed(manager, "two"), "[     {-}] two");
    await manager.ctlOk("wake", "two");
    await manager.ctlOk("is-started", "one");
    await manager.ctlOk("is-started", "two");
  });
});

Deno.test("a reload takes up a dependency that cannot be loaded, unless it is needed", async () => {
  await withManager({ services: { boot: "", bad: "x = 1\n" } }, async (manager) => {
    await manager.outputHas(/OK\W+boot/);
    await writeService(manager, "boot", 'depends-on = ["bad"]\n');
    assertEquals((await manager.ctl("reload", "boot")).code, 1);
    await writeService(manager, "boot", 'waits-for = ["bad"]\n');
    await manager.ctlOk("reload", "boot");
    assertEquals(await listed(manager, "bad"), "[     {X}] bad");
    await manager.ctlOk("restart", "boot");
    await manager.ctlOk("is-started", "boot");
  });
});

Deno.test("what needs a service that is mended by now finds it so, without its being named", async () => {
  const bad = "x = 1\n";
  const services = { boot: 'waits-for = ["one", "two"]\n', one: bad, two: bad };
  await withManager({ services }, async (manager) => {
    await manager.outputHas(/OK\W+boot/);
    for (const name of ["one", "two"]) await writeService(manager, name, SLEEPER);
    await writeService(manager, "needs", 'depends-on = ["one"]\n');
    await manager.ctlOk("start", "needs");
    await manager.ctlOk("is-started", "one");
    assertEquals(await listed(manager, "two"), "[     {X}] two");
    await manager.ctlOk("reload", "boot");
    assertEquals(await listed(manager, "two"), "[     {-}] two");
  });
});

Deno.test("a broken service can be stopped, unpinned, and what waits for it let go", async () => {
  const services = {
    boot: 'waits-for = ["bad"]\nwaits-for-d = ["boot.d"]\n',
    bad: "x = 1\n",
    worse: "x = 1\n",
    keep: SLEEPER,
  };
  await withManager({ services, start: ["keep"] }, async (manager) => {
    const folder = `${manager.folder}/services/boot.d`;
    await Deno.mkdir(folder);
    await Deno.symlink("../worse", `${folder}/worse`);
    await manager.ctlOk("start", "boot");
    assertIncludes(await manager.ctlOk("stop", "bad"), "already");
    await manager.ctlOk("release", "bad");
    await manager.ctlOk("unpin", "bad");
    await manager.ctlOk("rm-dep", "waits-for", "boot", "bad");
    await manager.ctlOk("unload", "bad");
    await manager.ctlOk("disable", "worse");
    assertEquals([...Deno.readDirSync(folder)], []);
    await manager.ctlOk("unload", "worse");
  });
});

Deno.test("unload names each dependent once", async () => {
  const boot = 'waits-for = ["bad"]\nwaits-for-d = ["boot.d"]\n';
  const services = { boot, bad: "x = 1\n", keep: SLEEPER };
  await withManager({ services, start: ["keep"] }, async (manager) => {
    await Deno.mkdir(`${manager.folder}/services/boot.d`);
    await Deno.writeTextFile(`${manager.folder}/services/boot.d/bad`, "");
    await manager.ctlOk("start", "boot");
    assertMatch((await manager.ctl("unload", "bad")).err, /depend on it: "boot"$/m);
  });
});

Deno.test("status tells why a service is still broken when only the whole set shows it", async () => {
  const services = {
    boot: 'waits-for = ["reader", "source"]\n',
    reader: `${SLEEPER}consumer-of = "source"\n`,
    source: "x = 1\n",
  };
  await withManager({ services }, async (manager) => {
    await manager.outputHas(/OK\W+boot/);
    await writeService(manager, "source", `${SLEEPER}log-type = "buffer"\n`);
    assertEquals((await manager.ctl("start", "source")).code, 1);
    assertIncludes(await why(manager, "source"), 'whose log-type is "buffer" and must be "pipe"');
  });
});
