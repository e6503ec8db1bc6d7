/** The executable as a user's manager, with real processes. */
import { until } from "../../wait.ts";
import { assert, assertEquals, assertIncludes, assertMatch } from "../../assert.ts";
import { Manager, PROGRAM, withManager } from "../manager.ts";

const SLEEP = 'type = "process"\ncommand = ["/bin/sleep", "1000"]\n';

/** Waits until the process is gone. */
async function gone(pid: number): Promise<void> {
  // A process that is not our child can only be looked for; pidfd would need FFI.
  await until(`The end of process ${pid}`, async () => !(await exists(pid)));
}

async function exists(pid: number): Promise<boolean> {
  try {
    await Deno.stat(`/proc/${pid}`);
    return true;
  } catch {
    return false;
  }
}

function fleet(count: number): Record<string, string> {
  const services: Record<string, string> = {};
  const names = Array.from({ length: count }, (_, index) => `s${index}`);
  for (const name of names) services[name] = SLEEP;
  services.boot = `type = "internal"\ndepends-on = ${JSON.stringify(names)}\n`;
  services.keep = SLEEP;
  return services;
}

Deno.test("100 process services start, are listed, crash, restart and stop", async () => {
  await withManager({ services: fleet(100), start: ["boot", "keep"] }, async (manager) => {
    await manager.outputHas("[  OK  ] keep");
    const lines = (await manager.ctlOk("list")).trimEnd().split("\n");
    assertEquals(lines.length, 102);
    const pids = lines.map((line) => /\(pid: (\d+)\)/.exec(line)?.[1]).filter(Boolean).map(Number);
    assertEquals(new Set(pids).size, 101);

    const crashed = await manager.servicePid("s7");
    manager.forgetOutput();
    Deno.kill(crashed, "SIGKILL");
    // The hard dependent restarts with it, because that is the default.
    await manager.outputHas("[  OK  ] boot");
    const replaced = await manager.servicePid("s7");
    assert(replaced !== crashed, "a new process");

    const before = await manager.servicePid("s8");
    assertIncludes(await manager.ctlOk("restart", "--force", "s8"), "started.");
    assert(await manager.servicePid("s8") !== before, "restart makes a new process");

    const stopped = await manager.servicePid("s9");
    const refused = await manager.ctl("stop", "s9");
    assertEquals(refused.code, 1);
    assertIncludes(refused.err, "boot");
    assertIncludes(await manager.ctlOk("stop", "--force", "s9"), "stopped");
    await gone(stopped);

    manager.signal("SIGTERM");
    assertEquals((await manager.ended()).code, 0);
    for (const pid of pids) assert(!await exists(pid), `process ${pid} is gone`);
  });
});

Deno.test("the manager removes its socket and exits with 0 when all has stopped", async () => {
  await withManager({ services: { boot: SLEEP } }, async (manager) => {
    await manager.outputHas("[  OK  ] boot");
    assertIncludes(await manager.ctlOk("shutdown"), "Connection closed");
    assertEquals((await manager.ended()).code, 0);
    await assertMissing(manager.socket);
  });
});

async function assertMissing(path: string): Promise<void> {
  const found = await Deno.lstat(path).then(() => true, () => false);
  assert(!found, `${path} is gone`);
}

Deno.test("services stop in the reverse of their order", async () => {
  const services = {
    boot: 'depends-on = ["top"]\n',
    top: `${SLEEP}depends-on = ["middle"]\n`,
    middle: `${SLEEP}depends-on = ["bottom"]\n`,
    bottom: SLEEP,
  };
  await withManager({ services }, async (manager) => {
    await manager.outputHas("[  OK  ] boot");
    manager.signal("SIGINT");
    await manager.ended();
    const order = [...manager.output.matchAll(/\[( {2}OK {2}|STOPPD)\] (\w+)/g)].map((m) => m[2]);
    assertEquals(order, ["bottom", "middle", "top", "boot", "boot", "top", "middle", "bottom"]);
  });
});

Deno.test("a child has clean signals, descriptors, session and environment", async () => {
  const services = {
    boot: SLEEP + 'working-dir = "/tmp"\n[environment]\nGREETING = "hello"\n',
  };
  await withManager({ services, env: { FROM_MANAGER: "yes" } }, async (manager) => {
    await manager.outputHas("[  OK  ] boot");
    const pid = await manager.servicePid("boot");
    const status = await Deno.readTextFile(`/proc/${pid}/status`);
    assertMatch(status, /^SigBlk:\t0+$/m);
    assertMatch(status, /^SigIgn:\t0+$/m);
    assertMatch(status, /^SigCgt:\t0+$/m);
    const descriptors: Record<string, string> = {};
    for (const entry of Deno.readDirSync(`/proc/${pid}/fd`)) {
      descriptors[entry.name] = Deno.readLinkSync(`/proc/${pid}/fd/${entry.name}`);
    }
    assertEquals(descriptors, { "0": "/dev/null", "1": "/dev/null", "2": "/dev/null" });
    assertEquals(await Deno.readLink(`/proc/${pid}/cwd`), "/tmp");
    const environment = (await Deno.readTextFile(`/proc/${pid}/environ`)).split("\0");
    assert(environment.includes("GREETING=hello") && environment.includes("FROM_MANAGER=yes"));
    const stat = await Deno.readTextFile(`/proc/${pid}/stat`);
    const [, , group, session] = stat.slice(stat.lastIndexOf(")") + 2).split(" ").map(Number);
    assertEquals([group, session], [pid, pid]);
  });
});

Deno.test("a service's output is in its buffer, and a stop signal reaches it", async () => {
  const script = `trap 'echo got it; exit 0' HUP; echo begun; while :; do sleep 0.1; done`;
  const services = {
    boot: `type = "process"\ncommand = ["/bin/sh", "-c", ${JSON.stringify(script)}]\n` +
      'log-type = "buffer"\nterm-signal = "HUP"\nrestart = false\n',
    keep: SLEEP,
  };
  await withManager({ services, start: ["boot", "keep"] }, async (manager) => {
    await manager.outputHas("[  OK  ] boot");
    while (!(await manager.ctlOk("catlog", "boot")).includes("begun")) { /* ask again */ }
    await manager.ctlOk("stop", "boot");
    // The signal goes to the whole group, so the shell may also remark on its child.
    assertMatch(await manager.ctlOk("catlog", "boot"), /^begun\n[\s\S]*got it\n$/);
  });
});

Deno.test("a process that was stopped takes its stop signal all the same", async () => {
  // Without a limit nothing else would ever end it.
  const services = { boot: SLEEP, stopped: `${SLEEP}stop-timeout = 0\n` };
  await withManager({ services, start: ["boot", "stopped"] }, async (manager) => {
    await manager.outputHas("[  OK  ] stopped");
    Deno.kill(await manager.servicePid("stopped"), "SIGSTOP");
    await manager.ctlOk("stop", "stopped");
    assertMatch(await manager.ctlOk("status", "stopped"), /STOPPED/);
  });
});

Deno.test("a program that is missing is reported with stage and error", async () => {
  const services = { boot: 'type = "process"\ncommand = ["/no/such/program"]\n', keep: SLEEP };
  await withManager({ services, start: ["keep"] }, async (manager) => {
    const { code, out, err } = await manager.ctl("start", "boot");
    assertEquals(code, 1);
    assertIncludes(out + err, "executing command");
    assertIncludes(out + err, "No such file or directory");
  });
});

Deno.test("a crashing service is given up after its limit", async () => {
  const services = {
    boot: 'type = "internal"\nwaits-for = ["crash"]\n',
    crash: 'type = "process"\ncommand = ["/bin/false"]\nrestart-delay = 0.01\n' +
      "restart-limit-count = 2\n",
  };
  await withManager({ services }, async (manager) => {
    await manager.outputHas("crash: Restart limit reached");
    await until(
      "the last stop",
      async () => (await manager.ctlOk("list")).includes("{X}] crash (exit status: 1)"),
    );
  });
});

Deno.test("a faulty description names file, line and column, and the others still start", async () => {
  const services = { boot: 'type = "proces"\n', keep: SLEEP };
  await withManager({ services, start: ["keep", "boot"] }, async (manager) => {
    await manager.outputHas("[  OK  ] keep");
    assertMatch(manager.log(), /boot\.toml:1:8: .*"proces"/);
    const { code, err } = await manager.ctl("start", "boot");
    assertEquals(code, 1);
    assertIncludes(err, "error in service description");
  });
});

Deno.test("a second manager on the same socket is refused", async () => {
  await withManager({ services: { boot: SLEEP } }, async (manager) => {
    const second = await new Deno.Command(PROGRAM, {
      args: ["-u", "-d", `${manager.folder}/services`, "-p", manager.socket],
      stderr: "piped",
      stdout: "piped",
    }).output();
    assertEquals(second.code, 1);
    assertIncludes(new TextDecoder().decode(second.stdout), "Another manager answers");
    await manager.ctlOk("list");
  });
});

Deno.test("an idle manager makes no wake-ups", async () => {
  await withManager({ services: { boot: SLEEP } }, async (manager) => {
    await manager.outputHas("[  OK  ] boot");
    // The runtime's own threads may still be tidying up after the start.
    const counts: number[] = [];
    while (counts.length < 6 && counts.at(-1) !== 0) {
      const before = await contextSwitches(manager);
      await new Promise((resolve) => setTimeout(resolve, 2000));
      counts.push(await contextSwitches(manager) - before);
    }
    assertEquals(counts.at(-1), 0, `wake-ups in each two seconds: ${counts}`);
  });
});

/** Voluntary context switches of all threads: each is a wait that was entered. */
async function contextSwitches(manager: Manager): Promise<number> {
  let sum = 0;
  for (const task of Deno.readDirSync(`/proc/${manager.pid}/task`)) {
    const status = await Deno.readTextFile(`/proc/${manager.pid}/task/${task.name}/status`);
    sum += Number(/^voluntary_ctxt_switches:\t(\d+)/m.exec(status)?.[1]);
  }
  return sum;
}

Deno.test("an internal service does not restart a process for ever that does not restart itself", async () => {
  const services = {
    boot: 'type = "internal"\ndepends-on = ["job"]\n',
    job: 'type = "process"\ncommand = ["/bin/sh", "-c", "exit 3"]\nrestart = false\n',
    keep: SLEEP,
  };
  await withManager({ services, start: ["keep", "boot"] }, async (manager) => {
    await until("the limit", () => manager.log().includes("boot: Restart limit reached (3 within"));
    await until("its end", async () => {
      return /\[ +\{[-X]\}\] +boot/.test(await manager.ctlOk("list"));
    });
    const ends = manager.log().split("job: Process exited with status 3").length - 1;
    assert(ends >= 4 && ends <= 5, `${ends} ends`);
  });
});

Deno.test("services that start each other by chain-to end at the restart limit", async () => {
  const job = 'type = "process"\ncommand = ["/bin/true"]\nrestart = false\nrestart-delay = 0\n';
  const services = {
    one: `${job}chain-to = "two"\n`,
    two: `${job}chain-to = "one"\n`,
    keep: SLEEP,
  };
  await withManager({ services, start: ["keep", "one"] }, async (manager) => {
    await until("the limit", () => manager.log().includes('Cannot chain to "'));
    assertMatch(manager.log(), /(one|two): Restart limit reached \(3 within/);
    const starts = manager.log().split(/service (?:one|two) started/).length - 1;
    assert(starts >= 6 && starts <= 8, `${starts} starts`);
  });
});
