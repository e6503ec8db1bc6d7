import { Driver, EXITED_0, EXITED_1 } from "../../core/schedule/driver.ts";
import type { DescriptionParts } from "../../builders.ts";
import { assertEquals } from "../../assert.ts";
import { StartNotes } from "../../../daemon/time/start_notes.ts";

const PROCESS: DescriptionParts = { type: "process" };

function watched(services: Readonly<Record<string, DescriptionParts>>) {
  const driver = new Driver();
  const notes = new StartNotes();
  driver.scheduler.watchInputs(notes);
  driver.scheduler.watchPhases(notes);
  driver.load(services);
  const startsOf = (name: string) => notes.of(driver.id(name));
  return { driver, notes, startsOf };
}

/** Up at 1300: waits from 1000 on, launched 1100, executed 1200. */
function started() {
  const world = watched({
    db: { ...PROCESS },
    web: {
      ...PROCESS,
      links: { need: ["db"] },
      readyNotification: { kind: "descriptor", number: 3 },
    },
  });
  const { driver } = world;
  driver.start("web");
  driver.now = 1050;
  driver.spawned("db");
  driver.now = 1100;
  driver.executed("db");
  driver.now = 1150;
  driver.spawned("web");
  driver.now = 1200;
  driver.executed("web");
  driver.now = 1300;
  driver.apply({ kind: "ready", service: driver.id("web") });
  return world;
}

Deno.test("the parts of a start are noted as they come", () => {
  const { startsOf, notes } = started();
  const start = {
    begunMs: 1000,
    consoleMs: undefined,
    ownMs: 1100,
    launchedMs: 1150,
    executedMs: 1200,
    endedMs: 1300,
    outcome: "started",
  } as const;
  assertEquals(startsOf("web"), { first: start, last: start, count: 1, failures: 0 });
  assertEquals(startsOf("db")?.first.endedMs, 1100);
  assertEquals(notes.readyMs, 1000);
});

Deno.test("the first start stays, the last one follows", () => {
  const { driver, startsOf, notes } = started();
  driver.now = 2000;
  driver.stop("web");
  driver.exited("web", EXITED_0);
  driver.now = 3000;
  driver.start("web");
  assertEquals(startsOf("web")?.first.endedMs, 1300);
  assertEquals(startsOf("web")?.last.outcome, "under-way");
  assertEquals(startsOf("web")?.last.begunMs, 3000);
  assertEquals(notes.counts(driver.id("web")), { starts: 2, startFailures: 0 });
});

Deno.test("a start that comes to nothing says so", () => {
  const { driver, startsOf } = watched({ job: { type: "scripted" } });
  driver.start("job");
  driver.spawned("job");
  driver.executed("job");
  driver.now = 1700;
  driver.exited("job", EXITED_1);
  const { outcome, endedMs, executedMs } = startsOf("job")?.first ?? {};
  assertEquals([outcome, endedMs, executedMs], ["not-started", 1700, 1000]);
  assertEquals(startsOf("job")?.failures, 1);
});

Deno.test("the wait for the console is a part of its own", () => {
  const { driver, startsOf } = watched({
    one: { type: "scripted", console: "starts" },
    two: { type: "scripted", console: "starts" },
  });
  driver.start("one");
  driver.start("two");
  driver.spawned("one");
  driver.executed("one");
  driver.now = 1400;
  driver.exited("one", EXITED_0);
  const { consoleMs, ownMs, outcome } = startsOf("two")?.first ?? {};
  assertEquals([consoleMs, ownMs, outcome], [1000, 1400, "under-way"]);
});

Deno.test("what is not of the start's own process is not noted", () => {
  const { driver, startsOf } = started();
  driver.now = 5000;
  driver.apply({ kind: "exec-succeeded", service: driver.id("web"), role: "stop" });
  driver.spawned("web");
  assertEquals(startsOf("web")?.last.executedMs, 1200);
  assertEquals(startsOf("web")?.last.launchedMs, 1150);
});

Deno.test("another manager goes on with the notes", () => {
  const { driver, notes } = started();
  const after = new StartNotes();
  after.adopt(structuredClone(notes.keep()));
  assertEquals(after.keep(), notes.keep());
  const web = driver.id("web");
  after.entered(web, "waiting-for-dependencies", driver.now as never);
  assertEquals(after.of(web)?.first.outcome, "started");
  after.forget(web);
  assertEquals(after.of(web), undefined);
  new StartNotes().adopt(undefined);
});

Deno.test("who goes on with facts alone knows when the first service was to be up", () => {
  const { notes } = started();
  const after = new StartNotes();
  after.adopt({ readyMs: undefined, services: notes.keep().services });
  assertEquals(after.readyMs, notes.readyMs);
});
