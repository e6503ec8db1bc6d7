/** Services that tell about themselves over a notification socket. */
import { assert, assertEquals, assertIncludes } from "../../../assert.ts";
import { testNeeding, tool } from "../../../skip.ts";
import { type Manager, withManager } from "../../manager.ts";
import { say } from "../../programs/talk.ts";
import { until } from "../../../wait.ts";

const TALK = new URL("../../programs/talk.ts", import.meta.url).pathname;

/** A service that says these words; see `programs/talk.ts`. */
function talker(words: readonly string[], settings = ""): string {
  const command = [Deno.execPath(), "run", "--no-check", "-A", TALK, ...words];
  return `type = "process"\ncommand = ${JSON.stringify(command)}\n` +
    `ready-notification = "notify:socket"\noptions = ["start-interruptible"]\nrestart = false\n${settings}`;
}

interface Status {
  readonly state: string;
  readonly pid: number | null;
  readonly statusText: string | null;
  readonly stopReason: string;
}

async function statusOf(manager: Manager, name: string): Promise<Status> {
  const [status] = JSON.parse(await manager.ctlOk("status", "--json", name));
  return status;
}

Deno.test("a service is started when it says READY=1, and its status text is shown", async () => {
  const services = {
    boot: 'waits-for = ["talker"]\n',
    talker: talker(["STATUS=Warming up", "await-USR1", "READY=1\nSTATUS=Serving 3 clients"]),
  };
  await withManager({ services }, async (manager) => {
    await until("the first text", async () => {
      return (await statusOf(manager, "talker")).statusText === "Warming up";
    });
    const { state, pid } = await statusOf(manager, "talker");
    assertEquals(state, "starting");
    // The listener is in place a moment after the text.
    const pulse = setInterval(() => Deno.kill(pid ?? 0, "SIGUSR1"), 50);
    await manager.outputHas("[  OK  ] talker").finally(() => clearInterval(pulse));
    assertIncludes(await manager.ctlOk("status", "-n", "1", "talker"), "Status: Serving 3 clients");
  });
});

Deno.test("a message of a process that is not of the service is not listened to", async () => {
  const services = { boot: 'waits-for = ["talker"]\n', talker: talker(["STATUS=Waiting"]) };
  await withManager({ services }, async (manager) => {
    await until("the text", async () => {
      return (await statusOf(manager, "talker")).statusText === "Waiting";
    });
    const { pid } = await statusOf(manager, "talker");
    const environment = (await Deno.readTextFile(`/proc/${pid}/environ`)).split("\0");
    const address = environment.find((entry) => entry.startsWith("NOTIFY_SOCKET="))?.slice(14);
    assert(address !== undefined);
    say(address, "READY=1");
    const why = `Ignored a notification of process ${Deno.pid}: it is not of the service`;
    await until("the complaint", async () => {
      await manager.ctlOk("list");
      return manager.log().includes(why);
    });
    assertEquals((await statusOf(manager, "talker")).state, "starting");
  });
});

Deno.test("a service that gives no sign of life is ended by SIGABRT and restarted", async () => {
  const services = {
    boot: 'waits-for = ["talker"]\n',
    talker: talker(["READY=1"], "watchdog-timeout = 0.2\n").replace(
      "restart = false",
      'restart = "on-failure"\nrestart-delay = 0',
    ),
  };
  await withManager({ services }, async (manager) => {
    await manager.outputHas("[  OK  ] talker");
    manager.forgetOutput();
    await manager.outputHas("[  OK  ] talker");
    assertIncludes(manager.log(), "talker: No sign of life within watchdog-timeout");
    assertIncludes(manager.log(), "talker: Process was ended by SIGABRT");
  });
});

Deno.test("a descendant becomes the main process and outlives the first one", async () => {
  const services = {
    boot: 'waits-for = ["talker"]\n',
    talker: talker(["fork", "READY=1"]),
    keep: 'type = "process"\ncommand = "/bin/sleep 1000"\n',
  };
  await withManager({ services, start: ["boot", "keep"] }, async (manager) => {
    await manager.outputHas("[  OK  ] talker");
    const { pid } = await statusOf(manager, "talker");
    const stat = await Deno.readTextFile(`/proc/${pid}/stat`);
    const first = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
    assert(first !== manager.pid, "its parent is the first process");
    Deno.kill(first, "SIGKILL");
    await until("the adoption", async () => {
      const now = await Deno.readTextFile(`/proc/${pid}/stat`);
      return now.slice(now.lastIndexOf(")") + 2).split(" ")[1] === String(manager.pid);
    });
    const after = await statusOf(manager, "talker");
    assertEquals([after.state, after.pid], ["started", pid]);
    Deno.kill(pid ?? 0, "SIGTERM");
    await until("its end", async () => (await statusOf(manager, "talker")).state === "stopped");
    assertEquals((await statusOf(manager, "talker")).stopReason, "terminated");
  });
});

Deno.test("what a service says just before its end is heard", async () => {
  const services = {
    boot: 'waits-for = ["talker"]\n',
    talker: talker(["READY=1", "STATUS=Done", "end"]),
    keep: 'type = "process"\ncommand = "/bin/sleep 1000"\n',
  };
  await withManager({ services, start: ["boot", "keep"] }, async (manager) => {
    await manager.outputHas("[STOPPD] talker");
    assertIncludes(manager.output, "[  OK  ] talker");
    assertEquals((await statusOf(manager, "talker")).statusText, "Done");
  });
});

/** The same words from a process whose parents have ended. */
function orphan(
  words: readonly string[],
  how: "in the session" | "in a session of its own",
): string {
  const quoted = [Deno.execPath(), "run", "--no-check", "-A", TALK, ...words]
    .map((word) => `'${word}'`).join(" ");
  const setsid = how === "in the session" ? "" : "setsid ";
  const script = `( (${setsid}${quoted} &) ) ; exec sleep 1000`;
  return `type = "process"\ncommand = ${JSON.stringify(["/bin/sh", "-c", script])}\n` +
    'ready-notification = "notify:socket"\noptions = ["start-interruptible"]\nrestart = false\n';
}

for (const how of ["in the session", "in a session of its own"] as const) {
  Deno.test(`a process whose parents have ended is heard: ${how}`, async () => {
    const services = {
      boot: 'waits-for = ["talker"]\n',
      talker: orphan(["STATUS=From afar", "MAINPID", "READY=1"], how),
      keep: 'type = "process"\ncommand = "/bin/sleep 1000"\n',
    };
    await withManager({ services, start: ["boot", "keep"] }, async (manager) => {
      await manager.outputHas("[  OK  ] talker");
      const { pid, statusText } = await statusOf(manager, "talker");
      assertEquals(statusText, "From afar");
      // It named itself as the main process, and its end is noticed.
      assertIncludes(await Deno.readTextFile(`/proc/${pid}/cmdline`), "talk.ts");
      Deno.kill(pid ?? 0, "SIGKILL");
      await until("its end", async () => (await statusOf(manager, "talker")).state !== "started");
      assert(!manager.log().includes("Ignored a notification"));
    });
  });
}

Deno.test("a reload is shown until the service is ready again", async () => {
  const services = {
    boot: 'waits-for = ["talker"]\n',
    talker: talker([
      "STATUS=Serving",
      "READY=1",
      "RELOADING=1\nMONOTONIC_USEC=12345",
      "await-USR1",
      "READY=1",
    ]),
  };
  await withManager({ services }, async (manager) => {
    const textIs = (text: string) =>
      until(text, async () => (await statusOf(manager, "talker")).statusText === text);
    await textIs("Reloading: Serving");
    const { pid, state } = await statusOf(manager, "talker");
    assertEquals(state, "started");
    assertIncludes(
      await manager.ctlOk("status", "-n", "1", "talker"),
      "Status: Reloading: Serving",
    );
    const pulse = setInterval(() => Deno.kill(pid ?? 0, "SIGUSR1"), 50);
    await textIs("Serving").finally(() => clearInterval(pulse));
  });
});

Deno.test("descriptors that come with a message are closed at once", async () => {
  const services = {
    boot: 'waits-for = ["talker"]\n',
    talker: talker(["BARRIER=1", "FDSTORE=1\nFDNAME=a", "READY=1", "BARRIER=1", "STATUS=Done"]),
  };
  await withManager({ services }, async (manager) => {
    // Whoever asks has a connection for a while.
    const held = () =>
      [...Deno.readDirSync(`/proc/${manager.pid}/fd`)]
        .map(({ name }) => linkOf(`/proc/${manager.pid}/fd/${name}`))
        .filter((link) => !link.startsWith("socket:") && link !== "");
    await until("the text", async () => (await statusOf(manager, "talker")).statusText === "Done");
    const { pid } = await statusOf(manager, "talker");
    const output = await Deno.readLink(`/proc/${pid}/fd/1`);
    const before = held();
    assertEquals(output, "/dev/null");
    // The manager has one of its own, for its children, and its standard input.
    assert(before.filter((link) => link === output).length <= 3, before.join(" "));
    await manager.ctlOk("restart", "--force", "talker").catch(() => "");
    await until("the text", async () => (await statusOf(manager, "talker")).statusText === "Done");
    assertEquals(held().length, before.length, held().join(" "));
  });
});

function linkOf(path: string): string {
  try {
    return Deno.readLinkSync(path);
  } catch {
    return "";
  }
}

Deno.test("a watched process is told its time limit and its own number", async () => {
  const services = {
    boot: 'waits-for = ["talker"]\n',
    talker: talker(["READY=1"], "watchdog-timeout = 60\n"),
  };
  await withManager({ services, env: { WATCHDOG_PID: "1" } }, async (manager) => {
    await manager.outputHas("[  OK  ] talker");
    const { pid } = await statusOf(manager, "talker");
    const environment = (await Deno.readTextFile(`/proc/${pid}/environ`)).split("\0");
    assertEquals(environment.filter((entry) => entry.startsWith("WATCHDOG_")).sort(), [
      `WATCHDOG_PID=${pid}`,
      "WATCHDOG_USEC=60000000",
    ]);
  });
});

Deno.test("what the manager itself was told by its own supervisor reaches no service", async () => {
  const services = {
    boot: 'depends-on = ["plain", "given"]\n',
    plain: 'type = "process"\ncommand = ["/bin/sleep", "1000"]\n',
    given: 'type = "process"\ncommand = ["/bin/sleep", "1000"]\n' +
      '[environment]\nNOTIFY_SOCKET = "@mine"\nLISTEN_FDNAMES = "web"\n',
  };
  const told = {
    NOTIFY_SOCKET: "@outer",
    WATCHDOG_USEC: "500000",
    WATCHDOG_PID: "1",
    LISTEN_PID: "1",
    LISTEN_PIDFDID: "2",
    LISTEN_FDS: "1",
    LISTEN_FDNAMES: "outer",
  };
  await withManager({ services, env: told }, async (manager) => {
    await manager.outputHas("[  OK  ] boot");
    const toldOf = async (name: string) => {
      const environment = await Deno.readTextFile(
        `/proc/${await manager.servicePid(name)}/environ`,
      );
      return environment.split("\0").filter((entry) => /^(NOTIFY|WATCHDOG|LISTEN)_/.test(entry));
    };
    assertEquals(await toldOf("plain"), []);
    assertEquals((await toldOf("given")).sort(), ["LISTEN_FDNAMES=web", "NOTIFY_SOCKET=@mine"]);
  });
});

testNeeding(
  "systemd-notify is served, its barrier included",
  [tool("systemd-notify")],
  async () => {
    // It waits until the manager has closed the descriptor of BARRIER=1, and fails after five
    // seconds.
    const script = "systemd-notify --ready --status='Told by systemd-notify' && " +
      "systemd-notify --status='Told twice' && exec sleep 1000";
    const services = {
      boot: `type = "process"\ncommand = ${JSON.stringify(["/bin/sh", "-c", script])}\n` +
        'ready-notification = "notify:socket"\nrestart = false\n',
    };
    await withManager({ services }, async (manager) => {
      await manager.outputHas("[  OK  ] boot");
      await until("the second text", async () => {
        return (await statusOf(manager, "boot")).statusText === "Told twice";
      });
      const { pid } = await statusOf(manager, "boot");
      await until("the end of the second call", async () => {
        return (await Deno.readTextFile(`/proc/${pid}/cmdline`)).includes("1000");
      });
    });
  },
);
