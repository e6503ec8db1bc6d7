import { cProgram } from "../../../tools/bench/subjects/c_program.ts";
import { Fifo } from "../../../tools/bench/fifo.ts";
import { Workspace } from "../../../tools/bench/workspace.ts";
import { hostProgram } from "../../../tools/vm/host_program.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { testNeeding, tool } from "../../skip.ts";

const NEEDS = [tool("cc (gcc)", hostProgram("cc") !== undefined)];

testNeeding("Fifo", NEEDS, async (t) => {
  const workspace = Workspace.create();
  try {
    const program = await cProgram(workspace.folder);
    await using fifo = await Fifo.create({ workspace, cProgram: program });

    await t.step("gives up at a limit", async () => {
      await assertRejects(() => fifo.bytes(1, 5, "Nothing"), /Nothing took over \d+ ms/);
      Deno.writeTextFileSync(fifo.path, ".", { create: false });
    });
    await t.step("waits for as many bytes as were asked for, knows when they came", async () => {
      const begin = performance.now();
      const writer = new Deno.Command("/bin/sh", {
        args: ["-c", `printf . >${fifo.path}; printf . >${fifo.path}`],
      }).spawn();
      const { success } = await writer.status;
      const at = await fifo.bytes(2, 10_000, "Two bytes");
      const end = performance.now();
      assertEquals(success, true);
      assert(at > begin && at < end, `${begin} < ${at} < ${end}`);
    });
    await t.step("gives what was written, line ends and all", async () => {
      const text = "1 2\n\n3\n".repeat(1000);
      Deno.writeTextFileSync(fifo.path, text, { create: false });
      let seen = "";
      while (seen.length < text.length) seen += (await fifo.next(10_000, "The text")).text;
      assertEquals(seen, text);
    });
  } finally {
    await workspace.dispose();
  }
});
