/**
 * PID files that name what is not the service's: whom the manager takes for a daemon, and whom it
 * signals.
 */
import { assert, assertEquals, assertIncludes } from "../../assert.ts";
import { surroundings, testNeeding, tool } from "../../skip.ts";
import { until } from "../../wait.ts";
import { NAMESPACE_NEEDS, withFirstProcess } from "../machine/first_process.ts";
import { type Manager, withManager } from "../manager.ts";

/** Users that nothing else on this machine has. */
const USER = 64_811;
const AS_ROOT = [surroundings("root", Deno.uid() === 0), tool("setsid"), tool("setpriv")];
const KEEP = 'type = "process"\ncommand = "/bin/sleep 1000"\n';

/** A bgprocess whose launcher runs the script; `$P` is its pid file. */
function launcher(script: string, settings = "restart = false\n"): string {
  const command = JSON.stringify(`P=FOLDER/pid; ${script}`.replaceAll("$", "$$$$"));
  return `type = "bgprocess"\ncommand = ["/bin/sh", "-c", ${command}]\n` +
    `pid-file = "FOLDER/pid"\n${settings}`;
}

/** Whoever it is of, in a session of its own, with a child in its group. */
async function stranger(...wrapper: readonly string[]) {
  const script = "sleep 1000 & echo $!; exec sleep 1000";
  const child = new Deno.Command("setsid", {
    args: [...wrapper, "sh", "-c", script],
    stdin: "null",
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.getReader();
  const { value } = await reader.read();
  const own = Number(new TextDecoder().decode(value));
  const end = async () => {
    for (const pid of [child.pid, own]) {
      try {
        Deno.kill(pid, "SIGKILL");
      } catch { /* it has ended */ }
    }
    await reader.cancel();
    await child.status;
  };
  return { pid: child.pid, child: own, end };
}

function isRunning(pid: number): boolean {
  try {
    return !/^State:\t[ZX]/m.test(Deno.readTextFileSync(`/proc/${pid}/status`));
  } catch {
    return false;
  }
}

interface Place {
  readonly manager: Manager;
  /** That the services' user owns; `FOLDER` in descriptions. */
  readonly folder: string;
}

/** @param owner Of the folder for pid files. */
async function withServices(
  services: Readonly<Record<string, string>>,
  owner: number,
  body: (place: Place) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "dinit-pid-" });
  await Deno.chown(folder, owner, owner);
  const texts = Object.entries({ ...services, keep: KEEP })
    .map(([name, text]) => [name, text.replaceAll("FOLDER", folder)]);
  try {
    const options = { services: Object.fromEntries(texts), start: ["keep"] };
    await withManager(options, (manager) => body({ manager, folder }));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Starting fails, with words about the process in the log. */
async function isRefused({ manager }: Place, words: string): Promise<void> {
  assertEquals((await manager.ctl("start", "srv")).code, 1);
  assertIncludes(manager.log(), words);
  await manager.ctl("stop", "srv");
}

const AS_USER = `restart = false\nrun-as = ${USER}\n`;

testNeeding("a service that runs as a user cannot name root's process", AS_ROOT, async () => {
  const victim = await stranger();
  const services = { srv: launcher(`echo ${victim.pid} >$P`, AS_USER) };
  await withServices(services, USER, async (place) => {
    await isRefused(place, `names process ${victim.pid}, which is of user 0 and not`);
    assert(isRunning(victim.pid) && isRunning(victim.child));
  });
  await victim.end();
});

testNeeding("a service that runs as a user can name that user's process", AS_ROOT, async () => {
  const friend = await stranger("setpriv", `--reuid=${USER}`, "--clear-groups");
  const services = { srv: launcher(`echo ${friend.pid} >$P`, AS_USER) };
  await withServices(services, USER, async ({ manager }) => {
    await manager.ctlOk("start", "srv");
    await manager.ctlOk("stop", "srv");
    assert(!isRunning(friend.pid));
    // It is no descendant, so its group is left alone.
    assert(isRunning(friend.child));
  });
  await friend.end();
});

testNeeding("a daemon that runs as a user and left its session is taken", AS_ROOT, async () => {
  const script = "setsid sh -c 'sleep 1000 & echo $! >FOLDER/pid'";
  await withServices({ srv: launcher(script, AS_USER) }, USER, async ({ manager }) => {
    await manager.ctlOk("start", "srv");
    const pid = await manager.servicePid("srv");
    await manager.ctlOk("stop", "srv");
    assert(!isRunning(pid));
  });
});

testNeeding("no service can name the manager, or a thread of anybody", AS_ROOT, async () => {
  const threads = [...Deno.readDirSync("/proc/self/task")].map(({ name }) => name);
  const thread = threads.find((name) => name !== String(Deno.pid));
  const services = { srv: launcher("echo $PPID >$P"), thread: launcher(`echo ${thread} >$P`) };
  await withServices(services, 0, async (place) => {
    const { manager } = place;
    await isRefused(place, `names process ${manager.pid}, which is the manager itself`);
    assertEquals((await manager.ctl("start", "thread")).code, 1);
    assertIncludes(manager.log(), `names process ${thread}, a thread of process ${Deno.pid}`);
    await manager.ctlOk("list");
  });
});

testNeeding("no service can name another's process, or what belongs to it", AS_ROOT, async () => {
  const other =
    'type = "process"\ncommand = ["/bin/sh", "-c", "sleep 1000 & echo $$$$ $$! >FOLDER/o; wait"]\n';
  const services = {
    other,
    srv: launcher("read a b <FOLDER/o; echo $a >$P"),
    child: launcher("read a b <FOLDER/o; echo $b >$P"),
  };
  await withServices(services, 0, async (place) => {
    const { manager, folder } = place;
    await manager.ctlOk("start", "other");
    await until("its numbers", () => / \d+\n$/.test(readText(`${folder}/o`)));
    await isRefused(place, "which belongs to the service other");
    assertEquals((await manager.ctl("start", "child")).code, 1);
    const told = manager.log().split("which belongs to the service other").length - 1;
    assertEquals(told, 2);
    const numbers = readText(`${folder}/o`).split(" ").map(Number);
    assert(numbers.every(isRunning), "both are still there");
  });
});

function readText(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}

testNeeding("a pid file that the launch did not write does not count", AS_ROOT, async () => {
  const victim = await stranger();
  await withServices({ srv: launcher("true") }, 0, async (place) => {
    await Deno.writeTextFile(`${place.folder}/pid`, `${victim.pid}\n`);
    await isRefused(place, "is older than the launch");
    assert(isRunning(victim.pid) && isRunning(victim.child));
  });
  await victim.end();
});

testNeeding("nor does it in a restart or a smooth recovery", AS_ROOT, async () => {
  const once = "[ -e FOLDER/done ] || { sleep 1000 & echo $! >$P; : >FOLDER/done; }";
  const smooth = "smooth-recovery = true\nrestart-delay = 0\nrestart = true\n";
  const services = { srv: launcher(once), smooth: launcher(once, smooth) };
  for (const name of ["srv", "smooth"]) {
    await withServices(services, 0, async ({ manager, folder }) => {
      await manager.ctlOk("start", name);
      const pid = await manager.servicePid(name);
      const victim = await stranger();
      // As if the number had been given anew; the file stays as old as it was.
      const { mtime } = await Deno.stat(`${folder}/pid`);
      if (name === "smooth") Deno.kill(pid, "SIGKILL");
      else assertEquals((await manager.ctl("restart", name)).code, 1);
      await manager.outputHas(name === "smooth" ? "[STOPPD] smooth" : "[FAILED] srv");
      assertEquals((await Deno.stat(`${folder}/pid`)).mtime, mtime);
      assertIncludes(manager.log(), "is older than the launch");
      await victim.end();
    });
  }
});

testNeeding(
  "root's service believes a pid file of another user as that user only",
  AS_ROOT,
  async () => {
    const victim = await stranger();
    const ways = {
      "his file": `echo ${victim.pid} >$P; chown ${USER} $P`,
      "his link": `echo ${victim.pid} >FOLDER/root; ln -s FOLDER/root $P; chown -h ${USER} $P`,
      "his folder": `echo ${victim.pid} >$P; chown ${USER} FOLDER`,
    };
    for (const [way, script] of Object.entries(ways)) {
      await withServices({ srv: launcher(script) }, 0, async (place) => {
        await isRefused(place, `names process ${victim.pid}, which is of user 0`);
        assert(isRunning(victim.pid), way);
      });
    }
    await victim.end();
  },
);

testNeeding("a service whose daemon is its user's is kept by a reload", AS_ROOT, async () => {
  const script = "setsid sh -c 'sleep 1000 & echo $! >FOLDER/pid'";
  await withServices({ srv: launcher(script, AS_USER) }, USER, async ({ manager }) => {
    await manager.ctlOk("start", "srv");
    const pid = await manager.servicePid("srv");
    const file = `${manager.folder}/services/srv.toml`;
    const text = await Deno.readTextFile(file);
    await Deno.writeTextFile(file, text.replace(String(USER), String(USER + 1)));
    await manager.ctlOk("reload", "srv");
    assertEquals(await manager.servicePid("srv"), pid);
    await manager.ctlOk("stop", "srv");
    assert(!isRunning(pid));
  });
});

testNeeding("in a container no service can name the first process", NAMESPACE_NEEDS, async () => {
  const command = JSON.stringify(["/bin/sh", "-c", "echo 1 >$$FOLDER/pid"]);
  const services = {
    boot: 'type = "internal"\ndepends-on = ["keep"]\nwaits-for = ["srv"]\n',
    keep: KEEP,
    srv: `type = "bgprocess"\ncommand = ${command}\npid-file = "$FOLDER/pid"\nrestart = false\n`,
  };
  await withFirstProcess({ services, args: ["--container"] }, async (first) => {
    await first.outputHas("which is the manager itself");
    await first.outputHas("[  OK  ] boot");
    await first.signal("SIGTERM");
    assertEquals((await first.ended()).code, 0);
  });
});
