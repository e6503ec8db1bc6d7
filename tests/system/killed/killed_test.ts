/** A manager that was killed, and the one that comes after it. */
import { assert, assertEquals, assertIncludes, assertMatch } from "../../assert.ts";
import { testNeeding, tool } from "../../skip.ts";
import { until } from "../../wait.ts";
import { withManager } from "../manager.ts";
import { talker } from "../processes/readiness/notify_service.ts";
import { shell } from "../reexec/services.ts";
import {
  assertNothingIsLeft,
  gone,
  inFolder,
  isStarted,
  linesOf,
  onlyOne,
  processesWith,
  started,
  withMortal,
} from "./left.ts";

const SLEEP = "exec sleep 1000";

function named(name: string, folder: string, script = SLEEP): string {
  return `: ${folder}/${name}; ${script.replace("exec sleep", "sleep")}`;
}

Deno.test("services keep their processes, and are restarted and stopped as before", () =>
  inFolder((folder) =>
    withMortal({
      boot: 'type = "internal"\nwaits-for = ["web", "mail"]\n',
      web: shell(named("web", folder), "restart = true\nsmooth-recovery = true\n"),
      mail: shell(named("mail", folder)),
    }, async (manager) => {
      await started(manager, "boot");
      const before = await manager.ctlOk("list");
      const pids = [await manager.servicePid("web"), await manager.servicePid("mail")];
      await manager.kill();
      await manager.startAgain();
      assertEquals(await manager.ctlOk("list"), before);
      assertEquals([await manager.servicePid("web"), await manager.servicePid("mail")], pids);
      await onlyOne(`${folder}/web`);
      assertIncludes(
        manager.log(),
        "Took over from a manager that was killed. Services go on: 2 processes",
      );
      // They are no children any more; their end is noticed all the same.
      Deno.kill(pids[0] ?? 0, "SIGKILL");
      await until("a new process of web", async () => {
        const status = await manager.ctlOk("status", "web");
        return /Process ID: \d+/.test(status) && !status.includes(`Process ID: ${pids[0]}\n`);
      });
      await manager.ctlOk("stop", "mail");
      await gone(`${folder}/mail`);
      assertEquals(await isStarted(manager, "mail"), false);
      await manager.ctlOk("restart", "--force", "web");
      await started(manager, "web");
      await onlyOne(`${folder}/web`);
    })
  ));

Deno.test("the log names services that have lost their control connection", () =>
  inFolder((folder) =>
    withMortal({
      boot: 'type = "internal"\nwaits-for = ["talks"]\n',
      talks: shell(named("talks", folder), 'options = ["pass-cs-fd"]\n'),
    }, async (manager) => {
      await started(manager, "boot");
      await manager.kill();
      await manager.startAgain();
      await onlyOne(`${folder}/talks`);
      assertIncludes(
        manager.log(),
        "talks: Its control connection (pass-cs-fd) is lost until it is started again",
      );
    })
  ));

Deno.test("what a script did is done, and undone by the next manager", () =>
  inFolder((folder) => {
    const script = (word: string) => JSON.stringify(["/bin/sh", "-c", word]);
    return withMortal({
      boot: 'type = "internal"\nwaits-for = ["mounted"]\n',
      mounted: `type = "scripted"\ncommand = ${script(`echo up >> ${folder}/did`)}\n` +
        `stop-command = ${script(`echo down >> ${folder}/did`)}\n`,
    }, async (manager) => {
      await started(manager, "boot");
      await manager.kill();
      await manager.startAgain();
      assertEquals(await isStarted(manager, "boot"), true);
      assertEquals(await Deno.readTextFile(`${folder}/did`), "up\n");
      await manager.ctlOk("stop", "--force", "mounted");
      assertEquals(await Deno.readTextFile(`${folder}/did`), "up\ndown\n");
    });
  }));

Deno.test("a script in the middle of its start is waited for, and not run twice", () =>
  inFolder((folder) => {
    const command = JSON.stringify([
      "/bin/sh",
      "-c",
      `echo begun >> ${folder}/did; until [ -e ${folder}/go ]; do sleep 0.01; done`,
    ]);
    return withMortal({
      boot: 'type = "internal"\n',
      slow: `type = "scripted"\ncommand = ${command}\nstart-timeout = 0\nrestart = false\n`,
    }, async (manager) => {
      await manager.ctlOk("start", "--no-wait", "slow");
      await until("its beginning", async () => await linesOf(`${folder}/did`) === 1);
      await manager.kill();
      await manager.startAgain();
      assertMatch(await manager.ctlOk("list"), /<<.*slow/);
      await Deno.writeTextFile(`${folder}/go`, "");
      // How it ended is told to nobody: it cannot be taken for a success.
      await until("its end", async () => !/<</.test(await manager.ctlOk("list")));
      assertEquals(await isStarted(manager, "slow"), false);
      assertEquals(await linesOf(`${folder}/did`), 1);
    });
  }));

Deno.test("a daemon with a pid file goes on", () =>
  inFolder((folder) =>
    withMortal({
      boot: 'type = "internal"\nwaits-for = ["daemon"]\n',
      daemon: 'type = "bgprocess"\n' +
        `command = ["/bin/sh", "-c", "sh -c ': ${folder}/daemon; sleep 1000; :' & ` +
        `echo $$! > ${folder}/pid"]\npid-file = "${folder}/pid"\nrestart = false\n`,
    }, async (manager) => {
      await started(manager, "boot");
      const pid = await manager.servicePid("daemon");
      await manager.kill();
      await manager.startAgain();
      assertEquals(await manager.servicePid("daemon"), pid);
      assertEquals(Number(await Deno.readTextFile(`${folder}/pid`)), pid);
      Deno.kill(pid, "SIGKILL");
      await until("its end", async () => !(await isStarted(manager, "daemon")));
    })
  ));

Deno.test("output and readiness go on over pipes that were open before", () =>
  inFolder((folder) =>
    withMortal({
      boot: 'type = "internal"\nwaits-for = ["says", "noted"]\n',
      says: shell(
        `echo first; while :; do [ -e ${folder}/say ] && { rm ${folder}/say; echo said; }; sleep 0.01; done`,
        'log-type = "buffer"\n',
      ),
      noted: shell(
        `while :; do [ -e ${folder}/note ] && { rm ${folder}/note; echo noted; }; sleep 0.01; done`,
        `logfile = "${folder}/log"\nlog-timestamps = true\n`,
      ),
      late: shell(
        `until [ -e ${folder}/ready ]; do sleep 0.01; done; echo ready >&3; ${SLEEP}`,
        'ready-notification = "pipefd:3"\n',
      ),
    }, async (manager) => {
      await started(manager, "boot");
      await manager.ctlOk("start", "--no-wait", "late");
      await until("its process", async () =>
        /Process ID/.test(await manager.ctlOk("status", "late")));
      const said = () =>
        manager.ctlOk("catlog", "says");
      await until("first words", async () => await said() === "first\n");
      await manager.kill();
      await manager.startAgain();
      assertEquals(manager.log().includes("is lost"), false);
      for (const name of ["say", "note", "ready"]) {
        await Deno.writeTextFile(`${folder}/${name}`, "");
      }
      await until("text", async () => await said() === "first\nsaid\n");
      await until(
        "a line",
        async () => (await Deno.readTextFile(`${folder}/log`)).includes("noted"),
      );
      await started(manager, "late");
    })
  ));

Deno.test("sockets are opened again, and none that a process has is in the way", () =>
  inFolder((folder) => {
    const listens = (name: string, more = "") => `socket-listen = "${folder}/${name}"\n${more}`;
    return withMortal({
      boot: 'type = "internal"\nwaits-for = ["eager", "lazy"]\n',
      eager: shell(named("eager", folder), listens("eager-socket")),
      lazy: shell(
        named("lazy", folder),
        listens("lazy-socket", 'socket-activation = "on-demand"\n'),
      ),
    }, async (manager) => {
      await started(manager, "boot");
      const pid = await manager.servicePid("eager");
      await manager.kill();
      await manager.startAgain();
      assertEquals(await manager.servicePid("eager"), pid);
      await manager.ctlOk("restart", "--force", "eager");
      await started(manager, "eager");
      await onlyOne(`${folder}/eager`);
      await started(manager, "lazy");
      const connection = await Deno.connect({ transport: "unix", path: `${folder}/lazy-socket` });
      await until("its process", () => processesWith(`${folder}/lazy;`).length === 1);
      connection.close();
    });
  }));

testNeeding(
  "what a service says over its notification socket is heard by the next manager",
  [tool("perl")],
  () =>
    withMortal({
      boot: 'type = "internal"\n',
      web: talker(["STATUS=Serving", "READY=1", "sleep"]),
      hung: talker(["READY=1", "sleep"], "restart = false\nwatchdog-timeout = 2\n"),
    }, async (manager) => {
      await manager.ctlOk("start", "web");
      await manager.ctlOk("start", "hung");
      await manager.kill();
      await manager.startAgain();
      assertIncludes(await manager.ctlOk("status", "web"), "Serving");
      await until("the end of what gives no sign", async () => !(await isStarted(manager, "hung")));
    }),
);

Deno.test("environment and pins go on", () =>
  withMortal({
    boot: 'type = "internal"\n',
    web: shell(SLEEP),
    show: shell(`env; ${SLEEP}`, 'log-type = "buffer"\n'),
  }, async (manager) => {
    await manager.ctlOk("setenv", "ADDED=later");
    await manager.ctlOk("start", "web");
    await manager.ctlOk("stop", "--pin", "web");
    await manager.kill();
    await manager.startAgain();
    assertEquals((await manager.ctl("start", "web")).code, 1);
    await manager.ctlOk("unpin", "web");
    await manager.ctlOk("start", "show");
    await until(
      "its environment",
      async () => (await manager.ctlOk("catlog", "show")).includes("ADDED=later"),
    );
  }));

Deno.test("what has ended meanwhile is started as its description says, and what was named too", () =>
  inFolder((folder) =>
    withMortal({
      boot: 'type = "internal"\ndepends-on = ["web"]\nwaits-for = ["once"]\n',
      web: shell(named("web", folder), "restart = true\n"),
      once: shell(named("once", folder), "restart = false\n"),
    }, async (manager) => {
      await started(manager, "boot");
      const pids = [await manager.servicePid("web"), await manager.servicePid("once")];
      await manager.kill();
      for (const pid of pids) Deno.kill(pid, "SIGKILL");
      await gone(`${folder}/web`, `${folder}/once`);
      await manager.startAgain();
      await started(manager, "boot");
      await onlyOne(`${folder}/web`);
    })
  ));

Deno.test("with --left-behind stop all is stopped in order, and started anew", () =>
  inFolder((folder) =>
    withMortal({
      boot: 'type = "internal"\ndepends-on = ["web"]\n',
      web: shell(named("web", folder), 'depends-on = ["mounted"]\n'),
      mounted: `type = "scripted"\ncommand = ["/bin/sh", "-c", "echo up >> ${folder}/did"]\n` +
        `stop-command = ["/bin/sh", "-c", "echo down >> ${folder}/did"]\n`,
    }, async (manager) => {
      await started(manager, "boot");
      const pid = await manager.servicePid("web");
      await manager.kill();
      await manager.startAgain("--left-behind", "stop");
      await started(manager, "boot");
      assert(await manager.servicePid("web") !== pid, "it is another process");
      await onlyOne(`${folder}/web`);
      assertEquals(await Deno.readTextFile(`${folder}/did`), "up\ndown\nup\n");
    })
  ));

Deno.test("a shutdown that was under way goes on", () =>
  inFolder((folder) =>
    withMortal({
      boot: 'type = "internal"\ndepends-on = ["slow"]\n',
      slow: shell(
        `: ${folder}/slow; trap 'until [ -e ${folder}/go ]; do sleep 0.01; done; exit 0' TERM; ` +
          "while :; do sleep 0.1; done",
        "restart = false\nstop-timeout = 0\n",
      ),
    }, async (manager) => {
      await started(manager, "boot");
      const shutdown = manager.ctl("shutdown");
      await until("the stop", async () => (await manager.ctlOk("list")).includes(">>"));
      await manager.kill();
      await shutdown;
      await manager.startAgain();
      assertEquals((await manager.ctl("start", "boot")).code, 1);
      await Deno.writeTextFile(`${folder}/go`, "");
      assertEquals((await manager.ended()).code, 0);
      await assertNothingIsLeft(manager);
      assertEquals(processesWith(`${folder}/slow`), []);
    })
  ));

Deno.test("a manager that ends as it was asked to leaves nothing", () =>
  withManager({ services: { boot: shell(SLEEP) } }, async (manager) => {
    await started(manager, "boot");
    await manager.ctlOk("shutdown");
    assertEquals((await manager.ended()).code, 0);
    await assertNothingIsLeft(manager);
    await manager.startAgain();
    await started(manager, "boot");
    assertEquals(manager.log().includes("killed"), false);
  }));

Deno.test("kill-tree ends what a service has made under the manager before", () =>
  inFolder((folder) =>
    withMortal({
      boot: 'type = "internal"\nwaits-for = ["web"]\n',
      web: shell(
        `: ${folder}/web; sh -c ': ${folder}/child; sleep 1000; :' & ` +
          `(setsid sh -c ': ${folder}/away; sleep 1000; :' &) ; sleep 1000; :`,
        "kill-tree = true\nrestart = false\n",
      ),
    }, async (manager) => {
      await started(manager, "boot");
      await until("all three", () =>
        ["web", "child", "away"].every((name) =>
          processesWith(`: ${folder}/${name};`).length > 0
        ));
      await manager.kill();
      await manager.startAgain();
      await manager.ctlOk("stop", "--force", "web");
      await gone(`${folder}/web`, `${folder}/child`, `${folder}/away`);
    })
  ));
