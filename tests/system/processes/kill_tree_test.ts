/** Services with kill-tree leave nothing, whatever their processes do to get away. */
import { assert, assertEquals, assertIncludes } from "../../assert.ts";
import { surroundings, testNeeding } from "../../skip.ts";
import { type Manager, withManager } from "../manager.ts";
import { until } from "../../wait.ts";

const SLEEP = 'type = "process"\ncommand = ["/bin/sleep", "1000"]\n';
const UNIFIED = "/sys/fs/cgroup/unified";

/** A number of seconds that nobody else sleeps: tells the processes of one test from all others. */
function freshSeconds(): number {
  return 1_000_000 + Math.floor(Math.random() * 1_000_000_000);
}

/** PIDs of processes with this word among their arguments. */
function running(word: string | number): number[] {
  const found: number[] = [];
  for (const { name } of Deno.readDirSync("/proc")) {
    if (!/^[0-9]+$/.test(name)) continue;
    try {
      const words = Deno.readTextFileSync(`/proc/${name}/cmdline`).split("\0");
      if (words.includes(String(word))) found.push(Number(name));
    } catch { /* it has ended meanwhile */ }
  }
  return found;
}

/** The same service with every way to get away, each of which ends in `sleep SECONDS`. */
function fugitives(seconds: number, then: string): string {
  const sleep = `sleep ${seconds}`;
  return [
    `${sleep} &`,
    `setsid ${sleep} &`,
    `setsid sh -c 'setsid ${sleep} & exit' &`,
    `(setsid sh -c '(setsid ${sleep} &)' &)`,
    `env -i /usr/bin/setsid ${sleep} &`,
    then,
  ].join("\n");
}
const FUGITIVES = 5;

function service(type: string, script: string, settings = ""): string {
  const command = JSON.stringify(["/bin/sh", "-c", script.replaceAll("$", "$$$$")]);
  return `type = "${type}"\ncommand = ${command}\nkill-tree = true\nrestart = false\n${settings}`;
}

/**
 * A daemon that is no child of the manager, in a session of its own, because its whole group is
 * signalled. Its PID takes the place of DAEMON in the service, and the path of a file that of
 * PIDFILE.
 */
function startStranger(manager: Manager, script: string, mark: string): Deno.ChildProcess {
  const daemon = new Deno.Command("setsid", { args: ["sh", "-c", script, mark], stderr: "null" })
    .spawn();
  const file = `${manager.folder}/services/boot.toml`;
  const text = Deno.readTextFileSync(file).replaceAll("PIDFILE", `${manager.folder}/pid`);
  Deno.writeTextFileSync(file, text.replace("DAEMON", String(daemon.pid)));
  return daemon;
}

interface Way {
  readonly name: string;
  /** Gives the value of --cgroup-path. */
  begin(): string;
  end(path: string): void;
}

const WAYS: readonly Way[] = [
  { name: "by the table of processes", begin: () => "/nowhere", end: () => {} },
  {
    name: "by control groups",
    begin: () => {
      const path = `${UNIFIED}/dinit-test-${crypto.randomUUID()}`;
      Deno.mkdirSync(path);
      return path;
    },
    end: (path) => {
      const groups = [...Deno.readDirSync(path)].filter((entry) => entry.isDirectory);
      assertEquals(groups, [], "the groups are gone again");
      Deno.removeSync(path);
    },
  },
];

function hasGroups(): boolean {
  try {
    Deno.statSync(`${UNIFIED}/cgroup.procs`);
    return true;
  } catch {
    return false;
  }
}

for (const way of WAYS) {
  const needs = way.name.endsWith("groups")
    ? [
      surroundings("root", Deno.uid() === 0),
      surroundings("control groups version 2 in /sys/fs/cgroup/unified", hasGroups()),
    ]
    : [];
  const test = (
    name: string,
    services: (seconds: number) => Record<string, string>,
    body: (manager: Manager, seconds: number, path: string) => Promise<void>,
  ) =>
    testNeeding(`${name} (${way.name})`, needs, async () => {
      const path = way.begin();
      const seconds = freshSeconds();
      const args = ["--cgroup-path", path];
      const all = { ...services(seconds), keep: SLEEP };
      await withManager({ services: all, start: ["keep"], args }, async (manager) => {
        await body(manager, seconds, path);
        assertEquals(running(seconds), []);
        await manager.ctlOk("status", "keep");
        assert(await manager.servicePid("keep") > 0, "others are as they were");
      });
      way.end(path);
    });

  test(
    "kill-tree ends what left its session and its parents when the service stops",
    (seconds) => ({ boot: service("process", fugitives(seconds, "exec sleep 1000")) }),
    async (manager, seconds) => {
      await manager.ctlOk("start", "boot");
      await until("its children", () => running(seconds).length >= FUGITIVES);
      await manager.ctlOk("stop", "boot");
      assertEquals(running(seconds), [], "when the service counts as stopped, all is gone");
    },
  );

  for (
    const [what, script] of [
      ["divided once", (seconds: number) => `setsid sleep ${seconds} & exit 0`],
      // The process between ends later than the launcher.
      [
        "divided twice",
        (seconds: number) =>
          `setsid sh -c 'setsid sleep ${seconds} & while kill -0 $0 2>/dev/null; do :; done' $$ & exit 0`,
      ],
    ] as const
  ) {
    test(
      `a daemon without a pid file that ${what} is found, watched and stopped`,
      (seconds) => ({ boot: service("bgprocess", script(seconds)) }),
      async (manager, seconds) => {
        await manager.ctlOk("start", "boot");
        const isFound = async () => {
          const [daemon] = running(seconds);
          return daemon !== undefined && await manager.servicePid("boot") === daemon;
        };
        await until("the daemon", isFound);
        await manager.ctlOk("stop", "boot");
        assertEquals(running(seconds), []);
        await manager.ctlOk("start", "boot");
        await until("the next daemon", isFound);
        Deno.kill(running(seconds)[0] ?? 0, "SIGKILL");
        await until(
          "its end",
          async () => (await manager.ctlOk("status", "boot")).includes("signalled - signal 9"),
        );
      },
    );
  }

  test(
    "a launcher without a pid file that leaves nothing has failed",
    () => ({ boot: service("bgprocess", "exit 0") }),
    async (manager) => {
      const { code } = await manager.ctl("start", "boot");
      assertEquals(code, 1);
      await manager.outputHas("Cannot find the daemon: The command left no process");
    },
  );

  test(
    "kill-tree ends what a crash left, before the service starts again",
    (seconds) => ({
      boot: service(
        "process",
        `setsid sleep ${seconds} &\nexec sleep ${seconds}1`,
        "restart = true\nrestart-delay = 0\n",
      ).replace("restart = false\n", ""),
    }),
    async (manager, seconds) => {
      await manager.ctlOk("start", "boot");
      await until("its child", () => running(seconds).length === 1);
      const [child] = running(seconds);
      const before = await manager.servicePid("boot");
      Deno.kill(before, "SIGKILL");
      await until("the next run", () => {
        const [main] = running(`${seconds}1`);
        return main !== undefined && main !== before && running(seconds).length === 1;
      });
      assert(running(seconds)[0] !== child, "a child of the new run");
      await manager.ctlOk("stop", "boot");
      assertEquals(running(`${seconds}1`), []);
    },
  );

  test(
    "kill-tree kills what ignores TERM once stop-timeout is over",
    (seconds) => ({
      boot: service(
        "process",
        `setsid sh -c 'trap "" TERM; while :; do sleep 0.1; done' ${seconds} &\nexec sleep 1000`,
        "stop-timeout = 0.3\n",
      ),
    }),
    async (manager, seconds) => {
      await manager.ctlOk("start", "boot");
      await until("its child", () => running(seconds).length > 0);
      const begin = performance.now();
      await manager.ctlOk("stop", "boot");
      const took = performance.now() - begin;
      assert(took > 250, `${took} ms`);
    },
  );

  test(
    "kill-tree of a scripted service leaves alone what its start command started, until it stops",
    (seconds) => ({
      boot: service("scripted", `setsid sleep ${seconds} &`),
      commanded: service("scripted", `setsid sleep ${seconds}1 &`, 'stop-command = "/bin/true"\n'),
    }),
    async (manager, seconds) => {
      await manager.ctlOk("start", "boot");
      await manager.ctlOk("start", "commanded");
      await until("its child", () => running(seconds).length === 1);
      await until("its child", () => running(`${seconds}1`).length === 1);
      await manager.ctlOk("stop", "boot");
      assertEquals([running(seconds).length, running(`${seconds}1`).length], [0, 1]);
      await manager.ctlOk("stop", "commanded");
      assertEquals(running(`${seconds}1`), []);
    },
  );

  test(
    "kill-tree ends what a failed start left, also one that took too long",
    (seconds) => ({
      failing: service("scripted", `setsid sleep ${seconds} &\nexit 3`),
      slow: service(
        "scripted",
        `setsid sleep ${seconds} &\nexec sleep ${seconds}`,
        "start-timeout = 0.3\n",
      ),
    }),
    async (manager, seconds) => {
      assertEquals((await manager.ctl("start", "failing")).code, 1);
      await until("its end", () => running(seconds).length === 0);
      assertEquals((await manager.ctl("start", "slow")).code, 1);
      await until("its end", () => running(seconds).length === 0);
    },
  );

  test(
    "kill-tree of a bgprocess keeps its daemon until the stop, and then takes its children too",
    (seconds) => ({
      boot: service(
        "bgprocess",
        `setsid sh -c 'setsid sleep ${seconds} & exec sleep ${seconds}' &\necho $! >PIDFILE`,
        'pid-file = "PIDFILE"\n',
      ),
    }),
    async (manager, seconds) => {
      const file = `${manager.folder}/services/boot.toml`;
      const text = Deno.readTextFileSync(file);
      Deno.writeTextFileSync(file, text.replaceAll("PIDFILE", `${manager.folder}/pid`));
      await manager.ctlOk("start", "boot");
      await until("its child", () => running(seconds).length === 2);
      await manager.ctlOk("stop", "boot");
    },
  );

  test(
    "kill-tree waits for a daemon that is no child of the manager, then ends the rest",
    (seconds) => ({
      boot: service(
        "bgprocess",
        `setsid sleep ${seconds} &\necho DAEMON >PIDFILE`,
        'pid-file = "PIDFILE"\n',
      ),
    }),
    async (manager, seconds) => {
      const slow = 'trap "sleep 0.4; exit" TERM; while :; do sleep 0.05; done';
      const daemon = startStranger(manager, slow, `${seconds}2`);
      await manager.ctlOk("start", "boot");
      assertIncludes(manager.log(), `Process ${daemon.pid} of the pid file is no child`);
      await until("its child", () => running(seconds).length === 1);
      await manager.ctlOk("stop", "boot");
      assertEquals(running(`${seconds}2`), [], "the daemon took its time, and the stop with it");
      await daemon.status;
    },
  );

  test(
    "kill-tree kills a daemon that is no child and ignores TERM",
    (seconds) => ({
      boot: service(
        "bgprocess",
        `setsid sleep ${seconds} &\necho DAEMON >PIDFILE`,
        'pid-file = "PIDFILE"\nstop-timeout = 0.3\n',
      ),
    }),
    async (manager, seconds) => {
      // One process: what a shell is just making while it is killed has the shell's words, too.
      const deaf = `trap "" TERM; exec sleep ${seconds}2`;
      const daemon = startStranger(manager, deaf, `${seconds}2`);
      const words = `/proc/${daemon.pid}/cmdline`;
      await until("its deafness", () => Deno.readTextFileSync(words).startsWith("sleep\0"));
      await manager.ctlOk("start", "boot");
      await until("its child", () => running(seconds).length === 1);
      await manager.ctlOk("stop", "boot");
      assertEquals(running(`${seconds}2`), []);
      assertEquals((await daemon.status).signal, "SIGKILL");
    },
  );

  test(
    "kill-tree lets the whole manager stop, and nothing of the service is left",
    (seconds) => ({ boot: service("process", fugitives(seconds, "exec sleep 1000")) }),
    async (manager, seconds) => {
      await manager.ctlOk("start", "boot");
      await until("its children", () => running(seconds).length >= FUGITIVES);
      await manager.ctlOk("restart", "boot");
      await until("its children", () => running(seconds).length >= FUGITIVES);
      const status = await manager.ctlOk("stop", "boot");
      assertIncludes(status, "stopped");
    },
  );
}
