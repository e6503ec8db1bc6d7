import type { ServiceDescription } from "../../../core/description/mod.ts";
import type { Event } from "../../../core/event.ts";
import type { RunState } from "../../../core/timetable/mod.ts";
import { type Fd, fd, type Instant, type ServiceId, serviceId } from "../../../core/types.ts";
import type { StampFiles } from "../../../daemon/timetable/last_runs.ts";
import { RunningTimes, type RunningTimesParts } from "../../../daemon/timetable/running_times.ts";
import { assertEquals, assertIncludes } from "../../assert.ts";
import { buildDescription } from "../../builders.ts";
import { buildTimer, TestClocks } from "../../core/timetable/timers.ts";

const JOB = serviceId(1);
const OTHER = serviceId(2);
const HOUR = 3_600_000;
const STAMP = "/var/lib/dinit/timers/job.json";

/** Files in memory. */
class Stamps implements StampFiles {
  readonly texts = new Map<string, string>();
  fault: string | undefined;

  read(path: string): string | undefined {
    return this.texts.get(path);
  }

  replace(path: string, text: string): void {
    if (this.fault !== undefined) throw new Error(this.fault);
    this.texts.set(path, text);
  }
}

/** A manager's surroundings, and what it is told. */
class Surroundings {
  readonly clocks = new TestClocks("2026-11-30T12:00:00Z", 1000);
  readonly files = new Stamps();
  readonly events: Event[] = [];
  readonly warnings: string[] = [];
  readonly kept = new Map<ServiceId, RunState>();
  readonly descriptions = new Map<ServiceId, ServiceDescription>();
  readonly watched = new Set<Fd>();
  readonly closed: Fd[] = [];
  lastEndAt: Instant | undefined;
  clockWatch: () => Fd | undefined = () => fd(this.nextDescriptor++);
  nextDescriptor = 30;

  describe(timer: Parameters<typeof buildTimer>[0], service = JOB): void {
    const description = buildDescription(service === JOB ? "job" : "other", {
      type: "process",
      startsOnDemand: true,
      timer: buildTimer(timer),
    });
    this.descriptions.set(service, description);
  }

  make(): RunningTimes {
    const parts = {
      platform: {
        now: () => this.clocks.now,
        keepClock: () => ({ instant: this.clocks.now, kernelMs: HOUR }),
        readFile: (path: string) =>
          path === "/etc/machine-id"
            ? { kind: "contents", bytes: new TextEncoder().encode("4711\n") }
            : { kind: "failure" },
        openClockWatch: () => this.clockWatch(),
        close: (descriptor: Fd) => void this.closed.push(descriptor),
        poller: {
          watch: (descriptor: Fd) => void this.watched.add(descriptor),
          unwatch: (descriptor: Fd) => void this.watched.delete(descriptor),
        },
      },
      scheduler: {
        description: (service: ServiceId) => this.descriptions.get(service),
        history: () => ({ lastEndAt: this.lastEndAt }),
        list: () => [...this.descriptions.keys()],
      },
      wallClock: () => this.clocks.wallMs,
      tz: "UTC0",
      files: this.files,
      stateFolder: "/var/lib/dinit/timers",
      report: (event: Event) => void this.events.push(event),
      warn: (text: string) => void this.warnings.push(text),
      keep: (service: ServiceId, state: RunState | undefined) => {
        if (state === undefined) this.kept.delete(service);
        else this.kept.set(service, state);
      },
    };
    return new RunningTimes(parts as unknown as RunningTimesParts);
  }

  takeEvents(): readonly string[] {
    return this.events.splice(0).map((event) =>
      `${event.kind} ${"service" in event && event.service}`
    );
  }
}

Deno.test("a service listens, is demanded when it is time, and listens again", () => {
  const around = new Surroundings();
  around.describe({ calendar: ["*-*-* 13:00:00"] });
  const times = around.make();
  times.listen(JOB);
  assertEquals(around.takeEvents(), ["listening 1"]);
  assertEquals(times.times(JOB), { nextInMs: HOUR, lastAgoMs: undefined });
  assertEquals(times.next(), 1000 + HOUR as Instant);
  times.runDue(around.clocks.advance(HOUR - 1).now);
  assertEquals(around.takeEvents(), []);
  times.runDue(around.clocks.advance(1).now);
  assertEquals(around.takeEvents(), ["demand 1"]);
  times.begins(JOB);
  assertEquals(times.times(JOB), { nextInMs: undefined, lastAgoMs: 0 });
  around.lastEndAt = around.clocks.advance(5000).now;
  times.listen(JOB);
  assertEquals(around.takeEvents(), ["listening 1"]);
  assertEquals(times.times(JOB), { nextInMs: 24 * HOUR - 5000, lastAgoMs: 5000 });
  times.forget(JOB);
  assertEquals([times.next(), times.times(JOB), around.kept.size], [undefined, undefined, 0]);
});

Deno.test("a clock that runs a little behind does not lead to an early run", () => {
  const around = new Surroundings();
  around.describe({ calendar: ["*-*-* 13:00:00"] });
  const times = around.make();
  times.listen(JOB);
  around.clocks.advance(HOUR);
  around.clocks.wallMs -= 3;
  times.runDue(around.clocks.now);
  assertEquals(around.takeEvents(), ["listening 1"]);
  assertEquals(times.next(), around.clocks.now + 3 as Instant);
  times.runDue(around.clocks.advance(3).now);
  assertEquals(around.takeEvents(), ["demand 1"]);
});

Deno.test("the last run of a persistent timer is kept, and what was missed is made up for", () => {
  const around = new Surroundings();
  around.describe({ calendar: ["*-*-* 11:00:00"], isPersistent: true });
  const first = around.make();
  first.listen(JOB);
  assertEquals(JSON.parse(around.files.texts.get(STAMP) ?? ""), { seenMs: around.clocks.wallMs });
  around.clocks.advance(24 * HOUR);
  const second = around.make();
  around.takeEvents();
  second.listen(JOB);
  assertEquals(around.takeEvents(), ["listening 1", "demand 1"]);
  second.begins(JOB);
  const stamp = JSON.parse(around.files.texts.get(STAMP) ?? "");
  assertEquals(stamp, { seenMs: around.clocks.wallMs, lastRunMs: around.clocks.wallMs });
  const third = around.make();
  third.listen(JOB);
  assertEquals(around.takeEvents(), ["listening 1"]);
  assertEquals(third.times(JOB)?.lastAgoMs, 0);
});

Deno.test("a damaged file counts as none, and one that cannot be written is told of once", () => {
  const around = new Surroundings();
  around.describe({ calendar: ["*-*-* 11:00:00"], isPersistent: true });
  around.files.texts.set(STAMP, '{"seenMs": "x');
  around.files.fault = "Read-only file system (os error 30): open";
  const times = around.make();
  times.listen(JOB);
  times.begins(JOB);
  assertEquals(around.takeEvents(), ["listening 1"]);
  assertEquals(around.warnings.length, 1);
  assertIncludes(around.warnings.join(), `(${STAMP}): Read-only file system; what it misses`);
});

Deno.test("when the clock is set, times are found anew, and it is watched again", () => {
  const around = new Surroundings();
  around.describe({ calendar: ["*-*-* 13:00:00"] });
  const times = around.make();
  times.listen(JOB);
  assertEquals([...around.watched], [fd(30)]);
  around.clocks.set("2026-11-30T12:59:00Z");
  assertEquals(times.handleDescriptor(fd(30)), true);
  assertEquals([[...around.watched], around.closed], [[fd(31)], [fd(30)]]);
  assertEquals(times.times(JOB)?.nextInMs, 60_000);
  around.takeEvents();
  around.clocks.set("2026-12-01T08:00:00Z");
  times.handleDescriptor(fd(31));
  assertEquals(around.takeEvents(), ["demand 1"]);
  assertEquals(times.handleDescriptor(fd(31)), false);
});

Deno.test("where the system does not tell that its clock was set, it is looked at once a minute", () => {
  const around = new Surroundings();
  around.clockWatch = () => undefined;
  around.describe({ calendar: ["*-*-* 18:00:00"] });
  const times = around.make();
  times.listen(JOB);
  assertEquals(times.next(), around.clocks.now + 60_000 as Instant);
  times.runDue(around.clocks.advance(60_000).now);
  assertEquals(around.takeEvents(), ["listening 1"]);
  around.clocks.advance(60_000).set("2026-11-30T19:00:00Z");
  times.runDue(around.clocks.now);
  assertEquals(around.takeEvents(), ["demand 1"]);
});

Deno.test("without a calendar the clock is not watched", () => {
  const around = new Surroundings();
  around.describe({ everyMs: HOUR });
  const times = around.make();
  times.listen(JOB);
  assertEquals([around.watched.size, times.next()], [0, 1000 + HOUR as Instant]);
});

Deno.test("other times of a reload count at once, and what was run stays", () => {
  const around = new Surroundings();
  around.describe({ calendar: ["*-*-* 18:00:00"] });
  const times = around.make();
  times.listen(JOB);
  around.describe({ calendar: ["*-*-* 12:30:00"] });
  times.redescribe(JOB);
  assertEquals(times.times(JOB)?.nextInMs, HOUR / 2);
  around.describe({ everyMs: HOUR }, OTHER);
  times.redescribe(OTHER);
  assertEquals(times.times(OTHER), undefined);
});

Deno.test("another manager goes on with what waits and with what runs", () => {
  const around = new Surroundings();
  around.describe({ calendar: ["*-*-* 13:00:00"] });
  around.describe({ everyMs: HOUR }, OTHER);
  const first = around.make();
  first.listen(JOB);
  first.listen(OTHER);
  first.runDue(around.clocks.advance(HOUR).now);
  first.begins(OTHER);
  around.takeEvents();
  const second = around.make();
  second.adopt(new Map(around.kept));
  // The run of the other is under way; that of the first was told, and may be lost.
  assertEquals(around.takeEvents(), []);
  around.lastEndAt = around.clocks.advance(HOUR / 2).now;
  second.listen(OTHER);
  assertEquals(second.times(OTHER), { nextInMs: HOUR / 2, lastAgoMs: HOUR / 2 });
});

Deno.test("the random delay comes from the machine's number and the service's name", () => {
  const around = new Surroundings();
  around.describe({ calendar: ["*-*-* 13:00:00"], randomDelayMs: HOUR });
  const times = around.make();
  times.listen(JOB);
  const next = times.times(JOB)?.nextInMs ?? 0;
  assertEquals(next > HOUR && next < 2 * HOUR, true);
  const again = around.make();
  again.listen(JOB);
  assertEquals(again.times(JOB)?.nextInMs, next);
});

Deno.test("a time zone that is not there is told of", () => {
  const around = new Surroundings();
  around.describe({ calendar: ["*-*-* 13:00:00 Europe/Nowhere"] });
  around.make().listen(JOB);
  assertEquals(around.warnings, [
    'job: "*-*-* 13:00:00 Europe/Nowhere" never comes: there is no such time zone here',
  ]);
});
