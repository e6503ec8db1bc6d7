/** What a real manager tells of its starts, of what services take, and of their output. */
import { within } from "../../../tools/limit.ts";
import { assert, assertEquals, assertIncludes, assertMatch } from "../../assert.ts";
import { withFolder } from "../../folder.ts";
import { until } from "../../wait.ts";
import { type Manager, PROGRAM, withManager } from "../manager.ts";
import { ProgramOutput } from "../program_output.ts";
import { call } from "./both_ways.ts";

const SLEEPS = 'type = "process"\ncommand = ["/bin/sleep", "1000"]\n';
const CLIENT_LIMIT_MS = 60_000;

const SERVICES: Readonly<Record<string, string>> = {
  boot: 'type = "internal"\nwaits-for = ["web", "quick"]\n',
  web: `${SLEEPS}depends-on = ["db"]\n`,
  db: 'type = "process"\ncommand = ["/bin/sh", "-c", "echo >&3; exec sleep 1000"]\n' +
    'ready-notification = "pipefd:3"\ndepends-on = ["net"]\n',
  net: 'type = "scripted"\ncommand = ["/bin/sh", "-c", "sleep 0.2"]\n',
  quick: SLEEPS,
  busy: 'type = "process"\ncommand = ["/bin/sh", "-c", "while :; do :; done"]\n',
};

async function withServices(body: (manager: Manager) => Promise<void>): Promise<void> {
  await withManager({ services: SERVICES }, async (manager) => {
    await manager.outputHas("[  OK  ] boot");
    await body(manager);
  });
}

/**
 * What of a critical path stays as it is: when the manager began is worked out anew each time, of
 * two clocks that are read one after the other.
 */
async function pathOf(manager: Manager) {
  const { managerBegan, ...path } = await told(manager, "critical-path", "--json");
  assertMatch(managerBegan, /^\d{4}-.*Z$/);
  return path;
}

/** What a client that is only a pipe prints, for JSON. */
async function told(manager: Manager, ...words: readonly string[]) {
  const { code, out, err } = await call(manager, "short", words);
  assertEquals([code, err], [0, ""], words.join(" "));
  return JSON.parse(out);
}

Deno.test("critical-path, blame and boot-chart tell how the boot went, also after a reexec", async () => {
  await withServices(async (manager) => {
    const path = await pathOf(manager);
    const names = path.chain.map(({ service }: { service: string }) => service);
    assertEquals(names, ["net", "db", "web", "boot"]);
    for (const { begun, ownStart, launched, executed, ended, service } of path.chain) {
      if (service === "boot") continue;
      assert(begun <= ownStart && ownStart <= launched, service);
      assert(launched <= executed && executed <= ended, service);
    }
    assertEquals([path.service, path.kernel], ["boot", null]);
    const slowest = await told(manager, "blame", "--json");
    assertEquals(slowest[0].service, "net");
    assert(slowest[0].duration >= 0.2);
    const { out } = await call(manager, "short", ["boot-chart"]);
    assertEquals([out.slice(0, 4), out.slice(-7)], ["<svg", "</svg>\n"]);
    assertIncludes(out, "boot was up after");

    await manager.ctlOk("reexec");
    assertEquals(await pathOf(manager), path);
    assertEquals(await told(manager, "blame", "--json"), slowest);
    await manager.ctlOk("restart", "quick");
    const again = await told(manager, "critical-path", "--json", "quick");
    assertEquals(again.chain.length, 1);
    assertEquals(await pathOf(manager), path);
  });
});

Deno.test("top and status tell what a service takes of the machine", async () => {
  await withServices(async (manager) => {
    await manager.ctlOk("start", "busy");
    let cpu = 0;
    await until("processor time of a busy service", async () => {
      const [{ usage }] = await told(manager, "status", "--json", "busy");
      cpu = usage.cpu;
      assert(usage.memory > 0 && usage.tasks === 1, JSON.stringify(usage));
      return cpu > 0;
    });
    const rows = await told(manager, "top", "--json");
    assertEquals(rows[0].name, "busy");
    assert(rows[0].cpuPercent > 0 && rows[0].cpu >= cpu, JSON.stringify(rows[0]));
    const boot = rows.find(({ name }: { name: string }) => name === "boot");
    assertEquals([boot.source, boot.memory], ["none", null]);
    const { out } = await call(manager, "short", ["top", "--once"]);
    assertMatch(out, /^dinit itself: .* of memory|^dinit itself: \d/);
    assertIncludes(await manager.ctlOk("status", "busy"), "Uses: ");
  });
});

Deno.test("metrics tells states and counts, and writes a file whole", async () => {
  await withServices(async (manager) => {
    await manager.ctlOk("restart", "quick");
    const { out, code } = await call(manager, "short", ["metrics"]);
    assertEquals(code, 0);
    const lines = new Set(out.split("\n"));
    for (
      const line of [
        'dinit_service_state{service="web",dinit_service_state="started"} 1',
        'dinit_service_starts_total{service="quick"} 2',
        "# EOF",
      ]
    ) {
      assert(lines.has(line), `${line}\n${out}`);
    }
    const file = `${manager.folder}/dinit.prom`;
    await manager.ctlOk("metrics", "--output", file);
    const first = await Deno.stat(file);
    assertEquals((first.mode ?? 0) & 0o777, 0o644);
    await Deno.chmod(file, 0o640);
    await manager.ctlOk("metrics", "--output", file);
    const { mode, ino } = await Deno.stat(file);
    assertEquals([(mode ?? 0) & 0o777, ino === first.ino], [0o640, false]);
    assertMatch(await Deno.readTextFile(file), /^# HELP .*\n$/s);
    const left = [...Deno.readDirSync(manager.folder)].filter(({ name }) => name.includes(".new"));
    assertEquals(left, []);
    assertIncludes(
      (await manager.ctl("metrics", "--output", "/none/x")).err,
      "cannot write /none/x",
    );
  });
});

Deno.test("logs merges a buffer and a file that is put aside, and follows", async () => {
  const say = (count: number, what: string) =>
    `for i in $$(seq ${count}); do echo ${what} $$i; done; exec sleep 1000`;
  await withFolder((folder) =>
    withManager({
      services: {
        boot: 'type = "internal"\nwaits-for = ["one", "two"]\n',
        one: `type = "process"\ncommand = ["/bin/sh", "-c", "${say(40, "one")}"]\n` +
          `log-type = "file"\nlogfile = "${folder}/one.log"\nlog-timestamps = true\n` +
          "log-rotate-size = 1000\nlog-rotate-count = 9\n",
        two: `type = "process"\ncommand = ["/bin/sh", "-c", "${say(3, "two")}"]\n` +
          'log-type = "buffer"\nlog-timestamps = true\n',
      },
    }, async (manager) => {
      await manager.outputHas("[  OK  ] boot");
      await until("all that they say", async () => {
        const { out } = await manager.ctl("logs", "one", "two");
        return out.includes("one 40") && out.includes("two 3");
      });
      const lines = (await manager.ctlOk("logs", "--json")).trimEnd().split("\n")
        .map((line) => JSON.parse(line));
      assertEquals(lines.length, 43);
      const ones = lines.filter(({ service }) => service === "one").map(({ text }) => text);
      assertEquals(ones, Array.from({ length: 40 }, (_, index) => `one ${index + 1}`));
      const times = lines.map(({ time }) => time);
      assertEquals(times, times.toSorted());
      assertEquals((await manager.ctlOk("logs", "--boot", "-n", "1", "two")).slice(-6), "two 3\n");
      assertEquals(await manager.ctlOk("logs", "two", "--since", "1h ago", "--grep", "4$"), "");
      assertEquals(
        (await call(manager, "any", ["logs", "-n", "1", "one"])).out.slice(-7),
        "one 40\n",
      );

      const child = new Deno.Command(PROGRAM, {
        args: ["ctl", "-p", manager.socket, "logs", "-f", "one", "two"],
        stdin: "null",
        stdout: "piped",
        stderr: "inherit",
      }).spawn();
      const followed = new ProgramOutput(child.stdout);
      try {
        await followed.has("two: two 3");
        await manager.ctlOk("restart", "two");
        await followed.has(/two: two 3\n[^]*two: two 3\n/);
      } finally {
        child.kill("SIGTERM");
        await within(CLIENT_LIMIT_MS, "the client's end", child.status);
        await followed.ended;
      }
    })
  );
});

Deno.test("edit changes a description by an editor, keeps its mode, and refuses faults", async () => {
  await withServices(async (manager) => {
    const file = `${manager.folder}/services/quick.toml`;
    await Deno.chmod(file, 0o600);
    const edit = (script: string) =>
      call(manager, "any", ["edit", "quick"], {
        variables: { EDITOR: `sed -i '${script}'` },
      });
    const changed = await edit("s/1000/2000/");
    assertEquals([changed.code, changed.err], [0, ""]);
    assertEquals(changed.out, `Wrote ${file}.\nService 'quick' reloaded.\n`);
    assertEquals((await Deno.stat(file)).mode! & 0o777, 0o600);
    const text = await manager.ctlOk("cat", "quick");
    assertEquals(text, `# ${file}\n${SLEEPS.replace("1000", "2000")}`);
    const faulty = await edit("s/process/proces/");
    assertEquals(faulty.code, 1);
    assertIncludes(faulty.err, `the text is not in order, so ${file} stays:`);
    assertEquals(await manager.ctlOk("cat", "quick"), text);
    assertEquals((await edit("s/x/x/")).out, `${file} stays as it was: nothing was changed.\n`);
  });
});

Deno.test("a start at a terminal shows who is waited for", async () => {
  await withFolder((folder) =>
    withManager({
      services: {
        boot: 'type = "internal"\n',
        late: `${SLEEPS}depends-on = ["slow"]\n`,
        slow: `type = "scripted"\ncommand = ["/bin/sh", "-c", "read x <${folder}/gate"]\n`,
      },
    }, async (manager) => {
      const fifo = `${folder}/gate`;
      await new Deno.Command("mkfifo", { args: [fifo] }).output();
      for (const way of ["", "DINIT_CLIENT=full "]) {
        const words = `${way}${PROGRAM} ctl -p ${manager.socket} start late`;
        const child = new Deno.Command("script", {
          args: ["-q", "-e", "-c", words, "/dev/null"],
          stdin: "null",
          stdout: "piped",
          stderr: "inherit",
        }).spawn();
        const output = new ProgramOutput(child.stdout);
        await output.has(/Waiting for 'late' \(\d+ s\): 'slow' is starting for \d+ s/);
        const writer = new Deno.Command("sh", { args: ["-c", `echo >${fifo}`] }).spawn();
        await output.has("Service 'late' started.");
        await within(CLIENT_LIMIT_MS, "the client's end", child.status);
        await writer.status;
        await output.ended;
        assertEquals(output.text.slice(-29), "\r\x1b[KService 'late' started.\r\n");
        await manager.ctlOk("stop", "late");
        await manager.ctlOk("wait", "slow", "--state", "stopped");
      }
    })
  );
});
