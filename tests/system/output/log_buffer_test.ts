/** Log buffers that are full: what catlog, status and logs -f show then. */
import { until } from "../../../tools/limit.ts";
import { assert, assertEquals, assertIncludes, assertMatch } from "../../assert.ts";
import { withFolder } from "../../folder.ts";
import { PROGRAM, withManager } from "../manager.ts";

const LIMIT_MS = 20_000;
const KEEP = 'type = "process"\ncommand = ["/bin/sleep", "1000"]\n';

/** Writes far more than a buffer holds, then waits for a file and writes a last line. */
function chatty(folder: string): string {
  return `seq 1 5000; echo full; while [ ! -e ${folder}/go ]; do sleep 0.05; done; echo last; sleep 1000`;
}

Deno.test("a full buffer keeps the newest lines, and tells how much it dropped", async () => {
  await withFolder(async (folder) => {
    const command = JSON.stringify(["/bin/sh", "-c", chatty(folder)]);
    const services = { boot: `type = "process"\ncommand = ${command}\nlog-type = "buffer"\n` };
    await withManager({ services }, async (manager) => {
      const log = () => manager.ctlOk("catlog", "boot");
      await until(LIMIT_MS, "the flood", async () => (await log()).endsWith("\n5000\nfull\n"));
      const [note = "", ...lines] = (await log()).trimEnd().split("\n");
      const first = 5000 + 2 - lines.length;
      assertEquals(
        lines.slice(0, -1).map(Number),
        Array.from(
          { length: lines.length - 1 },
          (_, index) => first + index,
        ),
      );
      assertMatch(note, /^\(dinit: note: \d+ lines \(\d+ bytes\) dropped\)$/);
      assertIncludes(note, ` ${first - 1} lines `);
      assert(lines.join("\n").length + 1 <= 4096 && lines.join("\n").length > 4096 - 16);

      const follower = new Deno.Command(PROGRAM, {
        args: ["ctl", "-p", manager.socket, "logs", "-f", "boot"],
        stdout: "piped",
      }).spawn();
      let followed = "";
      const reading = (async () => {
        for await (const text of follower.stdout.pipeThrough(new TextDecoderStream())) {
          followed += text;
        }
      })();
      await until(LIMIT_MS, "what is there", () => followed.endsWith("full\n"));
      await Deno.writeTextFile(`${folder}/go`, "");
      await until(LIMIT_MS, "what comes", () => followed.endsWith("full\nlast\n"));
      follower.kill("SIGTERM");
      await follower.status;
      await reading;
      assertMatch(await manager.ctlOk("status", "-n", "2", "boot"), /full\n.*last\n$/);

      await manager.ctlOk("catlog", "--clear", "boot");
      assertEquals(await log(), "");
    });
  });
});

Deno.test("a buffer of upstream's format keeps the oldest lines, until it is cleared", async () => {
  await withFolder(async (folder) => {
    await withManager({ services: { keep: KEEP }, start: ["keep"] }, async (manager) => {
      await Deno.writeTextFile(
        `${manager.folder}/services/old`,
        `type = process\ncommand = /bin/sh -c "${chatty(folder)}"\nlog-type = buffer\n`,
      );
      await manager.ctlOk("start", "old");
      const log = () => manager.ctlOk("catlog", "old");
      await until(LIMIT_MS, "the flood", async () => (await log()).length >= 4096);
      assert((await log()).startsWith("1\n2\n3\n"));
      await until(LIMIT_MS, "the end of the flood", async () => {
        return await manager.ctlOk("catlog", "--clear", "old") === "";
      });
      await Deno.writeTextFile(`${folder}/go`, "");
      await until(LIMIT_MS, "the last line", async () => (await log()) === "last\n");
    });
  });
});
