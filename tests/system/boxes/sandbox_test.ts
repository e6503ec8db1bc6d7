/**
 * Services in boxes, under a manager: what they are given works through the box, what cannot be set
 * up is told, and an ordinary user's manager can make boxes too.
 */
import { assert, assertEquals, assertIncludes, assertMatch } from "../../assert.ts";
import { surroundings, testNeeding, tool } from "../../skip.ts";
import { until } from "../../wait.ts";
import { PROGRAM, withManager } from "../manager.ts";
import { withUserManager } from "./user_manager.ts";

const ROOT = surroundings("root", Deno.uid() === 0);

/** Field of a process's status. */
function statusOf(pid: number, field: string): string | undefined {
  const text = Deno.readTextFileSync(`/proc/${pid}/status`);
  return new RegExp(`^${field}:\\s*(.*)$`, "m").exec(text)?.[1];
}

testNeeding(
  "a service in a strict box tells that it is ready, logs, and is stopped",
  [ROOT],
  async () => {
    const box = 'type = "process"\nready-notification = "pipefd:3"\nlog-type = "buffer"\n' +
      'command = ["/bin/sh", "-c", "touch /usr/a; ls -A /tmp; echo ready >&3; echo up; exec sleep 1000"]\n' +
      'sandbox = "strict"\n';
    await withManager({ services: { boot: "", box } }, async (manager) => {
      await manager.ctlOk("start", "box");
      const pid = await manager.servicePid("box");
      assertEquals([statusOf(pid, "Seccomp"), statusOf(pid, "NoNewPrivs")], ["2", "1"]);
      const namespaces = ["mnt", "net", "uts", "user"].filter((kind) =>
        Deno.readLinkSync(`/proc/${pid}/ns/${kind}`) !== Deno.readLinkSync(`/proc/self/ns/${kind}`)
      );
      assertEquals(namespaces, ["mnt", "net", "uts", "user"]);
      const log = await manager.ctlOk("catlog", "box");
      assertMatch(log, /cannot touch '\/usr\/a': Read-only file system\nup\n$/);
      await manager.ctlOk("stop", "box");
      assertIncludes(await manager.ctlOk("list"), "[     {-}] box");
    });
  },
);

testNeeding(
  "a box that cannot be made keeps the program from running, and says why",
  [ROOT],
  async () => {
    const services = {
      boot: "",
      box: 'type = "process"\ncommand = ["/bin/sleep", "1000"]\nrestart = false\n' +
        '[sandbox]\nread-only-system = "strict"\nread-write-paths = ["/nowhere/at/all"]\n',
      stopping: 'type = "scripted"\ncommand = ["/bin/true"]\nstop-command = ["/bin/true"]\n' +
        '[sandbox]\ninaccessible-paths = ["/nowhere"]\n',
    };
    await withManager({ services }, async (manager) => {
      const { code, out, err } = await manager.ctl("start", "box");
      assertEquals(code, 1, out + err);
      const why = "box: Cannot set up the sandbox: read-write-paths: open_tree " +
        '"/nowhere/at/all": no such file or directory (ENOENT)';
      assertIncludes(manager.log(), why);
      assert((await manager.ctl("start", "stopping")).code === 1);
      assertIncludes(
        manager.log(),
        'Cannot set up the sandbox: inaccessible-paths: mount "/nowhere"',
      );
    });
  },
);

testNeeding("a box that hides the directory of its description runs in /", [ROOT], async () => {
  for (const isRelative of [true, false]) {
    const folder = await Deno.makeTempDir({ prefix: "dinit-hidden-" });
    await Deno.mkdir(`${folder}/services`);
    const boot = `type = "scripted"\nlogfile = "${folder}/out"\ncommand = ["/bin/pwd"]\n` +
      "sandbox = { private-tmp = true }\n";
    await Deno.writeTextFile(`${folder}/services/boot.toml`, boot);
    const manager = new Deno.Command(PROGRAM, {
      args: ["-u", "-d", isRelative ? "services" : `${folder}/services`, "-p", `${folder}/socket`],
      cwd: folder,
      stdout: "null",
    }).spawn();
    try {
      await until("its directory", () => readOrNothing(`${folder}/out`) === "/\n");
    } finally {
      manager.kill("SIGTERM");
      await manager.status;
      await Deno.remove(folder, { recursive: true });
    }
  }
});

function readOrNothing(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}

testNeeding(
  "many launches of a boxed service leave nothing behind in the manager",
  [ROOT],
  async () => {
    const box = 'type = "process"\ncommand = ["/bin/true"]\nrestart = true\nrestart-delay = 0\n' +
      'restart-limit-count = 0\nlog-type = "buffer"\n[sandbox]\nprofile = "web"\n' +
      "private-network = true\nprivate-users = true\n";
    await withManager({ services: { boot: "", box } }, async (manager) => {
      const descriptors = () => [...Deno.readDirSync(`/proc/${manager.pid}/fd`)].length;
      await manager.ctlOk("start", "--no-wait", "box");
      await manager.ctlOk("stop", "--force", "box");
      const before = descriptors();
      const mounts = Deno.readTextFileSync(`/proc/${manager.pid}/mountinfo`);
      for (let round = 0; round < 30; round++) {
        await manager.ctlOk("start", "--no-wait", "box");
        await manager.ctlOk("stop", "--force", "box");
      }
      // What is read to its end is closed a turn of the loop later.
      await until("no more descriptors than before", () => descriptors() <= before);
      assertEquals(Deno.readTextFileSync(`/proc/${manager.pid}/mountinfo`), mounts);
      assert(!manager.log().includes("sandbox"), manager.log());
    });
  },
);

testNeeding("a socket of the manager's works in a network of the service's own", [
  ROOT,
  tool("python3"),
], async () => {
  const script = "import socket; s = socket.socket(fileno=3); c, _ = s.accept(); " +
    "c.sendall(b'boxed'); c.close()";
  const folder = await Deno.makeTempDir({ prefix: "dinit-box-" });
  const box =
    `type = "process"\ncommand = ["/usr/bin/python3", "-c", "${script}"]\nrestart = false\n` +
    'sandbox = { profile = "strict", memory-deny-write-execute = false }\n' +
    `[[socket]]\nlisten = "${folder}/socket"\n`;
  await withManager({ services: { boot: "", box } }, async (manager) => {
    await manager.ctlOk("start", "box");
    const connection = await Deno.connect({ transport: "unix", path: `${folder}/socket` });
    const buffer = new Uint8Array(16);
    const count = await connection.read(buffer) ?? 0;
    connection.close();
    assertEquals(new TextDecoder().decode(buffer.subarray(0, count)), "boxed", manager.log());
  });
  await Deno.remove(folder, { recursive: true });
});

testNeeding(
  "an ordinary user's manager boxes services by Landlock, filters and users of their own",
  [ROOT, tool("setpriv")],
  async () => {
    const run = (name: string, script: string, sandbox: string) => ({
      [name]: `type = "process"\ncommand = ["/bin/sh", "-c", "${script}; exec sleep 1000"]\n` +
        `log-type = "buffer"\n${sandbox}\n`,
    });
    const services = {
      boot: "",
      ...run(
        "landlock",
        "cat /etc/passwd; touch /var/tmp/dinit-box-a; touch $$STATE_DIRECTORY/a && echo own",
        'state-directory = "landlock"\n[sandbox]\n' +
          'landlock-exec-paths = ["/usr", "-/bin", "-/lib", "-/lib64"]\n' +
          'landlock-write-paths = ["/dev/null"]',
      ),
      ...run(
        "filter",
        "unshare -U true",
        '[sandbox]\nsystem-calls = ["@system-service"]\nrestrict-namespaces = true',
      ),
      ...run(
        "view",
        "touch /usr/a; ls /home; touch /tmp/a && echo private",
        '[sandbox]\nread-only-system = "strict"\nprotect-home = true\nprivate-tmp = true',
      ),
      ...run(
        "strict",
        "for d in $$STATE_DIRECTORY $$RUNTIME_DIRECTORY; do touch $$d/a && echo wrote; done; " +
          "touch $$STATE_DIRECTORY/../a; echo end",
        'state-directory = "strict"\nruntime-directory = "strict"\nsandbox = "strict"',
      ),
      ...run("refused", "true", '[sandbox]\nprotect-proc = "invisible"'),
      ...run("web", "true", 'sandbox = { profile = "web", proc-subset = "pid" }'),
    };
    await withUserManager(services, async ({ folder, ctl, log, logOf }) => {
      for (const name of ["landlock", "filter", "view", "strict"]) {
        const { code, text } = await ctl("start", name);
        assertEquals(code, 0, text + log());
      }
      const landlock = await logOf("landlock", "own\n");
      assertIncludes(landlock, "cat: /etc/passwd: Permission denied");
      assertIncludes(landlock, "touch: cannot touch '/var/tmp/dinit-box-a': Permission denied");
      assertIncludes(await logOf("filter", "unshare: "), "Operation not permitted");
      const view = await logOf("view", "private");
      assertIncludes(view, "touch: cannot touch '/usr/a': Read-only file system");
      assertIncludes(view, "'/home': Permission denied");
      const strict = await logOf("strict", "end\n");
      assertMatch(strict, /^wrote\nwrote\ntouch: .*: Read-only file system\nend\n$/);
      assert(Deno.statSync(`${folder}/home/.local/state/strict/a`).isFile);
      assert(Deno.statSync(`${folder}/run/strict/a`).isFile);
      for (const [name, line] of [["refused", "protect-proc"], ["web", "proc-subset"]] as const) {
        const { code, text } = await ctl("start", name);
        assertEquals(code, 1);
        assertIncludes(text, `Cannot serve ${line}: only a manager with CAP_SYS_ADMIN`);
      }
    });
  },
);
