/** What a program in a manager's place finds, of which a part lies in the kept memory. */
import { Scheduler } from "../../../core/schedule/scheduler.ts";
import { type Fd, fd, pid } from "../../../core/types.ts";
import { FACT_KIND, Facts } from "../../../daemon/kept/facts.ts";
import { StateMemory } from "../../../daemon/kept/state_memory.ts";
import { ServiceProcesses } from "../../../daemon/processes/service_processes.ts";
import { handedOn } from "../../../daemon/recovery/handed_on.ts";
import type { WrittenManager } from "../../../daemon/recovery/kept_manager.ts";
import { StartNotes } from "../../../daemon/time/start_notes.ts";
import type { FoundMemory, KeptMemory, Platform } from "../../../platform/mod.ts";
import { assert, assertEquals, fail } from "../../assert.ts";
import { Driver } from "../../core/schedule/driver.ts";
import { FakeMemory } from "../kept/fake_memory.ts";
import { handedOn as readAgain } from "../kept/handed_on.ts";

const MEMORY = fd(9);
const PARTS = {} as WrittenManager["parts"];
const FOUNDATIONS = {
  clock: {} as WrittenManager["clock"],
  cgroupBase: "/sys/fs/cgroup",
  oomScore: undefined,
  signals: [],
};

/** A manager with a service that runs and one that starts, and the memory it is kept in. */
function keptManager() {
  const driver = new Driver();
  const starts = new StartNotes();
  driver.scheduler.watchInputs(starts);
  driver.scheduler.watchPhases(starts);
  driver.load({ web: { type: "process" }, job: { type: "scripted" } });
  const platform = { processClockMs: () => 1, childState: () => "running" } as unknown as Platform;
  const processes = new ServiceProcesses(platform, {
    platform,
    cgroupOwnerOf: () => undefined,
    markedFor: () => undefined,
    nameOf: String,
  });
  const memory = new FakeMemory();
  const state = StateMemory.begin({
    memory,
    scheduler: driver.scheduler,
    services: 2,
    inbox: { placeIn: () => true, stayIn: () => {} },
    sources: [
      processes.facts,
      processes.unwatchedFacts,
      starts.facts,
      new Facts(FACT_KIND.fault, new Map()),
    ],
    withScheduler: [],
    givenToChildren: [],
    read: [],
    said: [],
    platform,
    lost: fail,
  });
  if ("kind" in state) fail(state.message);
  driver.run("web");
  processes.add(pid(77), { service: driver.id("web"), role: "start" });
  driver.start("job");
  state.keep();
  const written: WrittenManager = readAgain({
    ...FOUNDATIONS,
    scheduler: undefined,
    memory: MEMORY,
    parts: { ...PARTS, processes: undefined, starts: starts.keepUnderWay() },
  });
  return { driver, starts, processes, written, bytes: memory.published ?? fail("not kept") };
}

/** A platform that has the memory under its descriptor. */
function withMemory(found: FoundMemory): Pick<Platform, "keptMemories"> {
  const adopt = (descriptor: Fd) => {
    assertEquals(descriptor, MEMORY);
    return { found } as KeptMemory;
  };
  return { keptMemories: { adopt, make: fail, open: fail } as never };
}

function whyNot(written: WrittenManager, platform: Pick<Platform, "keptMemories">): string {
  try {
    handedOn(written, platform);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return fail("It was taken");
}

Deno.test("what is in the kept memory need not be written: scheduler, processes, starts", () => {
  const { driver, starts, processes, written, bytes } = keptManager();
  const { kept, memory } = handedOn(written, withMemory({ kind: "region", memory: bytes }));
  const restored = Scheduler.restored(kept.scheduler);
  assert(restored instanceof Scheduler);
  assertEquals(restored.write(), driver.scheduler.write());
  assertEquals(kept.parts.processes, processes.keep());
  // One that is over is a fact, one that is under way was written.
  const after = new StartNotes();
  after.adopt(kept.parts.starts);
  for (const name of ["web", "job"]) {
    // What is not there may be left out.
    const [read, noted] = [after, starts].map((all) => JSON.stringify(all.of(driver.id(name))));
    assertEquals(JSON.parse(read ?? ""), JSON.parse(noted ?? ""), name);
  }
  assertEquals(after.readyMs, starts.readyMs);
  assert(memory !== undefined);
});

Deno.test("a manager that keeps nothing hands all on in one piece, as earlier versions did", () => {
  const { driver, starts, processes } = keptManager();
  const written: WrittenManager = readAgain({
    ...FOUNDATIONS,
    scheduler: driver.scheduler.write(),
    parts: { ...PARTS, processes: processes.keep(), starts: starts.keep() },
  });
  const { kept, memory } = handedOn(written, { keptMemories: undefined });
  assertEquals([kept, memory], [written, undefined]);
});

Deno.test("a memory that is missing, empty or damaged is refused with a reason", () => {
  const { written, bytes } = keptManager();
  const { memory: _, ...without } = written;
  assertEquals(
    whyNot(without, { keptMemories: undefined }),
    "the state of the services is missing",
  );
  assertEquals(
    whyNot(written, { keptMemories: undefined }),
    "there is no memory that outlives a manager here",
  );
  assertEquals(whyNot(written, withMemory({ kind: "nothing" })), "there is nothing in the memory");
  const fault = { kind: "fault", why: "its length is wrong" } as const;
  assertEquals(whyNot(written, withMemory(fault)), "its length is wrong");
  assertEquals(
    whyNot(written, withMemory({ kind: "region", memory: new Uint8Array(4096) })),
    "what is kept cannot be read: it does not begin as kept state does",
  );
  const damaged = bytes.slice();
  const words = new Int32Array(damaged.buffer);
  // The process's own number of its service.
  const at = words.findIndex((word, index) => words[index - 1] === 77 && word >>> 24 === 17);
  words[at + 2] = 0x7777;
  assertEquals(
    whyNot(written, withMemory({ kind: "region", memory: damaged })),
    "facts that were kept are damaged",
  );
});

Deno.test("StartNotes.keepUnderWay() is without those that are over", () => {
  const { driver, starts } = keptManager();
  const { readyMs, services } = starts.keepUnderWay();
  assertEquals([readyMs, [...services.keys()]], [starts.readyMs, [driver.id("job")]]);
});
