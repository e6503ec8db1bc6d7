/**
 * Reports: what a scheduler was given in a random run, written, read, and given to another one,
 * leads to the same commands and the same state.
 */
import type { Command } from "../../../core/command.ts";
import type { Problem } from "../../../core/description/contract/problem.ts";
import { Scheduler } from "../../../core/schedule/scheduler.ts";
import { InputRecorder, MOST_SERVICES } from "../../../core/report/input_recorder.ts";
import { type Replay, replay } from "../../../core/report/replay.ts";
import type { ReportedFacts } from "../../../core/report/report.ts";
import { LONGEST_REPORT, readReport, reportText } from "../../../core/report/report_text.ts";
import { instant } from "../../../core/types.ts";
import { generatePlan } from "../../../tools/simulation/generate.ts";
import { shutDownAtLast } from "../../../tools/simulation/last_shutdown.ts";
import { seededRandom } from "../../../tools/simulation/random.ts";
import { comeToRest } from "../../../tools/simulation/rest.ts";
import { SimulatedWorld } from "../../../tools/simulation/world.ts";
import { happen } from "../../../tools/simulation/happenings.ts";
import { assert, assertEquals, assertIncludes, fail } from "../../assert.ts";
import { buildDescription, type DescriptionParts } from "../../builders.ts";
import { Driver } from "../schedule/driver.ts";

const FACTS: ReportedFacts = {
  deliberateSignals: [1, 2, 10, 12, 15],
  shutdown: { graceMs: undefined, keys: "Ctrl-Alt-Del" },
};

function textOf(recorder: InputRecorder, scheduler: Scheduler, facts = FACTS): string {
  const now = scheduler.snapshot(MOST_SERVICES);
  return reportText({ build: "0.1.0", facts, halves: recorder.halves, now });
}

function replayed(text: string): Replay {
  const report = readReport(text);
  if (typeof report === "string") fail(report);
  const played = replay(report);
  return played.kind === "replayed" ? played : fail(played.why);
}

/** Keeps what a scheduler says to each input. */
class Listening extends Scheduler {
  readonly said: (readonly Command[])[] = [];

  override apply(...input: Parameters<Scheduler["apply"]>) {
    const commands = super.apply(...input);
    this.said.push(commands);
    return commands;
  }

  override order(...input: Parameters<Scheduler["order"]>) {
    const result = super.order(...input);
    this.said.push(result.commands);
    return result;
  }
}

Deno.test("a report is replayed to the same commands and the same state", () => {
  const scheduler = new Listening();
  const recorder = new InputRecorder(scheduler);
  scheduler.watchInputs(recorder);
  const descriptions = ["db", "web"].map((name, index) =>
    buildDescription(name, { type: "process", links: index === 1 ? { need: ["db"] } : {} })
  );
  let now = 1000.25;
  scheduler.load({ descriptions }, instant(now));
  scheduler.said.push([]);
  const service = scheduler.find("web") ?? fail("it is not loaded");
  scheduler.order({ kind: "start", service, pin: false }, instant(now += 0.1));
  const db = scheduler.find("db") ?? fail("it is not loaded");
  const events = [
    { kind: "spawned", service: db, role: "start", pid: 7 as never },
    { kind: "exec-succeeded", service: db, role: "start" },
    { kind: "exited", service: db, role: "start", status: { kind: "exited", code: 1 } },
  ] as const;
  for (const event of events) scheduler.apply(event, instant(now += 0.7));
  const { steps, isAlike } = replayed(textOf(recorder, scheduler));
  assert(isAlike);
  assertEquals(steps.map(({ commands }) => commands), scheduler.said);
});

Deno.test("reports of random runs are replayed to the same state, from any moment on", () => {
  let cut = 0;
  for (let seed = 1; seed <= 150; seed++) {
    const plan = { ...generatePlan(seed), restores: 0 };
    if (plan.services.length > 60) continue;
    const random = seededRandom(seed);
    const world = new SimulatedWorld(plan, { traces: false });
    for (const description of plan.services.slice(0, 3)) world.load(description);
    const recorder = new InputRecorder(world.scheduler, 1 + random.below(200));
    world.scheduler.watchInputs(recorder);
    for (const description of plan.services.slice(3)) world.load(description);
    for (let count = random.below(400); count > 0; count--) {
      const services = world.scheduler.list();
      const service = services[random.below(services.length)] ?? fail("it is not loaded");
      if (random.chance(0.2)) world.order({ kind: "start", service, pin: random.chance(0.1) });
      else if (random.chance(0.1)) world.order({ kind: "stop", service, pin: false, force: true });
      else if (random.chance(0.05)) world.advance(1000);
      else happen(world, random.next(), random.next());
    }
    comeToRest(world);
    if (random.chance(0.5)) shutDownAtLast(world, plan.lastShutdown);
    if (recorder.halves.length > 1) cut++;
    const { graceMs } = plan.lastShutdown;
    const facts = { ...FACTS, shutdown: { ...FACTS.shutdown, graceMs } };
    assert(replayed(textOf(recorder, world.scheduler, facts)).isAlike, `seed ${seed}`);
  }
  assert(cut > 0, "no run was longer than a half");
});

/** A service that starts and stops, again and again. */
function busy(services: Readonly<Record<string, DescriptionParts>>, rounds: number) {
  const driver = new Driver();
  const recorder = new InputRecorder(driver.scheduler);
  driver.scheduler.watchInputs(recorder);
  driver.load(services);
  for (let round = 0; round < rounds; round++) {
    driver.now += 1.5;
    driver.start("web");
    driver.stop("web");
  }
  return { recorder, scheduler: driver.scheduler };
}

Deno.test("a long past is cut, and what is left can be replayed", () => {
  const { recorder, scheduler } = busy({ web: {} }, 4000);
  const text = textOf(recorder, scheduler);
  assert(text.length <= LONGEST_REPORT, `${text.length}`);
  const { steps, isAlike } = replayed(text);
  assert(isAlike && steps.length >= 2000 && steps.length <= 4000, `${steps.length} steps`);
});

Deno.test("a report that would be too long begins later, and has as much as fits in", () => {
  const plain = { type: "process" } as const;
  const names = Array.from({ length: 250 }, (_, index) => [`s${index}`, plain]);
  const services = { web: {}, ...Object.fromEntries(names) };
  for (const rounds of [1900, 2030, 2600]) {
    const { recorder, scheduler } = busy(services, rounds);
    const text = textOf(recorder, scheduler);
    assert(text.length <= LONGEST_REPORT, `${text.length}`);
    assert(text.length > LONGEST_REPORT * 0.85, `${text.length} of ${rounds}`);
    const { steps, isAlike } = replayed(text);
    assert(isAlike && steps.length > 1000, `${steps.length} steps of ${rounds}`);
  }
});

Deno.test("with too many services a report has the last inputs only, and says so", () => {
  const names = Array.from({ length: MOST_SERVICES + 1 }, (_, index) => [`s${index}`, {}]);
  const { recorder, scheduler } = busy({ web: {}, ...Object.fromEntries(names) }, 2000);
  const text = textOf(recorder, scheduler);
  assert(text.length <= LONGEST_REPORT);
  const report = readReport(text);
  assert(typeof report !== "string" && report.history.kind === "inputs-only");
  assertIncludes(report.history.why, "too many services");
  assert(report.inputs.length > 500);
  assertEquals(replay(report).kind, "refused");
});

Deno.test("a report of many services with long descriptions keeps within its bound", () => {
  const long = { type: "process", workingDirectory: `/${"x".repeat(3000)}` } as const;
  const names = Array.from({ length: 200 }, (_, index) => [`s${index}`, long]);
  const { recorder, scheduler } = busy({ web: {}, ...Object.fromEntries(names) }, 1000);
  const text = textOf(recorder, scheduler);
  assert(text.length <= LONGEST_REPORT);
  const report = readReport(text);
  assert(typeof report !== "string" && report.history.kind === "inputs-only");
  assertIncludes(report.history.why, "does not fit");
});

Deno.test("secrets are in no part of a report", () => {
  const secret: DescriptionParts = {
    type: "process",
    command: ["/bin/web", "--password=hunter2"],
    stopCommand: ["/bin/stop", "hunter2"],
    environment: { clear: false, keep: [], unset: [], set: new Map([["PASSWORD", "hunter2"]]) },
  };
  const driver = new Driver();
  driver.load({ before: secret });
  const recorder = new InputRecorder(driver.scheduler);
  driver.scheduler.watchInputs(recorder);
  driver.load({ web: secret });
  const problem: Problem = {
    ...{ severity: "error", message: "hunter2", file: "/f", line: 1, column: 1 } as const,
    ...{ lineText: "X = hunter2", hint: "hunter2" },
  };
  const { name, source } = buildDescription("broken");
  driver.tryLoad({}, { broken: [{ name, source, problems: [problem] }] });
  for (const kind of ["reload", "reload-together"] as const) {
    const reload = { service: driver.id("web"), description: buildDescription("web", secret) };
    driver.order(kind === "reload" ? { kind, ...reload } : { kind, reloads: [reload] });
  }
  const text = textOf(recorder, driver.scheduler);
  const [, state = ""] = text.split("\n");
  const bytes = atob(JSON.parse(state).state);
  for (const part of [text, bytes]) assert(!part.includes("hunter2"));
  assertIncludes(text, "PASSWORD");
  assertIncludes(bytes, "PASSWORD");
  assert(replayed(text).isAlike);
});

Deno.test("readReport() says why a text is no report", () => {
  for (
    const [text, why] of [
      ["", "it is no report of this program"],
      ["hello\n", "it is no report of this program"],
      ['{"report":"dinit","format":3}\n', "its format is 3, and 1 and 2 are known"],
      ['{"report":"dinit","format":1}\n{"state":""}\n', "its end is missing"],
    ] as const
  ) assertEquals(readReport(text), why);
});
