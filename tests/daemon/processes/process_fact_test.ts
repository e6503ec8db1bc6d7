/** Processes of services as facts: what is read after a turn is what the table holds. */
import { KeptBlocks } from "../../../core/state/kept_blocks.ts";
import { readKept } from "../../../core/state/kept_reading.ts";
import { type Pid, pid, type ServiceId } from "../../../core/types.ts";
import { readProcesses } from "../../../daemon/processes/process_fact.ts";
import { ServiceProcesses } from "../../../daemon/processes/service_processes.ts";
import type { Platform } from "../../../platform/mod.ts";
import { assert, assertEquals, fail } from "../../assert.ts";
import { randomSource } from "../control/random_requests.ts";

const SEED = 0x32;
const service = 1 as ServiceId;

/** Every process is a child, or is not, by its number. */
function processes() {
  let clock = 1000;
  const platform = {
    processClockMs: () => ++clock,
    childState: (one: Pid) => one % 3 === 0 ? "foreign" : "running",
    processFacts: (one: Pid) => ({ kind: "process", madeAt: `t${one}` }),
    poller: { watchProcess: () => undefined, unwatchProcess: () => {} },
  } as unknown as Platform;
  return new ServiceProcesses(platform, {
    platform,
    cgroupOwnerOf: () => undefined,
    markedFor: () => undefined,
    nameOf: () => "other",
  });
}

function found(memory: Uint8Array) {
  const read = readKept(memory);
  if (read.kind === "fault") return fail(read.why);
  const { facts, damaged } = readProcesses(read.kept);
  assertEquals(damaged, []);
  return facts;
}

Deno.test("a process is read with its service, its role, what is odd about it, and when it was seen", () => {
  const memory = new Uint8Array(8192);
  const blocks = new KeptBlocks(memory);
  const table = processes();
  table.facts.begin();
  table.add(pid(10), { service, role: "start" });
  table.add(pid(11), { service, role: "stop" });
  table.add(pid(12), { service, role: "start", watched: { madeAt: "77" }, isStranger: true });
  assert(table.facts.put(blocks));
  blocks.commit();
  const facts = found(memory);
  // The clock is read once for all that are put together.
  const seenMs = 1001;
  assertEquals(facts.get(10), { pid: pid(10), service, role: "start", seenMs });
  assertEquals(facts.get(11), { pid: pid(11), service, role: "stop", seenMs });
  assertEquals(facts.get(12), {
    ...{ pid: pid(12), service, role: "start", seenMs },
    ...{ watched: { madeAt: "77" }, isStranger: true },
  });
});

Deno.test("a process that was damaged is told and not taken for one", () => {
  const memory = new Uint8Array(8192);
  const blocks = new KeptBlocks(memory);
  const table = processes();
  table.facts.begin();
  table.add(pid(10), { service, role: "start" });
  assert(table.facts.put(blocks));
  blocks.commit();
  const read = readKept(memory);
  const contents = read.kind === "kept" && [...read.kept.values()][0]?.get(10);
  if (!contents) return fail("There is none");
  for (let at = 0; at < contents.length; at++) {
    contents[at] = (contents[at] ?? 0) ^ 4;
    const again = readKept(memory);
    const { facts, damaged } = again.kind === "kept" ? readProcesses(again.kept) : fail(again.why);
    assertEquals([facts.size, damaged], [0, [10]], `byte ${at}`);
    contents[at] = (contents[at] ?? 0) ^ 4;
  }
});

Deno.test("whatever happens to processes, what is read after a turn is what the table holds", () => {
  for (let run = 0; run < 200; run++) {
    const random = randomSource(SEED + run);
    const memory = new Uint8Array(65_536);
    const blocks = new KeptBlocks(memory);
    const table = processes();
    // Some were there before anybody noted anything.
    const known = new Set<Pid>();
    const add = () => {
      const number = pid(2 + random(40));
      if (table.get(number) !== undefined) return;
      const owner = (1 + random(3)) as ServiceId;
      const watched = number % 3 === 0 ? { watched: { madeAt: `t${number}` } } : {};
      table.add(number, { service: owner, role: random(4) === 0 ? "stop" : "start", ...watched });
      known.add(number);
    };
    for (let count = 0; count < 5; count++) add();
    table.facts.begin();
    for (let step = 0; step < 60; step++) {
      const [some = pid(2)] = [...known].slice(random(known.size || 1));
      switch (random(6)) {
        case 0:
          table.remove(some);
          break;
        case 1:
          table.discard(some);
          break;
        case 2:
          table.forget((1 + random(3)) as ServiceId);
          break;
        case 3: {
          const to = pid(2 + random(40));
          const owner = table.get(some)?.service;
          if (owner !== undefined) table.changeMain(owner, some, to);
          known.add(to);
          break;
        }
        default:
          add();
      }
      if (random(3) !== 0) continue;
      assert(table.facts.put(blocks));
      blocks.commit();
      const facts = found(memory);
      for (const number of known) {
        const { pid: _pid, seenMs: _seenMs, ...fact } = facts.get(number) ?? {};
        assertEquals(facts.has(number) ? fact : undefined, table.get(number), `run ${run}`);
      }
      assertEquals([...facts.keys()].every((number) => known.has(number as Pid)), true);
    }
  }
});
