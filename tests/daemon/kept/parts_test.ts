/**
 * What a part keeps and another one adopts is what that one keeps in its turn, and the descriptors
 * it speaks of go with it.
 */
import { NO_LAST_RESORT } from "../../../platform/posix/processes/no_last_resort.ts";
import type { Event } from "../../../core/event.ts";
import type { ListeningSocket, ServiceDescription } from "../../../core/description/mod.ts";
import {
  type Fd,
  fd,
  type Instant,
  instant,
  type Pid,
  pid,
  type ServiceId,
} from "../../../core/types.ts";
import { ServiceFaults } from "../../../daemon/control/answers/service_faults.ts";
import { KillAll } from "../../../daemon/commands/kill_all.ts";
import { ActivationSockets } from "../../../daemon/launch/activation_sockets.ts";
import { DemandSockets } from "../../../daemon/launch/demand.ts";
import { LaunchQueue, type SpawnCommand } from "../../../daemon/launch/queue.ts";
import { ReadinessPipes } from "../../../daemon/launch/readiness_pipes.ts";
import { LaunchRetries } from "../../../daemon/launch/retries.ts";
import { Notifications } from "../../../daemon/processes/notifications.ts";
import { Logins } from "../../../daemon/processes/logins.ts";
import { TreeKiller } from "../../../daemon/processes/tree_killer.ts";
import type { ServiceCgroups } from "../../../daemon/processes/cgroups/service_cgroups.ts";
import { ManagerEnvironment } from "../../../daemon/start/environment.ts";
import { Timers } from "../../../daemon/time/timers.ts";
import type { Log } from "../../../daemon/output/log.ts";
import type { SchedulerApi } from "../../../core/schedule/api.ts";
import type { LoginRecord, Platform, ReceivedMessage } from "../../../platform/mod.ts";
import { assertEquals } from "../../assert.ts";
import { buildDescription } from "../../builders.ts";
import { keptOf } from "./handed_on.ts";

const WEB = 3 as ServiceId;
const MAIL = 4 as ServiceId;

/** A kernel of which a test says what it answers; it notes what is watched. */
function kernel(answers: Partial<Platform> = {}) {
  const watched: Fd[] = [];
  const at = { now: instant(1000) };
  const platform = {
    now: () => at.now,
    userId: () => 0,
    close: () => {},
    lastResort: NO_LAST_RESORT,
    signalNumber: (name: string) => name === "KILL" ? 9 : 15,
    signalAll: () => undefined,
    errnoText: (errno: number) => ({ name: errno === 11 ? "EAGAIN" : "EINVAL", text: "" }),
    poller: {
      watch: (one: Fd) => void watched.push(one),
      unwatch: () => {},
      watchProcess: () => undefined,
    },
    ...answers,
  } as unknown as Platform;
  return { platform, watched, at };
}

Deno.test("readiness pipes: what was said is not said again, what was not may still be", () => {
  let input = 1;
  const { platform, watched } = kernel({ read: () => input, waitingBytes: () => input });
  const events: Event[] = [];
  const before = new ReadinessPipes(platform, () => {});
  before.add(WEB, fd(20));
  before.add(MAIL, fd(21));
  before.handleDescriptor(fd(20));
  const { kept, descriptors } = keptOf(before);
  assertEquals(descriptors, [fd(20), fd(21)]);
  watched.length = 0;
  const after = new ReadinessPipes(platform, (event) => events.push(event));
  after.adopt(kept);
  assertEquals(watched, [fd(20), fd(21)]);
  after.handleDescriptor(fd(20));
  after.handleDescriptor(fd(21));
  assertEquals(events, [{ kind: "ready", service: MAIL }]);
  input = 0;
  after.handleDescriptor(fd(20));
  after.handleDescriptor(fd(21));
  assertEquals(events.length, 1);
});

/** @param texts What waits in the socket. */
function notifications(texts: string[]) {
  const { platform, watched, at } = kernel({
    kinship: () => "related",
    receiveMessage: (_, target, stays = false): ReceivedMessage | "again" => {
      const text = stays ? texts[0] : texts.shift();
      if (text === undefined) return "again";
      const { written } = new TextEncoder().encodeInto(text, target);
      const sender = { pid: 500, uid: 0, gid: 0 };
      return { kind: "message", length: written, isTruncated: false, sender };
    },
  });
  const events: Event[] = [];
  const made = new Notifications(platform, {
    report: (event) => events.push(event),
    changeMainPid: () => undefined,
    isThere: () => true,
    isInCgroup: () => false,
    complain: () => {},
  });
  return { made, watched, at, events };
}

Deno.test("notifications: status, watchdog and an unread message go on", () => {
  const texts = ["READY=1\nSTATUS=Serving"];
  const before = notifications(texts);
  const description = buildDescription("web", { type: "process", watchdogTimeoutMs: 5000 });
  before.made.add(WEB, description, { fd: fd(9), address: "@n" }, pid(500));
  before.made.handleDescriptor(fd(9));
  before.made.add(MAIL, description, { fd: fd(10), address: "@m" }, pid(501));
  const { kept, descriptors } = keptOf(before.made);
  assertEquals(descriptors, [fd(9), fd(10)]);

  texts.push("WATCHDOG=1");
  const after = notifications(texts);
  after.made.adopt(kept);
  assertEquals(after.watched, [fd(9), fd(10)]);
  assertEquals(after.made.statusText(WEB), "Serving");
  assertEquals(after.made.next(), instant(6000));
  after.at.now = instant(5500);
  after.made.handleDescriptor(fd(9));
  assertEquals(after.made.next(), instant(10_500));
  after.at.now = instant(10_500);
  after.made.runDue(after.at.now);
  assertEquals(after.events, [{ kind: "watchdog-expired", service: WEB }]);
});

Deno.test("activation sockets stay open, those of demand watched, files of closed ones known", () => {
  const file = { device: 8, inode: 2n ** 60n + 1n, birth: 77n };
  const formerOwns: unknown[] = [];
  const { platform, watched } = kernel({
    listenUnix: (_, { formerOwn }) => {
      formerOwns.push(formerOwn);
      return { kind: "socket", fd: fd(30 + formerOwns.length), file };
    },
    waitingInput: () => "none",
    setBlocking: () => undefined,
  });
  const socket: ListeningSocket = {
    address: { kind: "unix", path: "/run/web" },
    ...{ type: "stream", name: undefined, mode: 0o600, uid: undefined, gid: undefined },
    ...{ backlog: 5, ipv6Only: false, blocks: true },
  };
  const other: ListeningSocket = { ...socket, address: { kind: "unix", path: "/run/mail" } };
  const before = new ActivationSockets(platform);
  const demandBefore = new DemandSockets(platform, before, () => {});
  before.open(MAIL, [other]);
  before.close(MAIL);
  demandBefore.listen(WEB, [socket]);
  const { kept, descriptors } = keptOf(before);
  const demand = keptOf(demandBefore);
  assertEquals([descriptors, demand.descriptors], [[fd(32)], []]);

  watched.length = 0;
  const events: Event[] = [];
  const after = new ActivationSockets(platform);
  after.adopt(kept);
  const demandAfter = new DemandSockets(platform, after, (event) => events.push(event));
  demandAfter.adopt(demand.kept);
  assertEquals(watched, [fd(32)]);
  assertEquals(after.forProcess(WEB), [fd(32)]);
  after.open(MAIL, [other]);
  assertEquals(formerOwns, [undefined, undefined, file]);
  demandAfter.handleDescriptor(fd(32));
  const where = after.addressOf(WEB, fd(32));
  assertEquals(events, [{ kind: "demand", service: WEB, wasWaiting: false, where }]);
});

function command(service: ServiceId): SpawnCommand {
  return { kind: "spawn", service, role: "start", onConsole: false, watchReadiness: false };
}

Deno.test("launches that wait, are held or were put off come later, in their order", () => {
  const { platform, at } = kernel({ prefer: () => {} });
  const hooks = { launch: () => {}, look: () => {}, underWay: () => "none" as const };
  const before = new LaunchQueue(platform, hooks);
  before.hold();
  before.add(command(WEB));
  before.add(command(MAIL));
  const { kept } = keptOf(before);
  const launched: ServiceId[] = [];
  const after = new LaunchQueue(platform, {
    ...hooks,
    launch: ({ service }) => void launched.push(service),
  });
  after.adopt(kept);
  after.run(1);
  assertEquals([launched, after.isHeld], [[], true]);
  assertEquals(after.release().map(({ service }) => service), [WEB, MAIL]);
  after.run(1);
  assertEquals(launched, [WEB, MAIL]);

  const scheduler = { status: () => ({ state: "starting" }), shutdownType: undefined };
  const parts = { platform, scheduler: scheduler as unknown as SchedulerApi };
  const retriesBefore = new LaunchRetries({ ...parts, launch: () => {} });
  retriesBefore.defer(command(WEB), 11);
  const again: ServiceId[] = [];
  const retries = new LaunchRetries({
    ...parts,
    launch: ({ service }) => void again.push(service),
  });
  retries.adopt(keptOf(retriesBefore).kept);
  assertEquals(retries.next(), retriesBefore.next());
  at.now = retries.next() as Instant;
  retries.runDue(at.now);
  assertEquals(again, [WEB]);
  assertEquals(retries.defer(command(WEB), 11), "again");
});

Deno.test("a paused queue launches nothing, and goes on where it was", () => {
  const { platform } = kernel({ prefer: () => {} });
  const launched: ServiceId[] = [];
  const queue = new LaunchQueue(platform, {
    launch: ({ service }) => void launched.push(service),
    look: () => {},
    underWay: () => "none",
  });
  queue.isPaused = true;
  queue.add(command(WEB));
  queue.run(1);
  assertEquals([launched, queue.isDue, queue.isEmpty], [[], false, false]);
  queue.isPaused = false;
  queue.run(1);
  assertEquals(launched, [WEB]);
});

Deno.test("trees that are being ended are ended on, with the same event at their end", () => {
  const events: Event[] = [];
  const killerOf = (platform: Platform, report: (event: Event) => void) =>
    new TreeKiller({
      platform,
      cgroups: {
        has: () => true,
        processes: () => [],
        kill: () => true,
      } as unknown as ServiceCgroups,
      mainOf: () => undefined,
      nameOf: () => "web" as ServiceDescription["name"],
      warn: () => {},
      report,
    });
  const { platform } = kernel();
  const description = buildDescription("web", {
    type: "process",
    killTree: true,
    stopTimeoutMs: 0,
  });
  const done: Event = {
    kind: "exited",
    service: WEB,
    role: "start",
    status: { kind: "exited", code: 7 },
  };
  const before = killerOf(platform, () => {});
  before.begin(WEB, description, done);
  const { kept } = keptOf(before);
  // Without a stop timeout it is never killed: a time that is not finite.
  assertEquals([...kept.endings.values()].map(({ killAt }) => killAt), [Infinity]);
  const after = killerOf(platform, (event) => events.push(event));
  after.adopt(kept);
  assertEquals([after.isEnding(WEB), after.next()], [true, before.next()]);
  after.runDue(instant(1000));
  assertEquals(events, [done]);
});

Deno.test("KILL for all that is due after TERM comes from whoever is there then", () => {
  const signals: number[] = [];
  const { platform, at } = kernel({ signalAll: (signal) => void signals.push(signal) });
  const events: Event[] = [];
  const parts = { platform, report: (event: Event) => void events.push(event) };
  const before = new KillAll({ ...parts, timers: new Timers() });
  before.begin(WEB);
  signals.length = 0;
  const timers = new Timers();
  const after = new KillAll({ ...parts, timers });
  after.adopt(keptOf(before).kept);
  assertEquals(timers.next(), instant(2000));
  at.now = instant(2000);
  timers.runDue(at.now);
  assertEquals([signals, events], [[9], [{ kind: "all-killed", service: WEB }]]);
  assertEquals(keptOf(after).kept.size, 0);
});

Deno.test("login records that wait are written by the next manager, in their order", () => {
  const written: LoginRecord[] = [];
  let isLocked = true;
  const { platform, at } = kernel({
    recordLogin: (record) => {
      if (isLocked) return { kind: "failure", call: "flock", errno: 11, message: "" };
      written.push(record);
      return undefined;
    },
  });
  const log = { warn: () => {} } as unknown as Log;
  const attributes = { ...buildDescription("x").attributes, inittabId: "1", inittabLine: "tty1" };
  const description = buildDescription("tty", { type: "process", attributes });
  const before = new Logins(platform, log, new Timers());
  before.recordBoot();
  before.recordProcess("started", description, pid(70));
  const timers = new Timers();
  const after = new Logins(platform, log, timers);
  after.adopt(keptOf(before).kept);
  isLocked = false;
  at.now = timers.next() as Instant;
  timers.runDue(at.now);
  const line = { id: "1", line: "tty1" };
  assertEquals(written, [{ kind: "boot" }, { kind: "started", ...line, pid: pid(70) }]);
  after.recordBoot();
  // Its own record is of the process that was launched, whoever is the main one by now.
  after.recordProcess("ended", description, pid(71));
  assertEquals(written.slice(2).map((one) => "pid" in one ? one.pid : 0), [70, 71] as Pid[]);
});

Deno.test("environment and faults go on, in their order", () => {
  const before = new ManagerEnvironment([["B", "1"], ["A", "2"]]);
  before.set("C", "\ud800 not UTF-8");
  before.unset("B");
  const after = new ManagerEnvironment([["B", "1"]]);
  const { generation } = after;
  after.adopt(keptOf(before).kept);
  assertEquals([...after.variables], [["A", "2"], ["C", "\ud800 not UTF-8"]]);
  assertEquals(after.generation > generation, true);

  const faults = new ServiceFaults();
  faults.note(WEB, "error", "Cannot run", instant(5));
  const later = new ServiceFaults();
  later.adopt(keptOf(faults).kept);
  assertEquals(later.of(WEB), { text: "Cannot run", at: instant(5) });
});
