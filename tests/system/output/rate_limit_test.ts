/** Services that write more than they may. */
import { assertEquals, assertMatch } from "../../assert.ts";
import { withFolder } from "../../folder.ts";
import { until } from "../../wait.ts";
import { withManager } from "../manager.ts";

const LINES = "1\\n2\\n3\\n4\\n5\\n6\\n";
const TOLD = "dinit: 3 lines were dropped (6 bytes): allowed are 3 lines in 3600 s\n";

Deno.test("what a service writes beyond its limit is missing in buffer and file, and counted there", async () => {
  await withFolder(async (folder) => {
    const run = (log: string) =>
      `type = "process"\ncommand = ["/bin/sh", "-c", "printf '${
        LINES.replaceAll("\\", "\\\\")
      }'; ` +
      `exec sleep 1000"]\nlog-rate-interval = "1h"\n${log}`;
    const services = {
      boot: 'type = "internal"\nwaits-for = ["buffer", "file", "free"]\n',
      buffer: run('log-type = "buffer"\n'),
      file: run(`logfile = "${folder}/log"\n`),
      free: run('log-type = "buffer"\nlog-rate-lines = 0\n'),
    };
    await withManager({ services, args: ["--log-rate-lines", "3"] }, async (manager) => {
      const log = (name: string) => manager.ctlOk("catlog", name);
      await until("all of it", async () => await log("free") === "1\n2\n3\n4\n5\n6\n");
      await until("what may be", async () => await log("buffer") === "1\n2\n3\n");
      await until("the file", () => Deno.readTextFileSync(`${folder}/log`) === "1\n2\n3\n");
      // Another manager goes on with what is to be told, and stops tell it.
      await manager.ctlOk("reexec");
      await manager.ctlOk("stop", "buffer");
      assertEquals(await log("buffer"), `1\n2\n3\n${TOLD}`);
      await manager.ctlOk("stop", "file");
      assertEquals(Deno.readTextFileSync(`${folder}/log`), `1\n2\n3\n${TOLD}`);
    });
  });
});

Deno.test("how much was dropped is told when the interval is over, although nothing more comes", async () => {
  const services = {
    boot: 'type = "process"\ncommand = ["/bin/sh", "-c", "echo a; echo b; exec sleep 1000"]\n' +
      'log-type = "buffer"\nlog-rate-lines = 1\nlog-rate-interval = "0.1s"\n',
  };
  await withManager({ services }, async (manager) => {
    await until("the line", async () => {
      return (await manager.ctlOk("catlog", "boot")).split("\n").length >= 3;
    });
    assertMatch(
      await manager.ctlOk("catlog", "boot"),
      /^a\ndinit: 1 line was dropped \(2 bytes\): allowed are 1 line in 0\.1 s\n$/,
    );
  });
});
