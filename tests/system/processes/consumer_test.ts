/**
 * log-type = "pipe" and consumer-of: nothing of what waits between the two is lost when one starts
 * again.
 */
import { assertEquals } from "../../assert.ts";
import { withFolder } from "../../folder.ts";
import { until } from "../../../tools/limit.ts";
import { withManager } from "../manager.ts";

const LIMIT_MS = 20_000;

/** Runs a shell script whose output goes to the pipe. */
function producer(text: string): string {
  const command = JSON.stringify(["/bin/sh", "-c", text.replaceAll("$", "$$$$")]);
  return `type = "process"\ncommand = ${command}\nlog-type = "pipe"\nrestart = false\n`;
}

function consumer(file: string): string {
  // It reads a line at a time and leaves the rest in the pipe.
  const text = `while read -r line; do echo "$$line" >> ${file}; done`;
  return `type = "process"\ncommand = ${JSON.stringify(["/bin/sh", "-c", text])}\n` +
    'consumer-of = "talker"\nrestart = false\n';
}

function lines(file: string): string[] {
  try {
    return Deno.readTextFileSync(file).trimEnd().split("\n");
  } catch {
    return [];
  }
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => String(index));

Deno.test("a consumer that is started again goes on where it stopped", async () => {
  await withFolder(async (folder) => {
    const file = `${folder}/lines`;
    const talker = producer(
      `seq 0 19; while [ ! -e ${folder}/go ]; do sleep 0.01; done; seq 20 149; ` +
        `: > ${folder}/written; exec sleep 1000`,
    );
    const services = { talker, eater: consumer(file) };
    await withManager({ services, start: ["talker", "eater"] }, async (manager) => {
      await until(LIMIT_MS, "The first lines", () => lines(file).length >= 20);
      await manager.ctlOk("stop", "eater");
      // While nobody reads, the lines wait in the pipe.
      await Deno.writeTextFile(`${folder}/go`, "");
      await until(LIMIT_MS, "The writing", () => [...Deno.readDirSync(folder)].length === 3);
      await manager.ctlOk("start", "eater");
      await until(LIMIT_MS, "The last line", () => lines(file).length >= 150);
      assertEquals(lines(file), upTo(150));
    });
  });
});

Deno.test("a producer that is started again writes to the same consumer", async () => {
  await withFolder(async (folder) => {
    const file = `${folder}/lines`;
    const services = { talker: producer("seq 0 29; exec sleep 1000"), eater: consumer(file) };
    await withManager({ services, start: ["eater", "talker"] }, async (manager) => {
      await until(LIMIT_MS, "The first run", () => lines(file).length >= 30);
      const before = await manager.ctlOk("status", "eater");
      await manager.ctlOk("restart", "talker");
      await until(LIMIT_MS, "The second run", () => lines(file).length >= 60);
      assertEquals(lines(file), [...upTo(30), ...upTo(30)]);
      const processOf = (status: string) => /Process ID: (\d+)/.exec(status)?.[1];
      assertEquals(processOf(await manager.ctlOk("status", "eater")), processOf(before));
    });
  });
});
