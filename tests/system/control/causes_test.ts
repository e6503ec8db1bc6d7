/**
 * The manager's own words for what went wrong: over its protocol's extension, without a look at the
 * log.
 */
import { assert, assertEquals, assertIncludes, assertMatch } from "../../assert.ts";
import { type Manager, withManager } from "../manager.ts";

const CRASHING = 'type = "process"\ncommand = ["/bin/sh", "-c", "exit 3"]\n' +
  "restart = true\nrestart-delay = 0.01\nrestart-limit-count = 3\n";

const SERVICES: Readonly<Record<string, string>> = {
  boot: 'type = "internal"\n',
  web: 'type = "internal"\ndepends-on = ["app"]\n',
  app: 'type = "internal"\ndepends-on = ["db"]\n',
  db: 'type = "process"\ncommand = ["/no/such/program"]\n',
  typo: 'type = "process"\ncommand = ["/bin/true"]\nrestart = "on-fail"\n',
  needs: 'type = "internal"\ndepends-on = ["typo"]\n',
  sleeper: 'type = "process"\ncommand = ["/bin/sleep", "1000"]\n',
  crashing: CRASHING,
};

async function withServices(body: (manager: Manager) => Promise<void>): Promise<void> {
  await withManager({ services: SERVICES }, async (manager) => {
    await manager.outputHas("[  OK  ] boot");
    await body(manager);
  });
}

Deno.test("start tells the line that is wrong, in the service's own file or a dependency's", async () => {
  await withServices(async (manager) => {
    const file = `${manager.folder}/services/typo.toml`;
    const own = await manager.ctl("start", "typo");
    assertEquals([own.code, own.out], [1, ""]);
    assertEquals(own.err.split("\n").slice(0, 2), [
      "dinitctl: error in service description.",
      `dinitctl: ${file}:3:11: error: Cannot read restart = "on-fail": allowed are true, false, "on-failure"`,
    ]);
    assertIncludes(own.err, '\n    3 | restart = "on-fail"\n      |           ^\n');
    const other = await manager.ctl("start", "needs");
    assertEquals(other.err.split("\n")[0]?.includes("error loading service"), true);
    assertIncludes(other.err, `${file}:3:11: error: Cannot read restart`);
  });
});

Deno.test("reload tells what cannot change, and who is in the way", async () => {
  await withServices(async (manager) => {
    await manager.ctlOk("start", "sleeper");
    const file = `${manager.folder}/services/sleeper.toml`;
    await Deno.writeTextFile(file, 'type = "internal"\n');
    const { code, err } = await manager.ctl("reload", "sleeper");
    assertEquals([code, err], [
      1,
      "dinitctl: cannot reload service 'sleeper':\n" +
      'dinitctl: Cannot reload "sleeper": type cannot change while it is started; stop it first\n',
    ]);
    await Deno.writeTextFile(file, 'type = "internal"\nx = 1\n');
    const faulty = await manager.ctl("reload", "sleeper");
    assertIncludes(faulty.err, `${file}:2:1: error: `);
    const unload = await manager.ctl("unload", "sleeper");
    assertIncludes(unload.err, "It is started; stop it first");
  });
});

Deno.test("a start that fails through a dependency names it, and its path", async () => {
  await withServices(async (manager) => {
    const cause = 'Cannot run the command: executing "/no/such/program" failed: no such file';
    const { code, out, err } = await manager.ctl("start", "web");
    assertEquals([code, out], [
      1,
      "Service 'web' failed to start.\n" +
      "Reason: a dependency of the service failed to start. Check dinit log.\n",
    ]);
    assertIncludes(err, `dinitctl: dependency 'db' failed: ${cause}`);
    const own = await manager.ctl("start", "db");
    assertIncludes(own.err, `dinitctl: ${cause}`);
    const status = await manager.ctlOk("status", "web");
    assertIncludes(status, "    Failed dependency: db\n    Fault: Cannot run the command");
  });
});

Deno.test("status tells how often a service was restarted, how it ended, and that the limit is reached", async () => {
  await withServices(async (manager) => {
    await manager.ctl("start", "crashing");
    await manager.outputHas("Restart limit reached");
    const [service] = JSON.parse(await manager.ctlOk("status", "--json", "crashing"));
    assertEquals([service.restarts, service.restartLimitReached], [3, true]);
    assertEquals(service.lastEnd.status, 3);
    assert(Math.abs(Date.parse(service.lastEnd.time) - Date.now()) < 600_000);
    assert(Date.parse(service.since) >= Date.parse(service.lastEnd.time) - 1000);
    assertMatch(service.fault.text, /^Restart limit reached/);
    const text = await manager.ctlOk("status", "crashing");
    assertMatch(text, /^ {4}Restarts: 3 \(restart limit reached\)$/m);
    assertMatch(text, /^ {4}Last end: exited - status 3, [-0-9]+ [:0-9]+ \(.*\)$/m);
  });
});

Deno.test("status tells pins, and forgets a fault with the next start", async () => {
  await withServices(async (manager) => {
    await manager.ctlOk("stop", "--pin", "sleeper");
    assertIncludes(await manager.ctlOk("status", "sleeper"), "    Pinned: stopped\n");
    await manager.ctlOk("unpin", "sleeper");
    await manager.ctlOk("start", "--pin", "sleeper");
    const status = await manager.ctlOk("status", "sleeper");
    assertIncludes(status, "    Pinned: started\n");
    assertMatch(status, /^ {4}Since: [-0-9]+ [:0-9]+ \(.*\)$/m);
    assertEquals(status.includes("Fault:"), false);
  });
});
