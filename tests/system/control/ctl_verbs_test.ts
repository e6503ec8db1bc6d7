/**
 * Verbs of `dinitctl` against a real manager: each with its output and exit status, refusals too.
 */
import { assertEquals, assertIncludes, assertMatch } from "../../assert.ts";
import { until } from "../../wait.ts";
import { type Manager, withManager } from "../manager.ts";

const SERVICES: Readonly<Record<string, string>> = {
  boot: 'type = "internal"\nwaits-for = ["web"]\nwaits-for-d = ["boot-links"]\n',
  other: 'type = "internal"\nwaits-for-d = ["other-links"]\n',
  web: 'type = "process"\ncommand = ["/bin/sleep", "1000"]\ndepends-on = ["db"]\n',
  db: 'type = "internal"\n',
  talker: 'type = "process"\ncommand = ["/bin/sh", "-c", "echo one; exec sleep 1000"]\n' +
    'log-type = "buffer"\n',
  failing: 'type = "scripted"\ncommand = ["/bin/sh", "-c", "exit 3"]\n',
  gate: 'type = "triggered"\n',
};

async function withServices(body: (manager: Manager) => Promise<void>): Promise<void> {
  await withManager({ services: SERVICES }, async (manager) => {
    for (const name of ["boot-links", "other-links"]) {
      await Deno.mkdir(`${manager.folder}/services/${name}`);
    }
    await manager.outputHas("[  OK  ] boot");
    await body(manager);
  });
}

/** One line a call: exit status, then what was written to both streams. */
async function said(manager: Manager, ...words: string[]): Promise<string> {
  const { code, out, err } = await manager.ctl(...words);
  return `${code} ${out}${err}`;
}

Deno.test("dinitctl wakes, releases and unpins", async () => {
  await withServices(async (manager) => {
    assertEquals(
      await said(manager, "wake", "talker"),
      "1 dinitctl: service has no active dependents, cannot wake.\n",
    );
    assertEquals(await said(manager, "stop", "web"), "0 Service 'web' stopped.\n");
    assertEquals(await said(manager, "wake", "web"), "0 Service 'web' started.\n");
    assertEquals(await said(manager, "wake", "web"), "0 Service (already) started.\n");
    assertEquals(await said(manager, "start", "--pin", "web"), "0 Service (already) started.\n");
    assertEquals(
      await said(manager, "stop", "web"),
      "1 dinitctl: cannot stop service 'web' as it is pinned started\n",
    );
    assertEquals(await said(manager, "unpin", "web"), "0 Service 'web' unpinned.\n");
    assertEquals(
      await said(manager, "release", "--ignore-unstarted", "no-such-service"),
      "0 ",
    );
  });
});

Deno.test("dinitctl starts and stops several services in one order", async () => {
  await withServices(async (manager) => {
    // Each is told when it is up, which is not the order in which they were named.
    const started = await manager.ctlOk("start", "talker", "other");
    assertEquals(started.split("\n").sort(), [
      "",
      "Service 'other' started.",
      "Service 'talker' started.",
    ]);
    const mixed = await manager.ctl("start", "other", "failing");
    assertEquals(mixed.code, 1);
    assertIncludes(mixed.out, "Service 'failing' failed to start.\n");
    assertEquals(await said(manager, "--quiet", "stop", "talker", "other"), "0 ");
  });
});

Deno.test("dinitctl triggers and untriggers", async () => {
  await withServices(async (manager) => {
    assertEquals(await said(manager, "trigger", "gate"), "0 ");
    assertEquals(await said(manager, "start", "gate"), "0 Service started.\n");
    assertEquals(await said(manager, "untrigger", "gate"), "0 ");
    assertEquals((await manager.ctl("trigger", "db")).code, 1);
  });
});

Deno.test("dinitctl catlog --clear empties the buffer that it prints", async () => {
  await withServices(async (manager) => {
    await manager.ctlOk("start", "talker");
    let text = "";
    // The process may not have written yet when it counts as started.
    while (text === "") text = await manager.ctlOk("catlog", "--clear", "talker");
    assertEquals(text, "one\n");
    assertEquals(await said(manager, "catlog", "talker"), "0 ");
    assertEquals((await manager.ctl("catlog", "db")).code, 1);
  });
});

Deno.test("dinitctl signal tells what it cannot do", async () => {
  await withServices(async (manager) => {
    assertEquals(await said(manager, "signal", "0", "web"), "0 ");
    assertEquals((await manager.ctl("signal", "TERM", "db")).code, 1);
    assertEquals((await manager.ctl("signal", "NOSUCH", "web")).code, 1);
    assertEquals((await manager.ctl("signal", "1000", "web")).code, 1);
    assertMatch(
      await said(manager, "signal", "-l"),
      /^0 dinitctl: The following signal names are supported:\ndinitctl: HUP {2}-> 1\n/,
    );
  });
});

Deno.test("dinitctl unload and reload refuse what others use", async () => {
  await withServices(async (manager) => {
    assertEquals((await manager.ctl("unload", "web")).code, 1);
    await manager.ctlOk("stop", "web");
    assertEquals((await manager.ctl("unload", "db")).code, 1);
    assertEquals(await said(manager, "reload", "web"), "0 Service 'web' reloaded.\n");
    assertEquals(await said(manager, "reload", "other"), "0 Service 'other' reloaded.\n");
    assertEquals(await said(manager, "unload", "other"), "0 Service 'other' unloaded.\n");
  });
});

Deno.test("dinitctl enable --from links to the service that is named", async () => {
  await withServices(async (manager) => {
    assertEquals(
      await said(manager, "enable", "--from", "other", "talker"),
      "0 Service 'talker' has been enabled.\n" +
        "dinitctl: warning: enabling dependency for non-started service\n",
    );
    assertEquals(
      await Deno.readLink(`${manager.folder}/services/other-links/talker`),
      "../talker.toml",
    );
    assertEquals(
      await said(manager, "disable", "--from", "other", "talker"),
      "0 Service 'talker' has been disabled.\n",
    );
  });
});

Deno.test("dinitctl list takes --failed, patterns and --json", async () => {
  await withServices(async (manager) => {
    await manager.ctl("start", "failing");
    assertEquals(await said(manager, "list", "--failed"), "0 [     {X}] failing\n");
    assertEquals(await said(manager, "list", "d?", "b*"), "0 [[+]     ] boot\n[{+}     ] db\n");
    const [db] = JSON.parse(await manager.ctlOk("list", "--json", "db"));
    assertEquals([db.name, db.state, db.activation, db.pid], ["db", "started", "dependent", null]);
  });
});

Deno.test("dinitctl status --json is always a list", async () => {
  await withServices(async (manager) => {
    const [web, ...others] = JSON.parse(await manager.ctlOk("status", "--json", "web"));
    assertEquals(others, []);
    assertEquals([web.name, web.state, web.modifiedSinceLoaded], ["web", "started", false]);
    assertEquals(web.pid, await manager.servicePid("web"));
    assertEquals(web.file, `${manager.folder}/services/web.toml`);
    const both = JSON.parse(await manager.ctlOk("status", "--json", "web", "db"));
    assertEquals(both.map(({ name }: { name: string }) => name), ["web", "db"]);
    assertEquals(
      await said(manager, "status", "--json", "talker"),
      "1 []\ndinitctl: service not loaded.\n",
    );
    assertEquals(await said(manager, "status", "talker"), "1 dinitctl: service not loaded.\n");
  });
});

Deno.test("dinitctl status ends with the lines asked for, logs with as many", async () => {
  await withServices(async (manager) => {
    await manager.ctlOk("start", "talker");
    while (await manager.ctlOk("catlog", "talker") === "");
    assertIncludes(await manager.ctlOk("status", "--lines", "1", "talker"), "one\n");
    assertEquals(await said(manager, "logs", "-n", "1", "talker"), "0 one\n");
  });
});

Deno.test("dinitctl tree shows states, also as JSON", async () => {
  await withServices(async (manager) => {
    const text = await manager.ctlOk("tree", "boot");
    assertMatch(text, /^boot \[started\]\n.*web \[started\].*\n.*db \[started\]/);
    const [boot] = JSON.parse(await manager.ctlOk("tree", "--json", "boot"));
    assertEquals([boot.name, boot.dependencies[0].name], ["boot", "web"]);
    assertEquals(boot.dependencies[0].dependencies[0].state, "started");
  });
});

Deno.test("dinitctl wait ends at the state, or when the time is over", async () => {
  await withServices(async (manager) => {
    assertEquals(
      await said(manager, "wait", "web", "--state", "started"),
      "0 Service (already) started.\n",
    );
    const late = await manager.ctl("wait", "web", "--state", "stopped", "--timeout", "50ms");
    assertEquals(late.code, 1);
    assertIncludes(late.err, "within the time");
  });
});

Deno.test("dinitctl tells faults of its command line with status 1", async () => {
  await withServices(async (manager) => {
    assertMatch(await said(manager, "strat", "web"), /^1 dinitctl: .*strat/);
    assertMatch(await said(manager, "start"), /^1 dinitctl: Invalid command line\.\n/);
    assertMatch(await said(manager, "list", "--force"), /^1 dinitctl: .*--force/);
    assertMatch(await said(manager, "start", "--help"), /^0 Usage: /);
  });
});

Deno.test("dinitctl names services whose arguments hold slashes", async () => {
  const services = {
    boot: 'type = "internal"\nwaits-for = ["device@/dev/sda2"]\n',
    device:
      'type = "process"\ncommand = ["/bin/sh", "-c", "echo at $1; exec sleep 1000", "sh", "$1"]\n' +
      'log-type = "buffer"\n',
  };
  await withManager({ services }, async (manager) => {
    await manager.outputHas("[  OK  ] boot");
    const name = "device@/dev/sda2";
    assertEquals(await said(manager, "is-started", name), "0 STARTED\n");
    assertIncludes(
      await manager.ctlOk("status", name),
      "/services/device.toml\n    State: STARTED",
    );
    assertEquals(await said(manager, "stop", name), `0 Service '${name}' stopped.\n`);
    assertEquals(await said(manager, "reload", name), `0 Service '${name}' reloaded.\n`);
    assertEquals(await said(manager, "start", name), `0 Service '${name}' started.\n`);
    const log = () => manager.ctlOk("catlog", name);
    await until("its line", async () => /^(\(.*\n)?at \/dev\/sda2$/m.test(await log()));
    assertEquals(
      await said(manager, "start", "device@a/../b"),
      "0 Service 'device@a/../b' started.\n",
    );
    assertMatch(await said(manager, "start", "services/device@a"), /^1 .*failed to find/);
    assertMatch(await said(manager, "enable", name), /^1 .*a file's name holds no '\/'/);
    assertEquals(
      await said(manager, "stop", "device@a/../b"),
      "0 Service 'device@a/../b' stopped.\n",
    );
    assertEquals(
      await said(manager, "unload", "device@a/../b"),
      "0 Service 'device@a/../b' unloaded.\n",
    );
  });
});

Deno.test("dinitctl takes patterns for loaded services, and loads none for them", async () => {
  const services = {
    boot: 'type = "internal"\nwaits-for = ["tick@1", "tick@2"]\n',
    tick: 'type = "process"\ncommand = ["/bin/sleep", "1000"]\n',
  };
  await withManager({ services }, async (manager) => {
    await manager.outputHas("[  OK  ] boot");
    const stopped = await manager.ctlOk("stop", "tick@*");
    assertEquals(stopped.split("\n").sort(), [
      "",
      "Service 'tick@1' stopped.",
      "Service 'tick@2' stopped.",
    ]);
    await manager.ctlOk("start", "tick@?");
    assertEquals((await manager.ctlOk("list", "tick@[12]")).split("\n").length, 3);
    assertEquals(
      await said(manager, "stop", "tock@*"),
      "1 dinitctl: no loaded service matches 'tock@*'.\n",
    );
    assertEquals((await manager.ctl("catlog", "tick@*")).code, 1);
    assertEquals((await manager.ctlOk("list")).includes("tick@*"), false);
  });
});
