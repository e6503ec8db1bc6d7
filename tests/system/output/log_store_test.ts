/** The log store of a real manager: over boots, crashes and kills, under floods, on a full disk. */
import { assert, assertEquals, assertIncludes, assertMatch } from "../../assert.ts";
import { withFolder } from "../../folder.ts";
import { surroundings, testNeeding, tool } from "../../skip.ts";
import { until } from "../../wait.ts";
import { started } from "../killed/left.ts";
import { Manager, type ManagerOptions, PROGRAM, withManager } from "../manager.ts";

/** Runs a shell script. */
function script(text: string, settings = ""): string {
  const command = JSON.stringify(["/bin/sh", "-c", text.replaceAll("$", "$$$$")]);
  return `type = "process"\ncommand = ${command}\n${settings}`;
}

const BOOT = 'type = "internal"\nwaits-for = ["web"]\n';

/** A client that needs no manager. */
async function read(folder: string, ...words: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(PROGRAM, {
    args: ["ctl", "logs", "-D", `${folder}/store`, ...words],
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  assertEquals([code, decoder.decode(stderr)], [0, ""]);
  return decoder.decode(stdout);
}

function stored(folder: string, services: ManagerOptions["services"], args: string[] = []) {
  return { services, args: ["--log-store", "--log-store-dir", `${folder}/store`, ...args] };
}

/** Lines, without their times. */
const texts = (out: string) => out.replaceAll(/^\S+Z /gm, "").trimEnd().split("\n");

Deno.test("output and the manager's own lines are there after its end, boot by boot", () =>
  withFolder(async (folder) => {
    const options = stored(folder, {
      boot: BOOT,
      web: script(`echo "in boot $(cat ${folder}/boot)"; printf 'no end'; exec sleep 1000`),
      quiet: script("echo unseen; exec sleep 1000", "log-store = false\n"),
    });
    for (const boot of ["one", "two"]) {
      await Deno.writeTextFile(`${folder}/boot`, boot);
      await withManager(options, async (manager) => {
        await started(manager, "web");
        await manager.ctlOk("start", "quiet");
        await until(
          "the output",
          async () => (await manager.ctlOk("logs", "web", "-b")).includes(`in boot ${boot}`),
        );
        if (boot === "one") return;
        // A plain `logs` goes back over boots, as one by a client that is only a pipe.
        const lines = texts(await manager.ctlOk("logs", "web"));
        assertEquals(lines, ["in boot one", "no end", "in boot two", "no end"]);
        const before = texts(await manager.ctlOk("logs", "--boot", "-1"));
        assertIncludes(before.join("\n"), "dinit: service boot stopped.");
        assertMatch(before.at(-1) ?? "", /^dinit: service (web|quiet) stopped\.$/);
        assert(!before.some((line) => line.includes("two")), before.join("\n"));
        assertEquals((await manager.ctl("logs", "-b", "-2")).code, 1);
        const boots = await manager.ctlOk("logs", "--list-boots");
        assertMatch(boots, /^-1 +[0-9a-f]{32} +\S+Z +\S+Z\n 0 +[0-9a-f]{32} +\S+Z +\S+Z\n$/);
        const [, id = ""] = boots.trim().split(/\s+/);
        assertEquals(texts(await manager.ctlOk("logs", "web", "--boot", id)), [
          "in boot one",
          "no end",
        ]);
        assertEquals((await manager.ctl("logs", "quiet", "--json")).out, "");
        await manager.ctlOk("reexec");
        assertEquals((await manager.ctlOk("logs", "--list-boots")).split("\n").length, 3);
      });
    }
    const all = await read(folder, "--json");
    const parsed = all.trimEnd().split("\n").map((line) => JSON.parse(line));
    assertEquals(parsed.filter(({ service }) => service === "web").map(({ text }) => text), [
      "in boot one",
      "no end",
      "in boot two",
      "no end",
    ]);
    assert(parsed.some(({ text }) => text.startsWith("Took over from the manager")));
  }));

Deno.test("no line is lost, and none comes twice, when the manager is killed, crashes or is replaced", () =>
  withFolder(async (folder) => {
    const go = `${folder}/go`;
    // Whoever writes while nobody has the pipe is told so, and says it again.
    const count = `trap "" PIPE; i=0; while [ -e ${go} ]; do i=$((i+1)); ` +
      'until echo "line $i" 2> /dev/null; do sleep 0.01; done; ' +
      "[ $((i % 20)) = 0 ] && sleep 0.02; done; " +
      `echo "last $i"; exec sleep 1000`;
    await Deno.writeTextFile(go, "");
    const options = stored(
      folder,
      { boot: BOOT, web: script(count, 'log-type = "buffer"\n') },
      ["--log-store-service-size", "64M"],
    );
    await withManager(options, async (manager) => {
      const grown = async () => {
        const before = (await read(folder, "web", "-n", "1")).trim();
        await until("more", async () => (await read(folder, "web", "-n", "1")).trim() !== before);
      };
      await until("a store", async () => (await manager.ctl("logs", "web")).out !== "");
      for (let round = 0; round < 4; round++) {
        await grown();
        await manager.kill();
        await manager.startAgain();
        await grown();
        Deno.kill(manager.pid, "SIGSEGV");
        await until("the next manager", async () => (await manager.ctl("list")).code === 0);
        await grown();
        await manager.ctlOk("reexec");
      }
      await Deno.remove(go);
      await until("the end", async () => (await read(folder, "web", "-n", "1")).includes("last"));
    });
    const lines = texts(await read(folder, "web"));
    const last = Number(lines.pop()?.split(" ")[1]);
    assertEquals(lines.length, last);
    const odd = lines.findIndex((line, index) => line !== `line ${index + 1}`);
    assertEquals(odd, -1, lines.slice(Math.max(0, odd - 2), odd + 3).join("\n"));
  }));

Deno.test("a flood keeps within its share, and the manager answers meanwhile", () =>
  withFolder(async (folder) => {
    const options = stored(
      folder,
      { boot: BOOT, web: script("exec yes a line that comes again and again") },
      ["--log-store-service-size", "256K"],
    );
    await withManager(options, async (manager) => {
      const files = () => {
        try {
          return [...Deno.readDirSync(`${folder}/store/web`)].map(({ name }) => name).toSorted();
        } catch {
          return [];
        }
      };
      await until("several turns", () => Number(files().at(-1)?.split("-")[1] ?? 0) > 20);
      const bytes = files().reduce((sum, name) => {
        try {
          return sum + Deno.statSync(`${folder}/store/web/${name}`).size;
        } catch {
          // It was removed meanwhile.
          return sum;
        }
      }, 0);
      assert(bytes <= 256 * 1024 + 64 * 1024, String(bytes));
      await manager.ctlOk("stop", "web");
      assertIncludes(await read(folder, "-n", "20", "dinit"), "service web stopped.");
    });
  }));

Deno.test("control characters reach no terminal, and no line passes for another's", () =>
  withFolder(async (folder) => {
    const forged = "\\033[2J\\007red\\r\\n2026-01-01T00:00:00.000Z dinit: shutdown by root\\n";
    const options = stored(folder, {
      boot: BOOT,
      web: script(`printf '${forged}'; exec sleep 1000`),
    });
    await withManager(options, async (manager) => {
      await until("it", async () => (await manager.ctl("logs", "web")).out.includes("shutdown"));
      const json = (await manager.ctlOk("logs", "--json", "web")).trimEnd().split("\n");
      assertEquals(json.map((line) => JSON.parse(line).service), ["web", "web"]);
      assert(!json.join("").includes("\x1b"));
      const { stdout } = await new Deno.Command("script", {
        args: [
          "-qec",
          `${PROGRAM} ctl -p ${manager.socket} logs --no-pager`,
          "/dev/null",
        ],
        env: { NO_COLOR: "1", TERM: "xterm" },
        stdin: "null",
      }).output();
      const shown = new TextDecoder().decode(stdout);
      assertIncludes(shown, "web: \ufffd[2J\ufffdred");
      assert(!shown.includes("\x1b") && !shown.includes("\x07"), JSON.stringify(shown));
      assertMatch(shown, /Z web: 2026-01-01T00:00:00.000Z dinit: shutdown by root/);
    });
  }));

const ROOT = surroundings("root", Deno.uid() === 0);

testNeeding(
  "a full disk is told once, and the services go on",
  [tool("unshare"), ROOT],
  () =>
    withFolder(async (folder) => {
      await Deno.mkdir(`${folder}/store`);
      const mount = `mount -t tmpfs -o size=300k,mode=750 none ${folder}/store && exec "$@"`;
      const options = {
        ...stored(folder, {
          boot: BOOT,
          web: script(
            `seq 1 60000; echo > ${folder}/said; while [ -e ${folder}/said ]; do sleep 0.05; done; ` +
              "while :; do echo after; sleep 0.2; done",
          ),
        }),
        through: ["unshare", "-m", "/bin/sh", "-c", mount, "sh"],
      };
      await withManager(options, async (manager) => {
        await until("the service's end of talk", async () => {
          return (await Deno.stat(`${folder}/said`).catch(() => undefined)) !== undefined;
        });
        const told = () => manager.log().split("Cannot write to the log store").length - 1;
        await until("the message", () => told() > 0);
        assertEquals(told(), 1);
        assertIncludes(manager.log(), "no space left on device");
        // Somebody makes room.
        const inside = `/proc/${manager.pid}/root${folder}`;
        const first = [...Deno.readDirSync(`${inside}/store/web`)].map(({ name }) => name)
          .toSorted();
        await Deno.remove(`${inside}/store/web/${first[0]}`);
        await Deno.remove(`${folder}/said`);
        // The runtime reads nothing below /proc.
        const copy = async () => {
          const args = ["-r", `${inside}/store`, `${folder}/copy`];
          await new Deno.Command("cp", { args }).output();
          const { out } = await manager.ctl("logs", "-D", `${folder}/copy`, "web");
          await Deno.remove(`${folder}/copy`, { recursive: true });
          return out;
        };
        await until("output again", async () => (await copy()).includes("after"));
        assertMatch(await copy(), /\(dinit: note: \d+ lines \(\d+ bytes\) dropped\)/);
        assertEquals(told(), 1);
      });
    }),
);

Deno.test("a manager without a store keeps none, and says so", () =>
  withManager({ services: { boot: script("exec sleep 1000") } }, async (manager: Manager) => {
    await started(manager, "boot");
    const { code, err } = await manager.ctl("logs", "--list-boots");
    assertEquals([code, err], [1, "dinitctl: this manager has no log store.\n"]);
    assertEquals((await manager.ctl("logs", "-b", "-1")).code, 1);
  }));
