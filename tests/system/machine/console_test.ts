/**
 * Services on the console: the manager runs on a terminal of its own, made by script(1), and what
 * its processes see of the terminal is held against the kernel's word.
 */
import { within } from "../../../tools/limit.ts";
import { assert, assertEquals, assertMatch } from "../../assert.ts";
import { PROGRAM } from "../manager.ts";

const HAS_SCRIPT = await Deno.stat("/usr/bin/script").then(() => true, () => false);
const KEEP = 'type = "process"\ncommand = "/bin/sleep 1000"\n';

/** A manager as session leader on a terminal. */
class ConsoleManager {
  readonly #child: Deno.ChildProcess;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly folder: string;
  screen = "";

  private constructor(child: Deno.ChildProcess, folder: string) {
    this.#child = child;
    this.folder = folder;
    this.#reader = child.stdout.getReader();
    this.#writer = child.stdin.getWriter();
  }

  static async start(services: Readonly<Record<string, string>>): Promise<ConsoleManager> {
    const folder = await Deno.makeTempDir({ prefix: "dinit-console-" });
    await Deno.mkdir(`${folder}/services`);
    for (const [name, text] of Object.entries(services)) {
      await Deno.writeTextFile(`${folder}/services/${name}.toml`, text);
    }
    const command = `exec ${PROGRAM} -u -d ${folder}/services -p ${folder}/socket boot`;
    const child = new Deno.Command("/usr/bin/script", {
      args: ["-q", "-f", "-c", command, "/dev/null"],
      env: { SHELL: "/bin/sh" },
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    return new ConsoleManager(child, folder);
  }

  /** Waits until the terminal shows what is looked for. */
  async shows(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.screen);
      if (match !== null) return match;
      const { value, done } = await within(20_000, String(pattern), this.#reader.read());
      assert(!done, `the manager ended:\n${this.screen}`);
      this.screen += new TextDecoder().decode(value);
    }
  }

  async type(keys: string): Promise<void> {
    await this.#writer.write(new TextEncoder().encode(keys));
  }

  async ctl(...args: string[]): Promise<string> {
    const { stdout } = await new Deno.Command(PROGRAM, {
      args: ["ctl", "-p", `${this.folder}/socket`, ...args],
    }).output();
    return new TextDecoder().decode(stdout);
  }

  async dispose(): Promise<void> {
    await this.ctl("shutdown");
    try {
      await within(20_000, "The manager's end", this.#child.status);
    } catch {
      this.#child.kill("SIGKILL");
      await this.#child.status;
    }
    await this.#reader.cancel();
    await this.#writer.close().catch(() => {});
    await Deno.remove(this.folder, { recursive: true });
  }
}

async function onConsole(
  services: Readonly<Record<string, string>>,
  body: (manager: ConsoleManager) => Promise<void>,
): Promise<void> {
  const manager = await ConsoleManager.start(services);
  try {
    await body(manager);
  } catch (error) {
    console.log(`--- screen\n${manager.screen}`);
    throw error;
  } finally {
    await manager.dispose();
  }
}

function shell(type: string, script: string, settings: string): string {
  const escaped = JSON.stringify(script.replaceAll("$", "$$$$"));
  return `type = "${type}"\ncommand = ["/bin/sh", "-c", ${escaped}]\n${settings}`;
}

/** Prints process group and foreground group of the shell: proc(5). */
const REPORT = 'set -- $(cat /proc/$$/stat); echo "group=$5 front=$8 pid=$$"; ';

Deno.test({
  name: "a service that runs on the console has its foreground, and gives it back",
  ignore: !HAS_SCRIPT,
  fn: async () => {
    const services = {
      boot: `${KEEP}waits-for = ["shell"]\n`,
      shell: shell(
        "process",
        `${REPORT} echo asking; read answer; echo "got $answer"`,
        'options = ["runs-on-console"]\nrestart = false\n',
      ),
    };
    await onConsole(services, async (manager) => {
      const [, group, front, pid] = await manager.shows(/group=(\d+) front=(\d+) pid=(\d+)/);
      assertEquals([group, front], [pid, pid]);
      await manager.shows(/asking/);
      assertMatch(await manager.ctl("list"), /shell/);
      await manager.type("hello\n");
      await manager.shows(/got hello/);
      await manager.shows(/\[STOPPD\] shell/);
      const managerPid = await frontOf(Number(pid), manager);
      assert(managerPid, "the manager's group has the foreground again");
    });
  },
});

/** Whether the foreground group of the terminal is the manager's own. */
async function frontOf(_ended: number, manager: ConsoleManager): Promise<boolean> {
  const list = await manager.ctl("list");
  const pid = Number(/boot \(pid: (\d+)\)/.exec(list)?.[1]);
  const parent = statField(await Deno.readTextFile(`/proc/${pid}/stat`), 4);
  const text = await Deno.readTextFile(`/proc/${parent}/stat`);
  return statField(text, 5) === statField(text, 8);
}

function statField(text: string, field: number): number {
  return Number(text.slice(text.lastIndexOf(")") + 2).split(" ")[field - 3]);
}

Deno.test({
  name: "the keyboard's signals are blocked in a process that owns the console",
  ignore: !HAS_SCRIPT,
  fn: async () => {
    // Not in a shell: dash clears its mask.
    const services = {
      boot: 'type = "scripted"\ncommand = "/bin/grep SigBlk /proc/self/status"\n' +
        'options = ["starts-on-console"]\n',
    };
    await onConsole(services, async (manager) => {
      const [, mask = ""] = await manager.shows(/SigBlk:\t([0-9a-f]+)/);
      // INT, QUIT, TSTP, TTIN, TTOU.
      assertEquals(BigInt(`0x${mask}`), 0x380006n);
    });
  },
});

Deno.test({
  name: "services that start on the console wait for each other",
  ignore: !HAS_SCRIPT,
  fn: async () => {
    const options = 'options = ["starts-on-console"]\n';
    const services = {
      boot: 'depends-on = ["first", "second"]\n',
      first: shell("scripted", "echo one begins; read x; echo one ends", options),
      second: shell("scripted", "echo two begins; read x; echo two ends", options),
    };
    await onConsole(services, async (manager) => {
      const [, winner] = await manager.shows(/(one|two) begins/);
      assertMatch(await manager.ctl("list"), /first|second/);
      assertEquals(/(one|two) begins[\s\S]*(one|two) begins/.test(manager.screen), false);
      await manager.type("\n");
      const other = winner === "one" ? "two" : "one";
      await manager.shows(new RegExp(`${winner} ends[\\s\\S]*${other} begins`));
      await manager.type("\n");
      await manager.shows(/\[ {2}OK {2}\] boot/);
    });
  },
});

Deno.test({
  name: "unmask-intr lets the keyboard interrupt, and a skippable start then counts",
  ignore: !HAS_SCRIPT,
  fn: async () => {
    const services = {
      boot: 'depends-on = ["check"]\n',
      check: shell(
        "scripted",
        "echo checking; exec sleep 1000",
        'options = ["starts-on-console", "unmask-intr", "skippable"]\n',
      ),
    };
    await onConsole(services, async (manager) => {
      await manager.shows(/checking/);
      await manager.type("\x03");
      await manager.shows(/\[ {2}OK {2}\] boot/);
      assertMatch(await manager.ctl("status", "check"), /STARTED \(startup skipped\)/);
    });
  },
});

Deno.test({
  name: "a service that shares the console writes to it without its foreground",
  ignore: !HAS_SCRIPT,
  fn: async () => {
    const services = {
      boot: shell("process", `${REPORT} exec sleep 1000`, 'options = ["shares-console"]\n'),
    };
    await onConsole(services, async (manager) => {
      const [, group, front, pid] = await manager.shows(/group=(\d+) front=(\d+) pid=(\d+)/);
      assertEquals(group, pid);
      assert(front !== pid, "another group has the foreground");
    });
  },
});

Deno.test({
  name: "a service that shares the console and reads it gets an error and goes on",
  ignore: !HAS_SCRIPT,
  fn: async () => {
    const services = {
      boot: shell(
        "process",
        // A shell may unblock all signals when it has waited for a program.
        '/bin/true; read answer || echo "unread"; stty -echo; echo "set"; exec sleep 1000',
        'options = ["shares-console"]\n',
      ),
    };
    await onConsole(services, async (manager) => {
      await manager.shows(/unread/);
      await manager.shows(/set/);
    });
  },
});
