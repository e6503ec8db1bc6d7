/** Starts of services as facts that outlive the manager. */
import { KeptBlocks } from "../../../core/state/kept_blocks.ts";
import { type Kept, readKept } from "../../../core/state/kept_reading.ts";
import type { ServiceStarts, StartTimes } from "../../../core/figures/start_times.ts";
import { FACT_KIND, putPlain } from "../../../daemon/kept/facts.ts";
import { putStarts, readStarts } from "../../../daemon/time/start_fact.ts";
import { assert, assertEquals, fail } from "../../assert.ts";

const FIRST: StartTimes = {
  begunMs: 12.25,
  consoleMs: undefined,
  ownMs: 13,
  launchedMs: 13.5,
  executedMs: 14.125,
  endedMs: 20,
  outcome: "started",
};
const SECOND: StartTimes = { ...FIRST, begunMs: 100, consoleMs: 101, outcome: "not-started" };
const UNDER_WAY: StartTimes = {
  ...{ begunMs: 7, consoleMs: undefined, ownMs: undefined, launchedMs: undefined },
  ...{ executedMs: undefined, endedMs: undefined, outcome: "under-way" },
};
const ONCE: ServiceStarts = { first: FIRST, last: FIRST, count: 1, failures: 0 };

function kept(put: (blocks: KeptBlocks) => boolean): Kept {
  const blocks = new KeptBlocks(new Uint8Array(8192));
  assert(put(blocks));
  const read = readKept(blocks.sealed());
  return read.kind === "kept" ? read.kept : fail(read.why);
}

function readBack(starts: ServiceStarts) {
  return readStarts(kept((blocks) => putStarts(blocks, FACT_KIND.starts, 3, starts)));
}

Deno.test("starts are read as they were written, one or two of them", () => {
  const twice = { first: FIRST, last: SECOND, count: 7, failures: 2 };
  const again = { ...twice, last: UNDER_WAY };
  for (const starts of [ONCE, twice, again]) {
    assertEquals(readBack(starts), { facts: new Map([[3, starts]]), damaged: [] });
  }
});

Deno.test("a first start that is under way is not noted yet", () => {
  const starts = { first: UNDER_WAY, last: UNDER_WAY, count: 1, failures: 0 };
  assertEquals(readBack(starts), { facts: new Map(), damaged: [] });
});

Deno.test("readStarts() takes what an earlier version wrote", () => {
  const text = kept((blocks) => putPlain(blocks, FACT_KIND.startTexts, 3, ONCE));
  const { ...first } = FIRST;
  // JSON has no undefined.
  const read = JSON.parse(JSON.stringify(first));
  assertEquals(readStarts(text), {
    facts: new Map([[3, { first: read, last: read, count: 1, failures: 0 }]]),
    damaged: [],
  });
});

Deno.test("of starts that were damaged or cut it is said so; a time that is wrong does no harm", () => {
  const whole = kept((blocks) => putStarts(blocks, FACT_KIND.starts, 3, ONCE));
  const contents = whole.get(FACT_KIND.starts)?.get(3) ?? fail("nothing was put");
  const read = (bytes: Uint8Array) =>
    readStarts(new Map([[FACT_KIND.starts, new Map([[3, bytes]])]]));
  for (let at = 0; at < 16; at++) {
    const damaged = contents.slice();
    damaged[at] = (damaged[at] ?? 0) ^ 1;
    assertEquals(read(damaged), { facts: new Map(), damaged: [3] });
  }
  for (let length = 0; length < contents.length; length++) {
    assertEquals(read(contents.slice(0, length)).damaged, [3]);
  }
  const late = contents.slice();
  late[16] = (late[16] ?? 0) ^ 1;
  assertEquals(read(late).facts.get(3)?.count, 1);
});
