/** `dinitctl`, `dinit-monitor` and `shutdown` of the built executable, against a real manager. */
import { within } from "../../../tools/limit.ts";
import { assert, assertEquals, assertIncludes, assertMatch } from "../../assert.ts";
import { Manager, type Outcome, PROGRAM, withManager } from "../manager.ts";
import { ProgramOutput } from "../program_output.ts";

const SLEEP = 'type = "process"\ncommand = ["/bin/sleep", "1000"]\n';
const LIMIT_MS = 20_000;

const SERVICES: Readonly<Record<string, string>> = {
  boot: 'type = "internal"\nwaits-for = ["web"]\nwaits-for-d = ["boot-links"]\n',
  web: `${SLEEP}depends-on = ["db"]\n`,
  db: SLEEP,
  extra: SLEEP,
  talker: 'type = "process"\ncommand = ["/bin/sh", "-c", "echo one; echo two; exec sleep 1000"]\n' +
    'log-type = "buffer"\n',
  unlaunchable: 'type = "process"\ncommand = ["/no/such/program"]\n',
  failing: 'type = "scripted"\ncommand = ["/bin/sh", "-c", "exit 3"]\n',
  gate: 'type = "triggered"\n',
  keep: 'type = "internal"\n',
};

async function withServices(body: (manager: Manager) => Promise<void>): Promise<void> {
  await withManager({ services: SERVICES, start: ["boot", "keep"] }, async (manager) => {
    // The directory is read when something is enabled, and again at the next load.
    await Deno.mkdir(`${manager.folder}/services/boot-links`);
    await manager.outputHas("[  OK  ] boot");
    await body(manager);
  });
}

/** Runs the executable. */
async function run(words: readonly string[], env: Record<string, string> = {}): Promise<Outcome> {
  const { code, stdout, stderr } = await new Deno.Command(PROGRAM, {
    args: [...words],
    env,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
}

/** A program in the background whose output is waited for. */
class Background {
  readonly child: Deno.ChildProcess;
  readonly #output: ProgramOutput;

  constructor(program: string, args: readonly string[]) {
    this.child = new Deno.Command(program, {
      args: [...args],
      stdin: "null",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    this.#output = new ProgramOutput(this.child.stdout);
  }

  async has(text: string): Promise<void> {
    await this.#output.has(text);
  }

  async end(): Promise<number> {
    try {
      this.child.kill("SIGINT");
    } catch { /* it has ended already */ }
    const { code } = await within(LIMIT_MS, "The end of the program", this.child.status);
    await this.#output.ended;
    return code;
  }
}

Deno.test("dinitctl starts, stops, restarts and lists services", async () => {
  await withServices(async (manager) => {
    assertEquals(
      (await manager.ctlOk("list")).replaceAll(/pid: [0-9]+/g, "pid: N").split("\n"),
      [
        "[[+]     ] boot",
        "[{+}     ] web (pid: N)",
        "[{+}     ] db (pid: N)",
        "[[+]     ] keep",
        "",
      ],
    );
    assertEquals(await manager.ctlOk("start", "extra"), "Service 'extra' started.\n");
    assertEquals(await manager.ctlOk("start", "extra"), "Service (already) started.\n");
    assertEquals(
      await manager.ctlOk("restart", "extra"),
      "Service 'extra' stopped.\nService 'extra' started.\n",
    );
    assertEquals(await manager.ctlOk("stop", "extra"), "Service 'extra' stopped.\n");
    assertEquals(await manager.ctlOk("stop", "extra"), "Service (already) stopped.\n");
    assertEquals(await manager.ctlOk("start", "gate", "--no-wait").then(firstWord), "Issued");
    assertEquals(await manager.ctlOk("trigger", "gate"), "");
    assertEquals(await manager.ctlOk("is-started", "gate"), "STARTED\n");

    const refused = await manager.ctl("stop", "db");
    assertEquals([refused.code, refused.err.split("\n").slice(0, 3)], [1, [
      "dinitctl: cannot stop service 'db' due to the following dependents:",
      "(only direct dependents are listed. Exercise caution before using '--force' !!)",
      "  web",
    ]]);
    assertEquals(
      await manager.ctlOk("stop", "db", "web"),
      "Service 'web' stopped.\nService 'db' stopped.\n",
    );
    assertEquals(
      await manager.ctlOk("release", "keep"),
      "Service stopped.\n",
    );
  });
});

function firstWord(text: string): string {
  return text.split(" ")[0] ?? "";
}

Deno.test("dinitctl tells why a service did not start", async () => {
  await withServices(async (manager) => {
    const launch = await manager.ctl("start", "unlaunchable");
    assertEquals([launch.code, launch.out], [
      1,
      "Service 'unlaunchable' failed to start.\nReason: execution of service process failed:\n" +
      "        Stage: executing command\n        Error: No such file or directory\n",
    ]);
    const failing = await manager.ctl("start", "failing");
    assertEquals(
      failing.out.split("\n")[1],
      "Reason: service process terminated before ready: exited - status 3",
    );
    assertEquals((await manager.ctl("is-failed", "failing")).code, 0);
    assertIncludes(
      await manager.ctlOk("status", "failing"),
      "State: STOPPED (failed to start; exited - status 3)",
    );
    const missing = await manager.ctl("start", "tolker");
    assertEquals(missing.code, 1);
    assertIncludes(missing.err, "did you mean 'talker'?");
    const pinned = await manager.ctl("stop", "--pin", "extra");
    assertEquals(pinned.code, 0, pinned.err);
    const refused = await manager.ctl("start", "extra");
    assertIncludes(refused.err, "cannot start service 'extra' as it is pinned stopped");
    assertEquals(await manager.ctlOk("unpin", "extra"), "Service 'extra' unpinned.\n");
  });
});

Deno.test("dinitctl shows output, follows it, and sends signals", async () => {
  await withServices(async (manager) => {
    await manager.ctlOk("start", "talker");
    const followed = new Background(PROGRAM, ["ctl", "-p", manager.socket, "logs", "-f", "talker"]);
    await followed.has("two\n");
    assertEquals(await manager.ctlOk("catlog", "talker"), "one\ntwo\n");
    const watched = new Background(PROGRAM, ["ctl", "-p", manager.socket, "watch", "talk*"]);
    const waited = manager.ctl("wait", "talker", "--state", "stopped", "--timeout", "20s");
    // Both are listening when the manager answers for them; a restart is then seen whole.
    await seenBy(manager, watched);
    // The restarts may have cut it short.
    while (!(await manager.ctlOk("catlog", "talker")).endsWith("one\ntwo\n"));
    await manager.ctlOk("restart", "talker");
    await followed.has("one\ntwo\n(dinit: note: service restarted)\none\ntwo\n");
    await watched.has("talker started");
    assertEquals(await manager.ctlOk("signal", "TERM", "talker"), "");
    assertEquals((await waited).code, 0);
    await followed.end();
    await watched.end();
  });
});

Deno.test("dinitctl watch draws a table on a terminal and gives it back", async () => {
  await withServices(async (manager) => {
    const words = ["ctl", "-p", manager.socket, "watch", "web", "extra"];
    // script(1) gives it a terminal of its own; what we write is typed there.
    const child = new Deno.Command("script", {
      args: ["-qec", [PROGRAM, ...words].join(" "), "/dev/null"],
      env: { TERM: "xterm", NO_COLOR: "1" },
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    const output = new ProgramOutput(child.stdout);
    await output.has("started   web");
    await manager.ctlOk("start", "extra");
    await output.has("started   extra");
    await manager.ctlOk("restart", "extra");
    await output.has(" started\x1b[K");
    const keys = child.stdin.getWriter();
    await keys.write(new TextEncoder().encode("q"));
    const { code } = await within(LIMIT_MS, "The end of the table", child.status);
    await output.ended;
    await keys.close().catch(() => {});
    assertEquals(code, 0);
    assert(output.text.startsWith("\x1b[?25l"), "the cursor is hidden first");
    const rest = output.text.slice(output.text.lastIndexOf("\x1b[J"));
    assert(rest.startsWith("\x1b[J\x1b[?25h2 services: 2 started"), rest);
  });
});

/** Restarts a service until a watcher has told of it once. */
async function seenBy(manager: Manager, watched: Background): Promise<void> {
  const seen = watched.has("talker stopped");
  let isSeen = false;
  seen.then(() => isSeen = true, () => {});
  while (!isSeen) await manager.ctlOk("restart", "talker");
  await seen;
}

Deno.test("dinitctl enables and disables services in the manager and on disk", async () => {
  await withServices(async (manager) => {
    const link = `${manager.folder}/services/boot-links/extra`;
    assertEquals(
      await manager.ctlOk("enable", "extra"),
      "Service 'extra' has been enabled.\nService 'extra' started.\n",
    );
    assertEquals(await Deno.readLink(link), "../extra.toml");
    assertIncludes(await manager.ctlOk("list"), "[{+}     ] extra");
    assertIncludes(await manager.ctlOk("tree", "boot"), "extra [started] waits-for");
    const again = await manager.ctl("enable", "extra");
    assertEquals([again.code, again.err], [1, "dinitctl: service already enabled.\n"]);
    assertEquals(
      await manager.ctlOk("disable", "extra"),
      "Service 'extra' has been disabled.\n",
    );
    assertEquals(
      (await manager.ctl("disable", "extra")).err,
      "dinitctl: service not currently enabled\n",
    );

    const offline = ["ctl", "-o", "-d", `${manager.folder}/services`];
    assertEquals((await run([...offline, "enable", "extra"])).code, 0);
    assertEquals(await Deno.readLink(link), "../extra.toml");
    assertEquals((await run([...offline, "disable", "extra"])).code, 0);
  });
});

Deno.test("dinitctl changes dependencies, environment and descriptions", async () => {
  await withServices(async (manager) => {
    assertEquals(
      await manager.ctlOk("add-dep", "waits-for", "boot", "extra"),
      "Service 'boot': dependency 'extra' added\n",
    );
    assertEquals(
      await manager.ctlOk("rm-dep", "waits-for", "boot", "extra"),
      "Service 'boot': dependency 'extra' removed\n",
    );
    const circle = await manager.ctl("add-dep", "need", "db", "web");
    assertEquals(circle.code, 1);
    assertEquals(await manager.ctlOk("setenv", "A=1", "B"), "");
    assertEquals(await manager.ctlOk("unsetenv", "A"), "");

    const file = `${manager.folder}/services/web.toml`;
    assert(!(await manager.ctlOk("status", "web")).includes("modified"));
    await Deno.utime(file, 1, 1);
    assertIncludes(await manager.ctlOk("status", "web"), "web.toml (modified since loaded)\n");
    assertIncludes((await manager.ctl("start", "web")).err, "use 'dinitctl reload web'");
    assertEquals(await manager.ctlOk("reload", "web"), "Service 'web' reloaded.\n");
    assertEquals((await manager.ctl("start", "web")).err, "");

    await manager.ctlOk("reload", "extra");
    assertEquals(await manager.ctlOk("unload", "extra"), "Service 'extra' unloaded.\n");
    assertEquals((await manager.ctl("unload", "extra")).err, "dinitctl: service not loaded.\n");
    assertIncludes(await manager.ctlOk("list", "--all", "ext*"), "extra (not loaded)");
    const [extra] = JSON.parse(await manager.ctlOk("list", "--all", "--json", "extra"));
    assertEquals(extra, { name: "extra", loaded: false, maskedBy: null });
  });
});

Deno.test("dinitctl shutdown ends the manager and waits for its end", async () => {
  const manager = await Manager.start({ services: SERVICES });
  try {
    assertEquals(
      await manager.ctlOk("shutdown"),
      "Shutting down dinit...\nConnection closed.\n",
    );
    assertEquals((await manager.ended()).code, 0);
    const gone = await manager.ctl("list");
    assertEquals(gone.code, 1);
    assertMatch(gone.err, /^dinitctl: connecting to socket: .*: No such file or directory\n/);
  } finally {
    await manager.dispose();
  }
});

Deno.test("dinit monitor runs its command at events and variables", async () => {
  await withServices(async (manager) => {
    const services = new Background(PROGRAM, [
      ...["monitor", "-p", manager.socket, "-i", "-c", '/bin/echo "%n:" %s %%', "extra", "web"],
    ]);
    await services.has("extra: stopped %\nweb: started %\n");
    await manager.ctlOk("start", "extra");
    await services.has("extra: started %\n");
    await services.end();

    const once = run([
      ...["monitor", "-p", manager.socket, "-E", "-i", "-e", "-c", "/bin/echo %n=%v %s", "LATER"],
    ]);
    let isDone = false;
    once.then(() => isDone = true);
    while (!isDone) await manager.ctlOk("setenv", "LATER=a b");
    assertEquals(await once.then(({ code, out }) => [code, out]), [0, "LATER=a b set\n"]);
  });
});

Deno.test("a closed pipe ends the output and not the command", async () => {
  await withServices(async (manager) => {
    const child = new Deno.Command("/bin/sh", {
      args: ["-c", `"$0" ctl -p "$1" start extra | true; "$0" ctl -p "$1" is-started extra`]
        .concat(PROGRAM, manager.socket),
      stdin: "null",
      stdout: "piped",
    });
    const { stdout } = await within(LIMIT_MS, "The pipe", child.output());
    assertEquals(new TextDecoder().decode(stdout), "STARTED\n");
  });
});

Deno.test("a service may talk to its manager over the connection that it is given", async () => {
  const asking = {
    ...SERVICES,
    asking: `type = "scripted"\noptions = ["pass-cs-fd"]\nlog-type = "buffer"\n` +
      `command = ["${PROGRAM}", "ctl", "--use-passed-cfd", "-p", "/no/such/socket", "list", "ask*"]\n`,
  };
  await withManager({ services: asking, start: ["keep"] }, async (manager) => {
    await manager.outputHas("[  OK  ] keep");
    assertEquals(await manager.ctlOk("start", "asking"), "Service 'asking' started.\n");
    assertMatch(
      await manager.ctlOk("catlog", "asking"),
      /^\[\[ \]<< {3}\] asking \(pid: [0-9]+\)\n$/,
    );
  });
});

Deno.test("the names of the executable are its programs", async () => {
  const folder = await Deno.makeTempDir({ prefix: "dinit-names-" });
  try {
    const shutdowns = ["shutdown", "halt", "poweroff", "reboot", "soft-reboot"];
    shutdowns.push(...shutdowns.map((name) => `dinit-${name}`));
    for (const name of ["dinitctl", "dinit-monitor", ...shutdowns]) {
      await Deno.symlink(PROGRAM, `${folder}/${name}`);
    }
    const call = (name: string, ...args: string[]) =>
      new Deno.Command(`${folder}/${name}`, { args, stdin: "null" }).output();
    const version = await call("dinitctl", "--version");
    assertMatch(new TextDecoder().decode(version.stdout), /^Dinit version .*\.\n$/);
    assertEquals((await call("dinit-monitor", "--help")).code, 1);
    for (const name of shutdowns) {
      const help = await call(name, "now");
      assertEquals(help.code, 1, name);
      assertIncludes(new TextDecoder().decode(help.stdout), `Usage: ${name}`);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
