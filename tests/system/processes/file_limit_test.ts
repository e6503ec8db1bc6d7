/**
 * A manager whose files may not grow beyond a size (ulimit -f): its logs lose lines, and it lives.
 */
import { until } from "../../../tools/limit.ts";
import { assertEquals, assertIncludes, assertMatch } from "../../assert.ts";
import { withFolder } from "../../folder.ts";
import { PROGRAM, withManager } from "../manager.ts";

const LIMIT_MS = 20_000;
/** Blocks of 512 bytes, as POSIX has it. */
const THROUGH = ["/bin/sh", "-c", 'ulimit -f 8; exec "$0" "$@"'];
const LIMIT_BYTES = 8 * 512;
/** Makes long lines in the manager's log. */
const LONG_NAME = "x".repeat(200);

Deno.test("logs beyond the limit of files lose lines, which are counted", async () => {
  await withFolder(async (folder) => {
    const log = `${folder}/log`;
    const text =
      `seq 1 20000; while [ ! -e ${folder}/go ]; do sleep 0.1; done; echo again; sleep 1000`;
    const services = {
      boot: `type = "process"\ncommand = ["/bin/sh", "-c", "${text}"]\nrestart = false\n` +
        `logfile = "${log}"\nlog-timestamps = true\n`,
      [LONG_NAME]: "",
    };
    await withManager({ services, through: THROUGH }, async (manager) => {
      await manager.outputHas(
        `boot: Cannot write to the log file "${log}": file too large (EFBIG)`,
      );
      assertEquals(Deno.statSync(log).size, LIMIT_BYTES);
      // The manager's own log, too.
      while (Deno.statSync(`${manager.folder}/log`).size < LIMIT_BYTES) {
        await manager.ctlOk("start", LONG_NAME);
        await manager.ctlOk("stop", LONG_NAME);
      }
      await manager.ctlOk("start", LONG_NAME);
      assertIncludes(await manager.ctlOk("list"), "boot");
      assertMatch(await manager.ctlOk("status", "boot"), /State: STARTED/);
      await Deno.truncate(log, 0);
      await Deno.writeTextFile(`${folder}/go`, "");
      await until(LIMIT_MS, "the next line", () => / again\n$/.test(Deno.readTextFileSync(log)));
      assertMatch(Deno.readTextFileSync(log), /dinit: \d+ lines were lost: file too large/);
    });
  });
});

Deno.test("the program runs where no file may grow at all", async () => {
  const script = 'ulimit -f 0; exec "$0" --version';
  const { code, signal } = await new Deno.Command("/bin/sh", { args: ["-c", script, PROGRAM] })
    .output();
  assertEquals([code, signal], [0, null]);
});
