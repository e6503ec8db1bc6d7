/** The manager's state in memory outside, turn by turn, as a successor would find it. */
import { Scheduler } from "../../../core/schedule/scheduler.ts";
import { readKept } from "../../../core/state/kept_reading.ts";
import { type Pid, pid } from "../../../core/types.ts";
import { FACT_KIND, Facts, readFacts } from "../../../daemon/kept/facts.ts";
import { readLaunches } from "../../../daemon/kept/launch_journal.ts";
import { StateMemory } from "../../../daemon/kept/state_memory.ts";
import { Driver } from "../../core/schedule/driver.ts";
import { assert, assertEquals, fail } from "../../assert.ts";
import { FakeMemory } from "./fake_memory.ts";

const NO_ENDS = { readiness: undefined, notify: undefined, control: undefined };
const KIND = FACT_KIND.statusText;
const RUN_KIND = FACT_KIND.timer;

interface World {
  readonly driver: Driver;
  readonly memory: FakeMemory;
  readonly all: Map<number, { readonly text: string }>;
  readonly facts: Facts<{ readonly text: string }>;
  readonly runs: Map<number, { readonly text: string }>;
  readonly runFacts: Facts<{ readonly text: string }>;
  readonly state: StateMemory;
  readonly lost: string[];
}

function world(services: number, memory = new FakeMemory()): World {
  const driver = new Driver();
  driver.load(Object.fromEntries(
    Array.from({ length: services }, (_, index) => [`s${index}`, { type: "process" }]),
  ));
  const all = new Map<number, { readonly text: string }>();
  const facts = new Facts(KIND, all);
  const runs = new Map<number, { readonly text: string }>();
  const runFacts = new Facts(RUN_KIND, runs);
  const lost: string[] = [];
  let clock = 0;
  const state = StateMemory.begin({
    memory,
    scheduler: driver.scheduler,
    services: 0,
    inbox: { placeIn: () => true, stayIn: () => {} },
    sources: [facts],
    withScheduler: [runFacts],
    givenToChildren: [],
    read: [],
    said: [],
    platform: { processClockMs: () => ++clock, processMaking: { kind: "stub" } },
    lost: (why) => lost.push(why),
  });
  if ("kind" in state) return fail(state.message);
  return { driver, memory, all, facts, runs, runFacts, state, lost };
}

/** What a successor finds. */
function found({ published }: FakeMemory) {
  const memory = published ?? fail("Nothing is to be found");
  const read = readKept(memory);
  if (read.kind === "fault") return fail(read.why);
  const scheduler = Scheduler.restored(memory);
  return {
    scheduler: scheduler instanceof Scheduler ? scheduler.write() : fail(scheduler.why),
    facts: readFacts<{ readonly text: string }>(read.kept, KIND).facts,
    launches: readLaunches(
      read.kept.get(FACT_KIND.launches)?.get(0) ?? fail("There is no journal"),
    ),
  };
}

Deno.test("a successor finds all of the last turn, and nothing of the one under way", () => {
  const { driver, memory, all, facts, state } = world(3);
  assertEquals(found(memory).scheduler, driver.scheduler.write());
  const before = driver.scheduler.write();
  driver.start("s1");
  all.set(1, { text: "warming up" });
  facts.note(1);
  assertEquals(found(memory), { scheduler: before, facts: new Map(), launches: [] });
  state.keep();
  assertEquals(found(memory).scheduler, driver.scheduler.write());
  assertEquals(found(memory).facts, new Map(all));
});

Deno.test("a turn that has changed nothing writes nothing", () => {
  const { driver, memory, state } = world(3);
  driver.start("s1");
  state.keep();
  const before = memory.published?.slice();
  state.keep();
  driver.apply({ kind: "deadline" });
  state.keep();
  assertEquals(memory.published, before);
});

Deno.test("a launch is found until the turn is over, in which its process becomes a fact", () => {
  const { driver, memory, state } = world(2);
  const service = driver.id("s0");
  state.begin(service, "start", NO_ENDS);
  assertEquals(found(memory).launches, [
    {
      ...{ service, role: "start", sinceMs: 1, pid: undefined, isNumbered: true },
      ...{ report: undefined, ends: NO_ENDS },
    },
  ]);
  state.made(pid(70), undefined);
  state.begin(service, "stop", NO_ENDS);
  state.failed();
  assertEquals(found(memory).launches.map(({ pid: number }) => number), [pid(70)]);
  state.keep();
  assertEquals(found(memory).launches, []);
});

Deno.test("more launches than the journal holds: each is in it or a fact, at any time", () => {
  const { driver, memory, all, facts, state } = world(1);
  const service = driver.id("s0");
  const known = (): readonly Pid[] => {
    const { facts, launches } = found(memory);
    return [...facts.keys() as Iterable<Pid>, ...launches.flatMap(({ pid: one }) => one ?? [])];
  };
  const before = found(memory).scheduler;
  driver.start("s0");
  for (let number = 100; number < 300; number++) {
    state.begin(service, "start", NO_ENDS);
    state.made(pid(number), undefined);
    all.set(number, { text: `process ${number}` });
    facts.note(number);
    assert(known().includes(pid(number)), `${number}`);
    assertEquals(new Set(known()).size, number - 99);
  }
  // The scheduler's turn is not over.
  assertEquals(found(memory).scheduler, before);
  state.keep();
  assertEquals(found(memory).scheduler, driver.scheduler.write());
});

Deno.test("what belongs to the scheduler's turn counts with it, and not in the middle", () => {
  const { driver, memory, all, facts, state, runs, runFacts } = world(1);
  const service = driver.id("s0");
  const foundRuns = () => {
    const read = readKept(memory.published ?? fail("Nothing is to be found"));
    return read.kind === "kept" ? readFacts(read.kept, RUN_KIND).facts : fail(read.why);
  };
  driver.start("s0");
  runs.set(service, { text: "has begun" });
  runFacts.note(service);
  // So many that facts have to count before the turn is over.
  for (let number = 100; number < 300; number++) {
    state.begin(service, "start", NO_ENDS);
    state.made(pid(number), undefined);
    all.set(number, { text: `process ${number}` });
    facts.note(number);
  }
  assert(found(memory).facts.size > 0, "facts count");
  assertEquals(foundRuns(), new Map());
  state.keep();
  assertEquals(foundRuns(), new Map(runs));
});

function growIn(memory: FakeMemory): void {
  const { driver, all, facts, state } = world(5, memory);
  const sizes = new Set<number>();
  for (let round = 0; round < 12; round++) {
    driver.load(Object.fromEntries(
      Array.from({ length: 50 }, (_, index) => [`r${round}-${index}`, { type: "process" }]),
    ));
    all.set(round, { text: "x".repeat(1000 * round) });
    facts.note(round);
    state.begin(driver.id("s0"), "start", NO_ENDS);
    state.made(pid(100 + round), undefined);
    assertEquals(found(memory).launches.length, 1);
    state.keep();
    assertEquals(found(memory).scheduler, driver.scheduler.write());
    assertEquals(found(memory).facts, new Map(all));
    assertEquals(found(memory).launches, []);
    sizes.add(memory.published?.length ?? 0);
  }
  assert(sizes.size > 1, "it has grown");
}

Deno.test("memory that becomes too small is made longer, and what is there is not moved", () => {
  const memory = new FakeMemory();
  growIn(memory);
  assertEquals(memory.asked.length, 1);
  assert(memory.lengthened.length > 1, `${memory.lengthened}`);
});

Deno.test("where it cannot be made longer it is exchanged, and something whole is found all the time", () => {
  const memory = new FakeMemory();
  memory.isLast = false;
  growIn(memory);
  assert(memory.asked.length > 1, `${memory.asked}`);
  assertEquals(memory.lengthened, []);
});

Deno.test("when there is no larger memory nothing is found any more, and that is told once", () => {
  const memory = new FakeMemory();
  const { driver, state, lost } = world(5, memory);
  memory.limitBytes = 65_536;
  driver.load(Object.fromEntries(
    Array.from({ length: 500 }, (_, index) => [`more${index}`, { type: "process" }]),
  ));
  state.keep();
  assertEquals(memory.published, undefined);
  assertEquals(lost, ["no space left on the device (ENOSPC)"]);
  const { length } = memory.asked;
  state.begin(driver.id("s0"), "start", NO_ENDS);
  state.made(pid(9), undefined);
  state.keep();
  assertEquals([memory.asked.length, lost.length], [length, 1]);
});

Deno.test("a manager for which there is no memory at all keeps nothing, and is told why", () => {
  const memory = new FakeMemory();
  memory.limitBytes = 0;
  const state = StateMemory.begin({
    memory,
    scheduler: new Driver().scheduler,
    services: 0,
    inbox: { placeIn: () => true, stayIn: () => {} },
    sources: [],
    withScheduler: [],
    givenToChildren: [],
    read: [],
    said: [],
    platform: { processClockMs: () => 0, processMaking: { kind: "stub" } },
    lost: () => {},
  });
  assertEquals("kind" in state && state.call, "fallocate");
});
