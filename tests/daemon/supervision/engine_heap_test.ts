/**
 * V8's own heap, collected in steps: they end, and what nobody uses is gone. In a program of its
 * own, with the flags of the executable.
 */
import { ENGINE_FLAGS } from "../../../tools/build/executable.ts";
import { assert, assertEquals } from "../../assert.ts";

const ENGINE_HEAP = new URL("../../../daemon/supervision/engine_heap.ts", import.meta.url).href;
const ENGINE_ROOT = new URL("../../../daemon/supervision/engine_root.ts", import.meta.url).href;

/** Numbers as JSON. */
function told(text: string): Record<string, number> {
  const { stdout, stderr, success } = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-A", "--no-check", `--v8-flags=${ENGINE_FLAGS.join()}`],
      `data:application/typescript,${encodeURIComponent(text)}`,
    ],
  }).outputSync();
  assert(success, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

const PRELUDE = `
  import { EngineHeap } from "${ENGINE_HEAP}";
  import { holdFromGlobal } from "${ENGINE_ROOT}";
  const make = (count) =>
    Array.from({ length: count }, (_, index) => ({ index, text: ["a", index], more: { index } }));
`;

Deno.test("EngineHeap collects in steps what is not used, and nothing else", () => {
  const seen = told(`${PRELUDE}
    const kept = { list: make(50_000) };
    holdFromGlobal(kept);
    const heap = new EngineHeap();
    let garbage = make(50_000);
    garbage = undefined;
    const before = heap.usedBytes();
    let steps = heap.begin() ? 1 : 0;
    while (heap.step() === "more") steps++;
    console.log(JSON.stringify({
      steps,
      freed: before - heap.usedBytes(),
      sum: kept.list.reduce((sum, { more }) => sum + more.index, 0),
    }));
  `);
  assert((seen.steps ?? 0) > 4, `${seen.steps} steps`);
  assert((seen.freed ?? 0) > 4_000_000, `${seen.freed} bytes`);
  assertEquals(seen.sum, 50_000 * 49_999 / 2);
});

Deno.test("EngineHeap marks in steps what hangs on the object that is held from the global one", () => {
  const stepsOf = (held: string) =>
    told(`${PRELUDE}
      const kept = { list: make(100_000) };
      holdFromGlobal(${held});
      const heap = new EngineHeap();
      let steps = heap.begin() ? 1 : 0;
      while (heap.step() === "more") steps++;
      console.log(JSON.stringify({ steps, length: kept.list.length }));
    `).steps ?? 0;
  const [held, loose] = [stepsOf("kept"), stepsOf("{}")];
  assert(held > 1.5 * loose, `${held} and ${loose} steps`);
});
