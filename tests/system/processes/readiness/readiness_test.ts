/** Readiness pipes and PID files, with real processes. */
import { assert, assertEquals, assertIncludes, assertMatch } from "../../../assert.ts";
import { withFolder } from "../../../folder.ts";
import { until } from "../../../wait.ts";
import { withManager } from "../../manager.ts";

const KEEP = 'type = "process"\ncommand = "/bin/sleep 1000"\n';

/** A service whose command is a shell script; variables are the shell's. */
function shell(type: string, script: string, settings = ""): string {
  const escaped = JSON.stringify(script.replaceAll("$", "$$$$"));
  return `type = "${type}"\ncommand = ["/bin/sh", "-c", ${escaped}]\nrestart = false\n${settings}`;
}

const PIPES: Readonly<Record<string, readonly [script: string, setting: string]>> = {
  "descriptor 3": ["echo ready >&3; exec sleep 1000", "pipefd:3"],
  "standard output": ["echo ready; exec sleep 1000", "pipefd:1"],
  "a descriptor beyond 9": [
    "echo ready >/proc/self/fd/25; exec sleep 1000",
    "pipefd:25",
  ],
  "a variable": ["echo ready >/proc/self/fd/$READY; exec sleep 1000", "pipevar:READY"],
};

for (const [name, [script, setting]] of Object.entries(PIPES)) {
  Deno.test(`a byte on the readiness pipe starts the service: ${name}`, async () => {
    const services = { boot: shell("process", script, `ready-notification = "${setting}"\n`) };
    await withManager({ services }, async (manager) => {
      await manager.outputHas("[  OK  ] boot");
      const pid = await manager.servicePid("boot");
      // It says so before it becomes that.
      await until(
        "the program that stays",
        async () => await Deno.readTextFile(`/proc/${pid}/comm`) === "sleep\n",
      );
    });
  });
}

Deno.test("a readiness pipe that is closed without a byte fails the start", async () => {
  const script = "exec 3>&-; exec sleep 1000";
  const services = {
    srv: shell("process", script, 'ready-notification = "pipefd:3"\n'),
    keep: KEEP,
  };
  await withManager({ services, start: ["keep"] }, async (manager) => {
    const { code } = await manager.ctl("start", "srv");
    assertEquals(code, 1);
    assertIncludes(manager.log(), "srv: Readiness pipe was closed without notification");
  });
});

/** A shell that waits until a file is there. */
const waitFor = (file: string) => `while [ ! -e ${file} ]; do sleep 0.01; done`;

Deno.test("a process that is ready and ends in one moment was started", async () => {
  await withFolder(async (home) => {
    const script = `${waitFor("$HOME/go")}; echo >&3`;
    const services = {
      srv: shell("process", script, 'ready-notification = "pipefd:3"\n'),
      keep: KEEP,
    };
    await withManager({ services, start: ["keep"], env: { HOME: home } }, async (manager) => {
      await manager.ctlOk("start", "--no-wait", "srv");
      const pid = await manager.servicePid("srv");
      manager.signal("SIGSTOP");
      await Deno.writeTextFile(`${home}/go`, "");
      const status = () => Deno.readTextFileSync(`/proc/${pid}/status`);
      await until("its end", () => /^State:\tZ/m.test(status()));
      manager.signal("SIGCONT");
      await manager.outputHas("[STOPPD] srv");
      assert(manager.output.includes("[  OK  ] srv"), manager.output);
    });
  });
});

/** A launcher that leaves a daemon behind, whose PID it writes as the script says. */
function daemon(write: string, settings = ""): Readonly<Record<string, string>> {
  const script = `sleep 1000 </dev/null >/dev/null 2>&1 & ${write}`;
  return {
    srv: shell("bgprocess", script, 'pid-file = "$HOME/pid"\n' + settings),
    keep: KEEP,
  };
}

Deno.test("the process of the pid file is the service's: its end and its stop are noticed", async () => {
  await withFolder(async (home) => {
    const services = daemon("echo $! > $HOME/pid");
    await withManager({ services, start: ["keep"], env: { HOME: home } }, async (manager) => {
      await manager.ctlOk("start", "srv");
      const pid = Number(await Deno.readTextFile(`${home}/pid`));
      assertEquals(await manager.servicePid("srv"), pid);
      Deno.kill(pid, "SIGKILL");
      await manager.outputHas("[STOPPD] srv");
      assertMatch(await manager.ctlOk("status", "srv"), /terminated; signalled - signal 9/);

      await manager.ctlOk("start", "srv");
      const second = await manager.servicePid("srv");
      await manager.ctlOk("stop", "srv");
      assert(await Deno.stat(`/proc/${second}`).then(() => false, () => true), "it has ended");
    });
  });
});

Deno.test("a pid file may be hexadecimal, with blanks before and anything after", async () => {
  await withFolder(async (home) => {
    const services = daemon('printf "  0x%x trash" $! > $HOME/pid');
    await withManager({ services, start: ["keep"], env: { HOME: home } }, async (manager) => {
      await manager.ctlOk("start", "srv");
      assert(await manager.servicePid("srv") > 1);
    });
  });
});

const FAULTY: Readonly<Record<string, string>> = {
  "is missing": "true",
  "is empty": ": > $HOME/pid",
  "holds no number": "echo none > $HOME/pid",
  "names no process": "echo 4194303 > $HOME/pid",
  "names process 0": "echo 0 > $HOME/pid",
  "is of a launcher that fails": "echo $! > $HOME/pid; kill $!; exit 3",
};

for (const [name, write] of Object.entries(FAULTY)) {
  Deno.test(`a start fails when the pid file ${name}`, async () => {
    await withFolder(async (home) => {
      const services = daemon(`${write.includes("$!") ? "" : "kill $!; "}${write}`);
      await withManager({ services, start: ["keep"], env: { HOME: home } }, async (manager) => {
        const { code } = await manager.ctl("start", "srv");
        assertEquals(code, 1);
        assertMatch(await manager.ctlOk("status", "srv"), /STOPPED \(failed to start/);
      });
    });
  });
}
