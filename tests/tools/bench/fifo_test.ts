import { Fifo } from "../../../tools/bench/fifo.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";

Deno.test("Fifo.bytes() waits for as many bytes as were asked for", async () => {
  const folder = await Deno.makeTempDir({ prefix: "dinit-test-" });
  try {
    await using fifo = await Fifo.create(`${folder}/fifo`);
    const writer = new Deno.Command("/bin/sh", {
      args: ["-c", `printf . >${fifo.path}; printf . >${fifo.path}`],
    }).spawn();
    const begin = performance.now();
    assert(await fifo.bytes(2, 10_000, "Two bytes") >= begin, "a time");
    assertEquals((await writer.status).success, true);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("Fifo.next() gives up at its limit and can be closed then", async () => {
  const folder = await Deno.makeTempDir({ prefix: "dinit-test-" });
  try {
    await using fifo = await Fifo.create(`${folder}/fifo`);
    await assertRejects(() => fifo.next(5, "Nothing"), /Nothing took over 5 ms/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
