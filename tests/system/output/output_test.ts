/** What services write, and what may go wrong with where it goes: others never notice. */
import { until } from "../../../tools/limit.ts";
import { assert, assertEquals, assertIncludes, assertMatch } from "../../assert.ts";
import { withFolder } from "../../folder.ts";
import { surroundings, testNeeding, tool } from "../../skip.ts";
import { type Manager, withManager } from "../manager.ts";

const LIMIT_MS = 20_000;
const SLEEP = 'type = "process"\ncommand = ["/bin/sleep", "1000"]\n';

/** A process service that runs a shell script and is not restarted. */
function script(text: string, settings: string): string {
  const command = JSON.stringify(["/bin/sh", "-c", text.replaceAll("$", "$$$$")]);
  return `type = "process"\ncommand = ${command}\nrestart = false\n${settings}`;
}

/**
 * Another service, which writes a line each second of its own; shows that nothing of it is lost.
 */
const BYSTANDER = script(
  "i=0; while [ $i -lt 500 ]; do echo line $i; i=$((i+1)); done; echo end; sleep 1000",
  'log-type = "buffer"\nlog-buffer-size = "64K"\n',
);

async function assertBystander(manager: Manager): Promise<void> {
  await until(LIMIT_MS, "the bystander's last line", async () => {
    return (await manager.ctlOk("catlog", "bystander")).endsWith("end\n");
  });
  const lines = (await manager.ctlOk("catlog", "bystander")).trimEnd().split("\n");
  assertEquals(lines.length, 501);
  assertEquals(lines[499], "line 499");
}

function read(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}

Deno.test("a log that rotates has every line, in order, and none divided", async () => {
  await withFolder(async (folder) => {
    const services = {
      boot: script(
        "seq 1 20000",
        `logfile = "${folder}/log"\nlog-rotate-size = "16K"\nlog-rotate-count = 20\n`,
      ),
      keep: SLEEP,
    };
    await withManager({ services, start: ["keep", "boot"] }, async (manager) => {
      await manager.outputHas("[STOPPD] boot");
      // What the pipe still held is written when the service has stopped.
      await until(LIMIT_MS, "the last line", () => read(`${folder}/log`).endsWith("\n20000\n"));
      const files = [...Deno.readDirSync(folder)].map((entry) => entry.name);
      assertEquals(files.length, 7);
      const texts = files
        .toSorted((a, b) => Number(b.slice(4) || 0) - Number(a.slice(4) || 0))
        .map((name) => read(`${folder}/${name}`));
      // A line that was begun is ended in the same file.
      const most = 16 * 1024 + "20000\n".length;
      for (const text of texts) assert(text.length <= most && text.endsWith("\n"));
      const lines = texts.join("").trimEnd().split("\n");
      assertEquals(lines, Array.from({ length: 20000 }, (_, index) => String(index + 1)));
    });
  });
});

Deno.test("of two services with one log that rotates each is where the log is", async () => {
  await withFolder(async (folder) => {
    const log = `logfile = "${folder}/log"\nlog-rotate-size = "4K"\nlog-rotate-count = 2\n`;
    // The second names the same file in another way.
    await Deno.symlink(".", `${folder}/here`);
    const services = {
      slow: script(
        `echo early; while [ ! -e ${folder}/go ]; do sleep 0.05; done; echo late; sleep 1000`,
        log,
      ),
      fast: script("seq 1 5000", log.replace("/log", "/here/log")),
    };
    await withManager({ services, start: ["slow"] }, async (manager) => {
      await until(LIMIT_MS, "the slow one's first line", () => read(`${folder}/log`) !== "");
      await manager.ctlOk("start", "fast");
      await manager.outputHas("[STOPPD] fast");
      await until(LIMIT_MS, "the fast one", () => read(`${folder}/log`).endsWith("\n5000\n"));
      await Deno.writeTextFile(`${folder}/go`, "");
      await until(LIMIT_MS, "the slow one", () => read(`${folder}/log`).endsWith("\n5000\nlate\n"));
      const texts = ["log.2", "log.1", "log"].map((name) => read(`${folder}/${name}`));
      const numbers = texts.join("").split("\n").slice(0, -2).map(Number);
      const first = numbers[0] ?? 0;
      assert(first < 5000 - 1024);
      assertEquals(numbers, Array.from({ length: 5001 - first }, (_, index) => first + index));
    });
  });
});

Deno.test("a log with time stamps that was removed is made anew", async () => {
  await withFolder(async (folder) => {
    const services = {
      boot: script(
        `while :; do echo line; sleep 0.05; done`,
        `logfile = "${folder}/log"\nlog-timestamps = true\n`,
      ),
    };
    await withManager({ services }, async () => {
      await until(LIMIT_MS, "the file", () => read(`${folder}/log`) !== "");
      await Deno.remove(`${folder}/log`);
      await until(LIMIT_MS, "another file", () => read(`${folder}/log`) !== "");
    });
  });
});

Deno.test("log-timestamps puts the time before each line, in file and buffer", async () => {
  const stamp = "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\\.[0-9]{3}Z";
  await withFolder(async (folder) => {
    const text = "echo one; echo two >&2; printf three; sleep 1000";
    const services = {
      file: script(text, `logfile = "${folder}/log"\nlog-timestamps = true\n`),
      buffer: script(text, 'log-type = "buffer"\nlog-timestamps = true\n'),
      keep: SLEEP,
    };
    const start = ["keep", "file", "buffer"];
    await withManager({ services, start }, async (manager) => {
      const lines = new RegExp(`^${stamp} one\n${stamp} two\n${stamp} three($|\n\\(last line)`);
      // The last line has not ended, and is there all the same.
      await until(LIMIT_MS, "the file", () => lines.test(read(`${folder}/log`)));
      await until(
        LIMIT_MS,
        "the buffer",
        async () => lines.test(await manager.ctlOk("catlog", "buffer")),
      );
      for (const name of ["file", "buffer"]) {
        await manager.ctlOk("stop", name);
        await manager.ctlOk("start", name);
      }
      const twice = new RegExp(`three\n${stamp} one\n${stamp} two\n${stamp} three$`);
      await until(LIMIT_MS, "the file of two runs", () => twice.test(read(`${folder}/log`)));
      const noted = new RegExp(`three\n\\(dinit: note: service restarted\\)\n${stamp} one\n`);
      await until(LIMIT_MS, "the buffer of two runs", async () => {
        return noted.test(await manager.ctlOk("catlog", "buffer"));
      });
    });
  });
});

Deno.test("the manager closes the log file of a service that has stopped", async () => {
  await withFolder(async (folder) => {
    const services = {
      boot: script(
        'trap "echo bye; exit" TERM; echo hello; while :; do sleep 0.05; done',
        `logfile = "${folder}/log"\nlog-rotate-size = "1M"\n`,
      ),
      keep: SLEEP,
    };
    await withManager({ services, start: ["keep", "boot"] }, async (manager) => {
      await until(LIMIT_MS, "its greeting", () => read(`${folder}/log`) === "hello\n");
      assert(openFiles(manager).includes(`${folder}/log`));
      await manager.ctlOk("stop", "boot");
      assertMatch(read(`${folder}/log`), /^hello\n[^]*bye\n$/);
      assert(!openFiles(manager).includes(`${folder}/log`));
    });
  });
});

function openFiles(manager: Manager): string[] {
  const folder = `/proc/${manager.pid}/fd`;
  return [...Deno.readDirSync(folder)].map((entry) => Deno.readLinkSync(`${folder}/${entry.name}`));
}

Deno.test("output without end fills a buffer and harms nobody", async () => {
  const services = {
    flood: script("exec yes", 'log-type = "buffer"\nlog-buffer-size = 100\n'),
    bystander: BYSTANDER,
  };
  await withManager({ services, start: ["flood", "bystander"] }, async (manager) => {
    await assertBystander(manager);
    const [note, ...lines] = (await manager.ctlOk("catlog", "flood")).split("\n");
    assertMatch(note ?? "", /^\(dinit: note: \d+ lines \(\d+ bytes\) dropped\)$/);
    assertEquals(lines.join("\n"), "y\n".repeat(50));
    await manager.ctlOk("stop", "flood");
  });
});

Deno.test("output that nobody reads stops its writer only, which stops when told", async () => {
  const services = {
    unread: script("exec yes", 'log-type = "pipe"\n'),
    bystander: BYSTANDER,
  };
  await withManager({ services, start: ["unread", "bystander"] }, async (manager) => {
    await assertBystander(manager);
    const pid = await manager.servicePid("unread");
    await until(
      LIMIT_MS,
      "the writer to wait",
      () => /^State:\tS/m.test(read(`/proc/${pid}/status`)),
    );
    await manager.ctlOk("stop", "unread");
  });
});

for (
  const [way, settings] of [["by the service", ""], ["by the manager", "log-timestamps = true\n"]]
) {
  Deno.test(`a log that cannot be opened ${way} is a failed start with the reason`, async () => {
    await withFolder(async (folder) => {
      assert(new Deno.Command("mkfifo", { args: [`${folder}/fifo`] }).outputSync().success);
      const logTo = (path: string) => script("echo hello", `logfile = "${path}"\n${settings}`);
      const services = {
        directory: logTo(folder),
        fifo: logTo(`${folder}/fifo`),
        missing: logTo(`${folder}/none/log`),
        device: logTo("/dev/null"),
        bystander: BYSTANDER,
      };
      await withManager({ services, start: ["bystander"] }, async (manager) => {
        const failure = async (name: string) => {
          const { code, out, err } = await manager.ctl("start", name);
          assertEquals(code, 1);
          assertIncludes(out + err, "opening log file");
          return out + err;
        };
        assertIncludes(await failure("directory"), "Is a directory");
        assertIncludes(await failure("fifo"), "No such device or address");
        assertIncludes(await failure("missing"), "No such file or directory");
        await manager.ctlOk("start", "device");
        await assertBystander(manager);
      });
      const { mode } = Deno.statSync("/dev/null");
      assertEquals((mode ?? 0) & 0o777, 0o666, "/dev/null is as it was");
    });
  });
}

Deno.test("a FIFO whose reader is slow gets every line, and its writer waits", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/fifo`;
    assert(new Deno.Command("mkfifo", { args: [path] }).outputSync().success);
    const reader = await Deno.open(path, { read: true, write: true });
    const services = {
      boot: script("seq 1 200000; echo end", `logfile = "${path}"\nlog-timestamps = true\n`),
      bystander: BYSTANDER,
    };
    await withManager({ services, start: ["bystander", "boot"] }, async (manager) => {
      await assertBystander(manager);
      assertIncludes(await manager.ctlOk("status", "boot"), "Process ID", "it waits");
      let text = "";
      const decoder = new TextDecoder();
      const buffer = new Uint8Array(64 * 1024);
      await until(LIMIT_MS, "the last line", async () => {
        const count = await reader.read(buffer) ?? 0;
        text += decoder.decode(buffer.subarray(0, count), { stream: true });
        return text.endsWith(" end\n");
      });
      const numbers = text.trimEnd().split("\n").map((line) => line.slice(25));
      assertEquals(numbers.length, 200001);
      assertEquals(numbers[199999], "200000");
    });
    reader.close();
  });
});

testNeeding(
  "a full disk costs lines of the service that logs to it, and says so in both logs",
  [surroundings("root", Deno.uid() === 0), tool("mount")],
  async () => {
    await withFolder(async (folder) => {
      const mount = ["-t", "tmpfs", "-o", "size=64k", "tmpfs", folder];
      assert(new Deno.Command("mount", { args: mount }).outputSync().success);
      try {
        const services = {
          boot: script(
            `while :; do echo something; [ -e ${folder}/go ] && sleep 0.01; done`,
            `logfile = "${folder}/log"\nlog-timestamps = true\n`,
          ),
          bystander: BYSTANDER,
        };
        await withManager({ services, start: ["boot", "bystander"] }, async (manager) => {
          await until(
            LIMIT_MS,
            "the report",
            () => manager.log().includes("no space left on device"),
          );
          await assertBystander(manager);
          Deno.writeTextFileSync(`${folder}/go`, "");
          Deno.truncateSync(`${folder}/log`, 0);
          await until(LIMIT_MS, "the notice", () => {
            return /Z dinit: [0-9]+ lines were lost: no space/.test(read(`${folder}/log`));
          });
          const reports = manager.log().match(/lines are dropped/g)?.length ?? 0;
          assert(reports >= 1 && reports < 10, `${reports} reports`);
        });
      } finally {
        new Deno.Command("umount", { args: [folder] }).outputSync();
      }
    });
  },
);

Deno.test("a pid file may be a link, but must lead to a regular file", async () => {
  await withFolder(async (folder) => {
    const daemon = (link: string) =>
      `type = "bgprocess"\npid-file = "${folder}/${link}"\nrestart = false\ncommand = ` +
      JSON.stringify(["/bin/sh", "-c", `sleep 1000 & echo $$! > ${folder}/real`]) + "\n";
    Deno.symlinkSync("real", `${folder}/link`);
    Deno.symlinkSync("/dev/zero", `${folder}/device`);
    Deno.symlinkSync("nowhere", `${folder}/dangling`);
    const services = {
      good: daemon("link"),
      device: daemon("device"),
      dangling: daemon("dangling"),
      keep: SLEEP,
    };
    await withManager({ services, start: ["keep"] }, async (manager) => {
      await manager.ctlOk("start", "good");
      assertEquals(await manager.servicePid("good"), Number(read(`${folder}/real`)));
      await manager.ctlOk("stop", "good");
      for (const name of ["device", "dangling"]) {
        assertEquals((await manager.ctl("start", name)).code, 1);
        Deno.kill(Number(read(`${folder}/real`)), "SIGKILL");
      }
      assertMatch(manager.log(), /device: .*not a regular file/);
      assertMatch(manager.log(), /dangling: .*no such file/);
    });
  });
});

testNeeding(
  "a device may be the log, and stays as it was",
  [surroundings("root", Deno.uid() === 0)],
  async () => {
    const look = () => {
      const { mode, uid, gid, rdev } = Deno.statSync("/dev/full");
      return { mode, uid, gid, rdev };
    };
    const before = look();
    const settings = 'logfile-permissions = "600"\nlogfile-uid = "nobody"\n';
    const services = {
      boot: script("echo lost; exec sleep 1000", `logfile = "/dev/full"\n${settings}`),
    };
    await withManager({ services }, async (manager) => {
      await manager.outputHas("[  OK  ] boot");
      assertMatch(await manager.ctlOk("status", "boot"), /State: STARTED/);
    });
    assertEquals(look(), before);
  },
);
