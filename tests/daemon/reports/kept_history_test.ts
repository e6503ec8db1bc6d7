/** What a manager did is found in what it kept, whenever it dies, and leads to the same state. */
import { replay } from "../../../core/report/replay.ts";
import { readReport, reportText } from "../../../core/report/report_text.ts";
import { MOST_SERVICES } from "../../../core/report/input_recorder.ts";
import { readRecords } from "../../../core/report/input_records.ts";
import { Scheduler } from "../../../core/schedule/scheduler.ts";
import { readKept } from "../../../core/state/kept_reading.ts";
import { pid } from "../../../core/types.ts";
import { KeptHistory } from "../../../daemon/reports/kept_history.ts";
import { readHistory } from "../../../daemon/reports/left_history.ts";
import { generatePlan } from "../../../tools/simulation/generate.ts";
import { happen } from "../../../tools/simulation/happenings.ts";
import { seededRandom } from "../../../tools/simulation/random.ts";
import { SimulatedWorld } from "../../../tools/simulation/world.ts";
import { assert, assertEquals, assertIncludes, fail } from "../../assert.ts";
import { buildDescription } from "../../builders.ts";
import { Driver } from "../../core/schedule/driver.ts";

const CRASH = "The manager has crashed: SIGSEGV";
const MEMORY_BYTES = 4 * 1024 * 1024;

/** A history beside the scheduler's state. */
function keptBeside(scheduler: Scheduler) {
  const memory = new Uint8Array(MEMORY_BYTES);
  const keeper = scheduler.keepIn(memory) ?? fail("It has room");
  const { blocks } = keeper;
  const history = new KeptHistory(scheduler);
  scheduler.watchInputs(history);
  assert(history.placeIn(blocks));
  history.begin();
  const commit = () => {
    assert(keeper.put() && history.put(blocks));
    blocks.commit();
  };
  commit();
  return { memory, commit };
}

type Facts = Parameters<typeof reportText>[0]["facts"];

/** The report of the manager that comes after it. */
function reportAfter(memory: Uint8Array, facts: Facts) {
  const read = readKept(memory);
  if (read.kind === "fault") return fail(read.why);
  const left = readHistory(read.kept) ?? fail("There is no history");
  const next = Scheduler.restored(memory, {
    deliberateSignals: new Set(facts.deliberateSignals),
    shutdown: facts.shutdown,
  });
  if ("why" in next) return fail(next.why);
  const now = next.snapshot(MOST_SERVICES);
  const before = { before: now, inputs: [], times: [] };
  const earlier = { ...left, after: now, crash: CRASH };
  const text = reportText({ build: "0.1.0", facts, halves: [before], now, earlier });
  const report = readReport(text);
  if (typeof report === "string") return fail(report);
  return { text, report, earlier: report.earlier ?? fail("It has nothing of before") };
}

function factsOf(graceMs: number | undefined): Facts {
  return { deliberateSignals: [1, 2, 10, 12, 15], shutdown: { graceMs, keys: "Ctrl-Alt-Del" } };
}

Deno.test("what a dead manager did is replayed to the state that the next one went on with", () => {
  let broken = 0;
  let long = 0;
  for (let seed = 1; seed <= 60; seed++) {
    const plan = { ...generatePlan(seed), restores: 0, isKept: false };
    if (plan.services.length > 60) continue;
    const random = seededRandom(seed);
    const world = new SimulatedWorld(plan, { traces: false });
    for (const description of plan.services.slice(0, 3)) world.load(description);
    const { memory, commit } = keptBeside(world.scheduler);
    for (const description of plan.services.slice(3)) world.load(description);
    if (random.chance(0.5)) commit();
    for (let count = random.below(3000); count > 0; count--) {
      const services = world.scheduler.list();
      const service = services[random.below(services.length)] ?? fail("it is not loaded");
      if (random.chance(0.2)) world.order({ kind: "start", service, pin: random.chance(0.1) });
      else if (random.chance(0.1)) world.order({ kind: "stop", service, pin: false, force: true });
      else if (random.chance(0.05)) world.advance(1000);
      else happen(world, random.next(), random.next());
      if (random.chance(0.5)) commit();
    }
    const { report, earlier } = reportAfter(memory, factsOf(plan.lastShutdown.graceMs));
    const played = replay({ ...report, ...earlier });
    if (played.kind === "refused") fail(`seed ${seed}: ${played.why}`);
    assert(played.isAlike, `seed ${seed}`);
    if (earlier.brokenOff.length > 0) broken++;
    if (earlier.inputs.length > 2000) long++;
  }
  assert(broken > 5, `${broken} broken off, ${long} long`);
});

function driven() {
  const driver = new Driver();
  driver.load({ web: { type: "process" }, db: { type: "process" } });
  return { driver, ...keptBeside(driver.scheduler) };
}

Deno.test("what was at work when the manager died is told, and how it died", () => {
  const { driver, memory, commit } = driven();
  driver.start("web");
  driver.apply({ kind: "spawned", service: driver.id("web"), role: "start", pid: pid(7) });
  commit();
  driver.apply({ kind: "exec-succeeded", service: driver.id("web"), role: "start" });
  driver.stop("web");
  driver.order({
    kind: "reload",
    service: driver.id("db"),
    description: buildDescription("db", { type: "process" }),
  });
  const { earlier, text } = reportAfter(memory, factsOf(undefined));
  assertEquals(earlier.crash, CRASH);
  assertEquals(
    earlier.inputs.map(({ input }) => "kind" in input ? input.kind : "load"),
    ["start", "spawned"],
  );
  assertEquals(
    earlier.brokenOff.map((one) =>
      "leftOut" in one ? one.leftOut : "kind" in one.input ? one.input.kind : "load"
    ),
    ["exec-succeeded", "stop", "reload"],
  );
  assert(text.indexOf("broken-off") < text.indexOf('"crash"'), "in their order");
});

Deno.test("with a service that is new the past begins anew, and secrets are left out", () => {
  const { driver, memory, commit } = driven();
  driver.start("web");
  commit();
  const set = new Map([["PASSWORD", "hunter2"]]);
  driver.load({
    secret: { type: "process", environment: { clear: false, keep: [], unset: [], set } },
  });
  commit();
  driver.start("secret");
  commit();
  const { earlier, report, text } = reportAfter(memory, factsOf(undefined));
  assertEquals(earlier.inputs.length, 1);
  const played = replay({ ...report, ...earlier });
  assert(played.kind === "replayed" && played.isAlike);
  assertIncludes(atob(JSON.parse(text.split("\n")[1] ?? "").state), "PASSWORD");
  assert(
    !text.includes("hunter2") && !atob(JSON.parse(text.split("\n")[1] ?? "").state)
      .includes("hunter2"),
  );
});

Deno.test("the inputs that are kept are the same when they are read", () => {
  const { driver, memory, commit } = driven();
  const service = driver.id("web");
  const given = [
    { kind: "spawned", service, role: "start", pid: pid(70) },
    { kind: "exited", service, role: "start", status: { kind: "exited", code: 7 } },
    { kind: "deadline" },
    { kind: "spawn-failed", service, role: "start", why: "grüße \u{1F600}" },
  ] as const;
  driver.start("web");
  driver.now = 1234.56789;
  for (const event of given) driver.apply(event);
  commit();
  const read = readKept(memory);
  const left = read.kind === "kept" ? readHistory(read.kept) : fail(read.why);
  const found = readRecords(left?.inputs ?? fail("There is none")).slice(1);
  assertEquals(found, given.map((input) => ({ at: 1234.56789, input })) as never);
});

Deno.test("a long past is kept in two halves, and what is left of it is replayed", () => {
  const { driver, memory, commit } = driven();
  for (let round = 0; round < 2500; round++) {
    driver.now += 1.5;
    driver.start("web");
    driver.apply({ kind: "spawned", service: driver.id("web"), role: "start", pid: pid(7) });
    commit();
  }
  const { earlier, report, text } = reportAfter(memory, factsOf(undefined));
  assert(earlier.inputs.length > 1000 && earlier.inputs.length <= 4000, `${text.length}`);
  const played = replay({ ...report, ...earlier });
  assert(played.kind === "replayed" && played.isAlike);
  const read = readKept(memory);
  const left = read.kind === "kept" ? readHistory(read.kept) : fail(read.why);
  const all = readRecords(left?.inputs ?? fail("There is none"));
  assert(all.length > 2000 && all.length <= 4000, `${all.length} are kept`);
});
