/**
 * Daemons that a PID file names and that are no children of the manager: it watches them all the
 * same.
 */
import { assert, assertEquals, assertIncludes, assertMatch } from "../../assert.ts";
import { withFolder } from "../../folder.ts";
import { withManager } from "../manager.ts";

const KEEP = 'type = "process"\ncommand = "/bin/sleep 1000"\n';

/** In a session of its own, because its whole group is signalled. */
function stranger(...command: readonly string[]): Deno.ChildProcess {
  return new Deno.Command("setsid", { args: [...command], stdin: "null", stdout: "piped" }).spawn();
}

/** A bgprocess whose launcher runs the script and names a process in $HOME/pid. */
function launcher(script: string, settings = ""): string {
  const command = JSON.stringify(script.replaceAll("$", "$$$$"));
  return `type = "bgprocess"\ncommand = ["/bin/sh", "-c", ${command}]\npid-file = "$HOME/pid"\n${settings}`;
}

Deno.test("a daemon that is no child is accepted with a warning, and its stop waits for it", async () => {
  await withFolder(async (home) => {
    const script = `trap ': >${home}/ended; exit' TERM; echo trapped; while :; do sleep 0.05; done`;
    const daemon = stranger("sh", "-c", script);
    const output = daemon.stdout.getReader();
    await output.read();
    const services = { srv: launcher(`echo ${daemon.pid} >$HOME/pid`), keep: KEEP };
    await withManager({ services, start: ["keep"], env: { HOME: home } }, async (manager) => {
      await manager.ctlOk("start", "srv");
      assertIncludes(manager.log(), `Process ${daemon.pid} of the pid file is no child`);
      await manager.ctlOk("stop", "srv");
      assert(await Deno.stat(`${home}/ended`).then(() => true), "the stop did not wait");
    });
    await output.cancel();
    await daemon.status;
  });
});

Deno.test("the end of a daemon that is no child is seen, and its service starts again", async () => {
  await withFolder(async (home) => {
    const [first, second] = [stranger("sleep", "1000"), stranger("sleep", "1000")];
    const script = `[ -e $HOME/again ] && pid=${second.pid} || pid=${first.pid}; ` +
      "echo $pid >$HOME/pid; : >$HOME/again";
    const services = { srv: launcher(script, "restart = true\n"), keep: KEEP };
    await withManager({ services, start: ["keep"], env: { HOME: home } }, async (manager) => {
      await manager.ctlOk("start", "srv");
      manager.forgetOutput();
      first.kill("SIGKILL");
      await manager.outputHas("[  OK  ] srv");
      // Where the kernel tells it (Linux 6.15), and its parent has asked for it in time.
      assertMatch(
        manager.log(),
        /srv: Process (has ended; its exit status is unknown|was ended by SIGKILL)/,
      );
      assertEquals(await manager.servicePid("srv"), second.pid);
      await manager.ctlOk("stop", "srv");
    });
    assertEquals((await second.status).signal, "SIGTERM");
    await Promise.all([first.stdout.cancel(), second.stdout.cancel(), first.status]);
  });
});

Deno.test("a daemon of one service cannot be another's", async () => {
  await withFolder(async (home) => {
    const daemon = stranger("sleep", "1000");
    const srv = launcher(`echo ${daemon.pid} >$HOME/pid`, "restart = false\n");
    const services = { srv, other: srv, keep: KEEP };
    await withManager({ services, start: ["keep"], env: { HOME: home } }, async (manager) => {
      await manager.ctlOk("start", "srv");
      assertEquals((await manager.ctl("start", "other")).code, 1);
      const why = `names process ${daemon.pid}, which belongs to the service srv`;
      assertIncludes(manager.log(), why);
      await manager.ctlOk("stop", "srv");
    });
    await Promise.all([daemon.stdout.cancel(), daemon.status]);
  });
});
