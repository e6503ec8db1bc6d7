/** A manager that is replaced by another program while its services run. */
import { assert, assertEquals, assertIncludes, assertMatch } from "../../assert.ts";
import { testNeeding, tool } from "../../skip.ts";
import { until } from "../../wait.ts";
import { type Manager, withManager } from "../manager.ts";
import { talker } from "../processes/readiness/notify_service.ts";
import { assertUnbroken, COUNTING, fullCtl, shell, upgrade } from "./services.ts";

const decoder = new TextDecoder();

async function isStarted(manager: Manager, name: string): Promise<boolean> {
  return (await manager.ctl("is-started", name)).code === 0;
}

Deno.test("services keep their processes, and are restarted and stopped as before", async () => {
  const services = {
    boot: 'type = "internal"\nwaits-for = ["web", "mail"]\n',
    web: shell("exec sleep 1000", "restart = true\nsmooth-recovery = true\n"),
    mail: shell("exec sleep 1000"),
  };
  await withManager({ services }, async (manager) => {
    await until("all services", () => isStarted(manager, "boot"));
    const before = await manager.ctlOk("list");
    const pids = [await manager.servicePid("web"), await manager.servicePid("mail")];
    await upgrade(manager);
    assertEquals(await manager.ctlOk("list"), before);
    assertEquals([await manager.servicePid("web"), await manager.servicePid("mail")], pids);
    // The end of a process is noticed, and what follows is as the description says.
    Deno.kill(pids[0] ?? 0, "SIGKILL");
    await until("a new process of web", async () => {
      const status = await manager.ctlOk("status", "web");
      return /Process ID: \d+/.test(status) && !status.includes(`Process ID: ${pids[0]}\n`);
    });
    await manager.ctlOk("stop", "mail");
    assertEquals((await manager.ctl("is-started", "mail")).code, 1);
    assertIncludes(manager.log(), "Took over from the manager that was here before");
  });
});

Deno.test("a process that ends in the very moment is not lost", async () => {
  const services = {
    boot: 'type = "internal"\nwaits-for = ["web"]\n',
    web: shell("sleep 0.01", "restart = true\nrestart-limit-count = 0\nrestart-delay = 0.001\n"),
  };
  await withManager({ services }, async (manager) => {
    for (let round = 0; round < 5; round++) await upgrade(manager);
    let pid = 0;
    await until("a restart", async () => {
      const found = /Process ID: (\d+)/.exec(await manager.ctlOk("status", "web"));
      const [last, next] = [pid, Number(found?.[1] ?? 0)];
      if (next > 0) pid = next;
      return last > 0 && next > 0 && next !== last;
    });
  });
});

Deno.test("buffers, log files and pipes to consumers lose no line", async () => {
  const folder = await Deno.makeTempDir({ prefix: "dinit-reexec-" });
  const big = "log-buffer-size = 8388608\n";
  const services = {
    boot: 'type = "internal"\nwaits-for = ["buffered", "stamped", "plain", "reader"]\n',
    buffered: shell(COUNTING, `log-type = "buffer"\n${big}`),
    stamped: shell(COUNTING, `logfile = "${folder}/stamped"\nlog-timestamps = true\n`),
    plain: shell(COUNTING, `logfile = "${folder}/plain"\n`),
    producer: shell(COUNTING, 'log-type = "pipe"\n'),
    reader: shell(
      `exec cat > ${folder}/consumed`,
      'consumer-of = "producer"\ndepends-on = ["producer"]\n',
    ),
  };
  await withManager({ services }, async (manager) => {
    await until("all services", () => isStarted(manager, "boot"));
    for (let round = 0; round < 5; round++) await upgrade(manager);
    const said = assertUnbroken(await manager.ctlOk("catlog", "buffered"), "buffer");
    assert(said > 20, `${said} lines`);
    // The pipe is followed to the end of what the service says.
    await until(
      "more lines",
      async () => assertUnbroken(await manager.ctlOk("catlog", "buffered"), "buffer") > said,
    );
    for (const name of ["buffered", "stamped", "plain"]) {
      await manager.ctlOk("stop", "--force", name);
    }
    for (const name of ["stamped", "plain", "consumed"]) {
      const count = assertUnbroken(await Deno.readTextFile(`${folder}/${name}`), name);
      assert(count > 20, `${name}: ${count} lines`);
    }
  });
  await Deno.remove(folder, { recursive: true });
});

Deno.test("a client that waits over a connection of its own gets its answer", async () => {
  const services = {
    boot: 'type = "internal"\n',
    slow: 'type = "scripted"\ncommand = ["/bin/cat", "$DINIT_TEST_FIFO"]\n',
  };
  const fifo = await Deno.makeTempFile();
  await Deno.remove(fifo);
  await new Deno.Command("mkfifo", { args: [fifo] }).output();
  const env = { DINIT_TEST_FIFO: fifo };
  await withManager({ services, env }, async (manager) => {
    const full = fullCtl(manager, "start", "slow");
    await until("the start", async () => (await manager.ctlOk("list")).includes("<<"));
    // This one is a mere pipe: its work is in the manager, and cannot be handed on.
    const piped = manager.ctl("start", "slow");
    await until("both clients", async () => {
      const open = await new Deno.Command("/bin/sh", {
        args: ["-c", `ls -l /proc/${manager.pid}/fd | grep -c socket`],
      }).output();
      return Number(decoder.decode(open.stdout)) >= 4;
    });
    await upgrade(manager);
    assertEquals(await piped, {
      code: 1,
      out: "",
      err: "dinitctl: the manager was upgraded while this command was waiting.\n" +
        "dinitctl: what it asked for is being done; 'dinitctl status SERVICE' tells what comes of it.\n",
    });
    await Deno.writeTextFile(fifo, "");
    const { code, stdout } = await full.output();
    assertEquals([code, decoder.decode(stdout)], [0, "Service 'slow' started.\n"]);
  });
  await Deno.remove(fifo);
});

Deno.test("whoever connects meanwhile is served", async () => {
  await withManager({ services: { boot: 'type = "internal"\n' } }, async (manager) => {
    let isOver = false;
    const asking = Array.from({ length: 3 }, async () => {
      let count = 0;
      for (; !isOver; count++) assertIncludes(await manager.ctlOk("list"), "boot");
      return count;
    });
    for (let round = 0; round < 5; round++) await upgrade(manager);
    isOver = true;
    for (const count of await Promise.all(asking)) assert(count > 0);
  });
});

Deno.test("a service that is about to say that it is ready says it to the next manager", async () => {
  const services = {
    boot: 'type = "internal"\n',
    web: shell(
      'until [ -e "$FLAG" ]; do sleep 0.01; done; echo ready >&3; exec sleep 1000',
      'ready-notification = "pipefd:3"\n',
    ),
  };
  const flag = await Deno.makeTempFile();
  await Deno.remove(flag);
  await withManager({ services, env: { FLAG: flag } }, async (manager) => {
    await manager.ctlOk("start", "--no-wait", "web");
    await upgrade(manager);
    assertEquals(await isStarted(manager, "web"), false);
    await Deno.writeTextFile(flag, "");
    await until("readiness", () => isStarted(manager, "web"));
  });
  await Deno.remove(flag);
});

testNeeding(
  "status texts, and the watch over signs of life, go on",
  [tool("perl")],
  async () => {
    const watched = "restart = false\nwatchdog-timeout = 2\n";
    const services = {
      boot: 'type = "internal"\n',
      web: talker(["STATUS=Serving", "READY=1", "sleep"]),
      hung: talker(["READY=1", "sleep"], watched),
    };
    await withManager({ services }, async (manager) => {
      await manager.ctlOk("start", "web");
      await manager.ctlOk("start", "hung");
      await upgrade(manager);
      assertIncludes(await manager.ctlOk("status", "web"), "Serving");
      await until("the end of what gives no sign", async () => !(await isStarted(manager, "hung")));
    });
  },
);

Deno.test("a service that starts on demand gets what came in under either manager", async () => {
  const folder = await Deno.makeTempDir({ prefix: "dinit-reexec-" });
  const services = {
    boot: 'type = "internal"\ndepends-on = ["web"]\n',
    web: shell(
      "echo got $LISTEN_FDS; exec sleep 1000",
      `socket-listen = "${folder}/web"\nsocket-activation = "on-demand"\nlog-type = "buffer"\n`,
    ),
  };
  await withManager({ services }, async (manager) => {
    await until("the socket", () => isStarted(manager, "web"));
    const inode = (await Deno.stat(`${folder}/web`)).ino;
    await upgrade(manager);
    assertEquals((await Deno.stat(`${folder}/web`)).ino, inode);
    assertEquals((await manager.ctlOk("status", "web")).includes("Process ID"), false);
    const connection = await Deno.connect({ transport: "unix", path: `${folder}/web` });
    await until(
      "its process",
      async () => (await manager.ctlOk("catlog", "web")).includes("got 1"),
    );
    connection.close();
  });
  await Deno.remove(folder, { recursive: true });
});

Deno.test("environment and pins go on", async () => {
  const services = {
    boot: 'type = "internal"\n',
    web: shell("exec sleep 1000"),
    show: shell("env; exec sleep 1000", 'log-type = "buffer"\n'),
  };
  await withManager({ services, env: { INHERITED: "yes" } }, async (manager) => {
    await manager.ctlOk("setenv", "ADDED=later", "INHERITED=changed");
    await manager.ctlOk("start", "web");
    await manager.ctlOk("stop", "--pin", "web");
    await upgrade(manager);
    await upgrade(manager);
    assertEquals((await manager.ctl("start", "web")).code, 1);
    await manager.ctlOk("unpin", "web");
    await manager.ctlOk("start", "web");
    await manager.ctlOk("start", "show");
    await until(
      "its environment",
      async () => (await manager.ctlOk("catlog", "show")).includes("ADDED=later"),
    );
    const shown = await manager.ctlOk("catlog", "show");
    assertIncludes(shown, "INHERITED=changed");
    // What is for the manager alone.
    assertEquals(shown.includes("DINIT_HANDOVER"), false);
  });
});

Deno.test("a shutdown that is under way comes to its end", async () => {
  const flag = await Deno.makeTempFile();
  await Deno.remove(flag);
  const services = {
    boot: 'type = "internal"\ndepends-on = ["slow"]\n',
    slow: shell(
      "trap 'until [ -e \"$FLAG\" ]; do sleep 0.01; done; exit 0' TERM; while :; do sleep 0.1; done",
      "restart = false\n",
    ),
  };
  await withManager({ services, env: { FLAG: flag } }, async (manager) => {
    await until("all services", () => isStarted(manager, "boot"));
    const shutdown = manager.ctl("shutdown");
    await until("the stop", async () => (await manager.ctlOk("list")).includes(">>"));
    await upgrade(manager);
    assertEquals((await manager.ctl("start", "boot")).code, 1);
    await Deno.writeTextFile(flag, "");
    assertEquals((await manager.ended()).code, 0);
    const { code, out } = await shutdown;
    assertEquals([code, out], [0, "Shutting down dinit...\nConnection closed.\n"]);
  });
  await Deno.remove(flag);
});

Deno.test("a manager can be upgraded while a service with the console has it", async () => {
  const services = {
    boot: 'type = "internal"\n',
    asks: shell(
      "echo what now; exec sleep 1000",
      'options = ["runs-on-console"]\nrestart = false\n',
    ),
    web: shell("exec sleep 1000"),
  };
  await withManager({ services }, async (manager) => {
    await manager.ctlOk("start", "asks");
    await manager.outputHas("what now");
    await upgrade(manager);
    await manager.ctlOk("start", "web");
    assertMatch(await manager.ctlOk("list"), /has console/);
    await manager.ctlOk("stop", "asks");
    await manager.ctlOk("restart", "web");
    await manager.outputHas("[  OK  ] web");
  });
});
