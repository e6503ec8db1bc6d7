import type { Event, ProcessRole } from "../../../core/event.ts";
import type { DescriptionParts } from "../../builders.ts";
import type { FoundProcess, ObservedProcess } from "../../../core/recovery/observation.ts";
import { type Settlement, settlementOf } from "../../../core/recovery/settlement.ts";
import { Scheduler } from "../../../core/schedule/scheduler.ts";
import { instant, type Pid, pid, type ServiceId } from "../../../core/types.ts";
import { assertEquals } from "../../assert.ts";
import { buildDescription, buildSocket } from "../../builders.ts";

const NOW = instant(1000);
const PID = pid(70);
const ALIVE: ObservedProcess = {
  kind: "alive",
  execution: { kind: "executed" },
  readiness: "open",
};

/** A scheduler with one service, and what is done with it. */
class Subject {
  readonly scheduler = new Scheduler();
  readonly service: ServiceId;

  constructor(parts: DescriptionParts) {
    const answer = this.scheduler.load({ descriptions: [buildDescription("web", parts)] }, NOW);
    if (answer.kind !== "loaded") throw new Error(answer.kind);
    this.service = answer.services[0] as ServiceId;
  }

  start(): this {
    this.scheduler.order({ kind: "start", service: this.service, pin: false }, NOW);
    return this;
  }

  stop(): this {
    const { service } = this;
    this.scheduler.order({ kind: "stop", service, pin: false, force: false }, NOW);
    return this;
  }

  spawned(role: ProcessRole = "start"): this {
    return this.told({ kind: "spawned", service: this.service, role, pid: PID });
  }

  executed(role: ProcessRole = "start"): this {
    return this.told({ kind: "exec-succeeded", service: this.service, role });
  }

  told(event: Event): this {
    this.scheduler.apply(event, NOW);
    return this;
  }

  settle(now: ObservedProcess, found: readonly FoundProcess[] = []): Settlement {
    return settlementOf(this.scheduler, { processOf: () => now, found, isLogBusy: false });
  }

  found(now: FoundProcess["now"], number: Pid = PID): FoundProcess {
    return { service: this.service, role: "start", pid: number, now };
  }
}

/** Without what every settlement has. */
function commandsOf({ commands }: Settlement) {
  return commands.filter(({ kind }) => kind !== "console");
}
function eventsOf({ events }: Settlement) {
  return events.filter(({ kind }) => kind !== "console-idle");
}

const GONE: ObservedProcess = { kind: "gone" };

Deno.test("settlementOf() asks once more for a process that was not made", () => {
  const subject = new Subject({ type: "process" }).start();
  const settlement = subject.settle(GONE);
  const { service } = subject;
  assertEquals(commandsOf(settlement), [
    { kind: "spawn", service, role: "start", onConsole: false, watchReadiness: false },
  ]);
  assertEquals(eventsOf(settlement), []);
});

Deno.test("settlementOf() gives a service the process that was made and not noted", () => {
  const subject = new Subject({ type: "process" }).start();
  const settlement = subject.settle(GONE, [subject.found(ALIVE)]);
  const { service } = subject;
  assertEquals(commandsOf(settlement), []);
  assertEquals(eventsOf(settlement), [
    { kind: "spawned", service, role: "start", pid: PID },
    { kind: "exec-succeeded", service, role: "start" },
  ]);
  assertEquals(settlement.found.left, []);
});

Deno.test("settlementOf() takes another process in the place of one whose launch was put off", () => {
  const subject = new Subject({ type: "process" }).start().spawned();
  const other = pid(71);
  const settlement = subject.settle(GONE, [subject.found(ALIVE, other)]);
  const { service } = subject;
  assertEquals(eventsOf(settlement), [
    { kind: "launch-deferred", service, role: "start" },
    { kind: "spawned", service, role: "start", pid: other },
    { kind: "exec-succeeded", service, role: "start" },
  ]);
});

Deno.test("settlementOf() leaves a process that runs alone", () => {
  const subject = new Subject({ type: "process" }).start().spawned().executed();
  const settlement = subject.settle(ALIVE);
  assertEquals([commandsOf(settlement), eventsOf(settlement)], [[], []]);
});

Deno.test("settlementOf() tells of a byte of readiness that was read and not noted", () => {
  const readyNotification = { kind: "descriptor", number: 3 } as const;
  const subject = new Subject({ type: "process", readyNotification }).start().spawned().executed();
  const settlement = subject.settle({ ...ALIVE, readiness: "given" });
  assertEquals(eventsOf(settlement), [{ kind: "ready", service: subject.service }]);
});

Deno.test("settlementOf() tells the end before the exec report that was due", () => {
  const subject = new Subject({ type: "process" }).start().spawned();
  const status = { kind: "exited", code: 1 } as const;
  const execution = { kind: "executed" } as const;
  const { service } = subject;
  assertEquals(eventsOf(subject.settle({ kind: "ended", execution, status })), [
    { kind: "exited", service, role: "start", status },
    { kind: "exec-succeeded", service, role: "start" },
  ]);
});

Deno.test("settlementOf() does not know how a process ended that somebody else has collected", () => {
  const subject = new Subject({ type: "process" }).start().spawned().executed();
  const { service } = subject;
  assertEquals(eventsOf(subject.settle(GONE)), [
    { kind: "exited", service, role: "start", status: { kind: "none" } },
  ]);
});

Deno.test("settlementOf() believes a pid file when the launcher's status is lost", () => {
  const subject = new Subject({ type: "bgprocess" }).start().spawned().executed();
  const pidFile = { kind: "running", pid: pid(90), tracked: true } as const;
  const { service } = subject;
  const status = { kind: "exited", code: 0 } as const;
  assertEquals(eventsOf(subject.settle({ kind: "gone", pidFile })), [
    { kind: "exited", service, role: "start", status, pidFile },
  ]);
});

Deno.test("settlementOf() leaves over what nobody has asked for", () => {
  const subject = new Subject({ type: "process" });
  const settlement = subject.settle(GONE, [subject.found(ALIVE)]);
  assertEquals(eventsOf(settlement), []);
  assertEquals(settlement.found.left.map(({ pid }) => pid), [PID]);
});

Deno.test("settlementOf() watches sockets again, or tells that something came in", () => {
  const parts = {
    type: "process",
    sockets: [buildSocket("/run/web")],
    startsOnDemand: true,
  } as const;
  const subject = new Subject(parts).start();
  const { service } = subject;
  subject.told({ kind: "listening", service });
  assertEquals(commandsOf(subject.settle(GONE)), [{ kind: "listen", service }]);
  assertEquals(eventsOf(subject.settle(GONE, [subject.found(ALIVE)])), [
    { kind: "demand", service, wasWaiting: false, where: "its socket" },
  ]);
});

Deno.test("settlementOf() kills everything again when that was under way", () => {
  const subject = new Subject({ options: { killAllOnStop: true } }).start().stop();
  assertEquals(commandsOf(subject.settle(GONE)), [{ kind: "kill-all", service: subject.service }]);
});

Deno.test("settlementOf() looks again for the end of a daemon that nobody reports", () => {
  const subject = new Subject({ type: "bgprocess", killTree: true }).start().spawned().executed();
  const { service } = subject;
  const daemon = pid(90);
  const pidFile = { kind: "running", pid: daemon, tracked: false } as const;
  const status = { kind: "exited", code: 0 } as const;
  subject.told({ kind: "exited", service, role: "start", status, pidFile }).stop();
  assertEquals(commandsOf(subject.settle(ALIVE)), [{ kind: "end-tree", service, daemon }]);
});

Deno.test("settlementOf() does for the machine what started services ask for, once", () => {
  const scheduler = new Scheduler();
  const options = { startsRwfs: true };
  const descriptions = ["a", "b"].map((name) => buildDescription(name, { options }));
  const answer = scheduler.load({ descriptions }, NOW);
  const services = answer.kind === "loaded" ? answer.services : [];
  for (const service of services) scheduler.order({ kind: "start", service, pin: false }, NOW);
  const settlement = settlementOf(scheduler, { processOf: () => GONE, found: [], isLogBusy: true });
  assertEquals(settlement.commands, [{ kind: "console", owner: "log" }, { kind: "root-writable" }]);
  assertEquals(settlement.events, [{ kind: "console-busy" }]);
});

Deno.test("settlementOf() tells nothing to a service that is set aside", () => {
  const { scheduler, service } = new Subject({ type: "process" }).start().spawned().executed();
  const blamed = { service, why: "The manager crashes over it" };
  const settlement = settlementOf(scheduler, {
    processOf: () => GONE,
    found: [],
    isLogBusy: false,
  }, blamed);
  assertEquals([commandsOf(settlement), eventsOf(settlement)], [[], []]);
  assertEquals(settlement.order, { kind: "set-aside", ...blamed });
});
