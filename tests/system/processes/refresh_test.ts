/** refresh, of real processes: the signal, the command's surroundings, its end and its time. */
import { until } from "../../wait.ts";
import { assert, assertEquals, assertIncludes, assertMatch } from "../../assert.ts";
import { withManager } from "../manager.ts";

const SLEEP = 'type = "process"\ncommand = ["/bin/sleep", "1000"]\n';
const TRAP = 'trap "echo again" HUP; echo ready; while :; do sleep 1000 & wait $$!; done';

function shell(script: string): string {
  return JSON.stringify(["/bin/sh", "-c", script]);
}

Deno.test("refresh sends the signal to the service's process, which runs on", async () => {
  const services = {
    boot: `type = "process"\ncommand = ${shell(TRAP)}\nlog-type = "buffer"\n` +
      'reload-signal = "HUP"\n',
  };
  await withManager({ services }, async (manager) => {
    const says = (text: string) =>
      until(text, async () => (await manager.ctlOk("catlog", "boot")).includes(text));
    await says("ready");
    const pid = await manager.servicePid("boot");
    assertEquals(await manager.ctlOk("refresh", "boot"), "Service 'boot' refreshed.\n");
    await says("again");
    assertEquals(await manager.servicePid("boot"), pid);
  });
});

Deno.test("refresh runs the command as the service would, and knows how it ended", async () => {
  const services = {
    boot: `${SLEEP}log-type = "buffer"\nworking-dir = "/usr"\n` +
      `reload-command = ${shell("echo $$MAINPID $$A $$PWD; test ! -e $$FAILS")}\n` +
      `[environment]\nA = "b"\nFAILS = "/nonexistent"\n`,
    bad: `${SLEEP}reload-command = ${shell("exit 3")}\n`,
    none: `${SLEEP}reload-command = ["/no/such/program"]\n`,
    plain: SLEEP,
  };
  const start = ["boot", "bad", "none", "plain"];
  await withManager({ services, start }, async (manager) => {
    await manager.ctlOk("start", ...start);
    const pid = await manager.servicePid("boot");
    assertEquals(await manager.ctlOk("refresh", "boot"), "Service 'boot' refreshed.\n");
    assertIncludes(await manager.ctlOk("catlog", "boot"), `${pid} b /usr\n`);

    const failures = [
      ["bad", "The reload command exited with status 3"],
      ["none", 'Cannot run the reload command: executing "/no/such/program" failed'],
      ["plain", 'Service "plain" has neither reload-command nor reload-signal'],
    ] as const;
    for (const [name, why] of failures) {
      const { code, err } = await manager.ctl("refresh", name);
      assertEquals(code, 1);
      assertIncludes(err, why);
      assertMatch(await manager.ctlOk("status", name), /State: STARTED/);
    }
    await manager.ctlOk("stop", "plain");
    assertIncludes((await manager.ctl("refresh", "plain")).err, "is stopped, not started");
    assertIncludes(manager.log(), "bad: The reload command exited with status 3");
  });
});

Deno.test("a reload command that takes too long is killed, with all of its group", async () => {
  const services = {
    boot: `${SLEEP}start-timeout = 0.3\nreload-command = ${shell("sleep 1000; exit 0")}\n`,
  };
  await withManager({ services }, async (manager) => {
    await manager.ctlOk("start", "boot");
    const { code, err } = await manager.ctl("refresh", "boot");
    assertEquals(code, 1);
    assertIncludes(err, "was ended by signal 9 when start-timeout was over");
    assert(await manager.servicePid("boot") > 0);
  });
});

Deno.test("the manager is not handed over while a reload command is at work", async () => {
  const services = {
    boot: `${SLEEP}reload-command = ${shell("echo at work > ../at-work; sleep 1000")}\n`,
  };
  await withManager({ services }, async (manager) => {
    await manager.ctlOk("start", "boot");
    const refresh = manager.ctl("refresh", "boot");
    await until("The command", () => {
      try {
        return Deno.readTextFileSync(`${manager.folder}/at-work`) !== "";
      } catch {
        return false;
      }
    });
    const { code, err } = await manager.ctl("reexec");
    assertEquals(code, 1);
    assertIncludes(err, "a reload command is at work");
    manager.signal("SIGTERM");
    await manager.ended();
    assertEquals((await refresh).code, 1);
  });
});
