/**
 * What the scenarios cannot show: races between reports, what is said in the log, and the hand-over
 * of the console.
 */
import { Scheduler } from "../../../core/schedule/scheduler.ts";
import { instant, pid, type ServiceId } from "../../../core/types.ts";
import { assert, assertEquals, assertIncludes, assertThrows } from "../../assert.ts";
import { buildSocket } from "../../builders.ts";
import { buildDescription, serviceName } from "../../builders.ts";
import { Driver, EXITED_0, EXITED_1, TERMINATED } from "./driver.ts";

Deno.test("apply() ignores reports about services and processes that are gone", () => {
  const driver = new Driver();
  driver.load({ srv: { type: "process" } });
  const service = driver.id("srv");
  assertEquals(driver.exited("srv", EXITED_0), []);
  assertEquals(driver.executed("srv"), []);
  assertEquals(driver.apply({ kind: "ready", service }), []);
  driver.order({ kind: "unload", service });
  const report = { kind: "exited", service, role: "start", status: EXITED_0 } as const;
  assertEquals(driver.apply(report), []);
});

Deno.test("status() of an unloaded service throws", () => {
  const driver = new Driver();
  driver.load({ srv: {} });
  const service = driver.id("srv");
  driver.order({ kind: "unload", service });
  assertThrows(() => driver.scheduler.status(service), /No service has the number/);
  assertThrows(() => driver.scheduler.links(service));
});

Deno.test("a process that ends before its exec report has started first", () => {
  const driver = new Driver();
  driver.load({ srv: { type: "process" } });
  driver.start("srv");
  driver.spawned("srv");
  assertEquals(driver.exited("srv", EXITED_1), []);
  assertEquals(driver.executed("srv"), ["srv:started", "srv:stopped"]);
});

Deno.test("D11: an exec failure after SIGINT ends the stop", () => {
  const driver = new Driver();
  driver.load({ srv: { type: "process", options: { startInterruptible: true } } });
  driver.start("srv");
  driver.spawned("srv");
  assertEquals(driver.stop("srv"), ["srv INT to start group", "srv:start-cancelled"]);
  assertEquals(driver.notExecuted("srv"), ["srv:stopped"]);
  assertEquals(driver.scheduler.nextDeadline(), undefined);
});

Deno.test("D11: a process that ends before its exec report while stopping leaves no force behind", () => {
  const driver = new Driver();
  driver.load({ srv: { type: "process", smoothRecovery: true, restartDelayMs: 0 } });
  driver.run("srv");
  driver.exited("srv", EXITED_1);
  driver.spawned("srv");
  driver.stop("srv");
  driver.exited("srv", EXITED_1);
  assertEquals(driver.executed("srv"), ["srv:stopped"]);
  assertEquals(driver.run("srv"), ["srv spawn start", "srv:started"]);
  assertEquals(driver.state("srv"), "started");
});

Deno.test("D15: a stop command that cannot be executed gives way to the signal", () => {
  const driver = new Driver();
  driver.load({ srv: { type: "process", stopCommand: ["/none"] } });
  driver.run("srv");
  assertEquals(driver.stop("srv"), ["srv spawn stop"]);
  driver.spawned("srv", "stop");
  assertEquals(driver.notExecuted("srv", "stop"), ["srv TERM to start group"]);
  assertEquals(driver.exited("srv", TERMINATED), ["srv:stopped"]);
});

Deno.test("a stop command that cannot be forked gives way to SIGKILL when there is no signal", () => {
  const driver = new Driver();
  driver.load({ srv: { type: "process", stopCommand: ["/none"], termSignal: "none" } });
  driver.run("srv");
  driver.stop("srv");
  const report = { kind: "spawn-failed", service: driver.id("srv"), role: "stop", why: "EAGAIN" };
  assertEquals(driver.apply(report as never), ["srv KILL to start group"]);
  assertEquals(driver.logs.at(-1), "error srv: Cannot launch the stop command: EAGAIN");
});

Deno.test("a signal that is wanted before the pid is known is sent when it is", () => {
  const driver = new Driver();
  driver.load({ srv: { type: "scripted", options: { startInterruptible: true } } });
  driver.start("srv");
  assertEquals(driver.stop("srv"), ["srv:start-cancelled"]);
  const event = { kind: "spawned", service: driver.id("srv"), role: "start", pid: pid(7) } as const;
  assertEquals(driver.apply(event), ["srv INT to start group"]);
});

Deno.test("a launch that fails takes hard dependents with it", () => {
  const driver = new Driver();
  driver.load({ srv: { type: "process" }, top: { links: { need: ["srv"] } } });
  driver.start("top");
  const service = driver.id("srv");
  const said = driver.apply({ kind: "spawn-failed", service, role: "start", why: "EAGAIN" });
  assertEquals(said, ["srv:failed", "srv:stopped", "top:failed", "top:stopped"]);
  assertEquals(driver.scheduler.status(service).reason, "failed");
});

Deno.test("a byte on the readiness pipe counts although the exec report is not in yet", () => {
  const driver = new Driver();
  const readyNotification = { kind: "descriptor", number: 3 } as const;
  driver.load({ srv: { type: "process", readyNotification } });
  driver.start("srv");
  driver.spawned("srv");
  assertEquals(driver.apply({ kind: "ready", service: driver.id("srv") }), ["srv:started"]);
  assertEquals(driver.executed("srv"), []);
});

Deno.test("signal-process-only signals the process and not its group", () => {
  const driver = new Driver();
  driver.load({ srv: { type: "process", options: { signalProcessOnly: true } } });
  driver.run("srv");
  assertEquals(driver.stop("srv"), ["srv TERM to start process"]);
});

Deno.test("timeouts say in the log what they do, as warnings", () => {
  const driver = new Driver();
  driver.load({ srv: { type: "scripted", startTimeoutMs: 60_000, stopTimeoutMs: 1500 } });
  driver.start("srv");
  driver.spawned("srv");
  driver.executed("srv");
  assertEquals(driver.advance(60_000), ["srv INT to start group", "srv:failed"]);
  assertEquals(driver.advance(1500), ["srv KILL to start group"]);
  assertEquals(driver.logs, [
    "warn srv: Start timed out after 60 s; sending SIGINT",
    "warn srv: Stop timed out after 1.5 s; sending SIGKILL",
  ]);
});

Deno.test("ends that were not wanted are said in the log, wanted ones are not", () => {
  const driver = new Driver();
  driver.load({ a: { type: "process" }, b: { type: "process" } });
  driver.run("a");
  driver.exited("a", EXITED_1);
  driver.run("b");
  driver.stop("b");
  driver.exited("b", TERMINATED);
  assertEquals(driver.logs, ["error a: Process exited with status 1"]);
});

Deno.test("an end by a signal is said with its name", () => {
  const driver = new Driver();
  driver.load({ a: { type: "process" } });
  driver.run("a");
  driver.exited("a", { kind: "signalled", signal: 9, dumpedCore: false });
  assertEquals(driver.logs, ["error a: Process was ended by SIGKILL (9)"]);
});

Deno.test("all timers that are due fire in one call, each worked off before the next", () => {
  const driver = new Driver();
  const slow = { type: "scripted", startTimeoutMs: 500 } as const;
  driver.load({ a: slow, b: slow, top: { links: { need: ["a", "b"] } } });
  driver.start("top");
  driver.now += 2000;
  const said = driver.apply({ kind: "deadline" });
  assertEquals(said, ["a:failed", "top:failed", "top:stopped", "b:failed"]);
});

Deno.test("a service is handed the console when the busy log says it is idle", () => {
  const driver = new Driver();
  driver.load({ a: { console: "starts" }, b: { console: "starts" } });
  driver.apply({ kind: "console-busy" });
  assertEquals(driver.start("a"), ["want-console"]);
  assertEquals(driver.start("b"), []);
  assert(driver.scheduler.status(driver.id("b")).waitsForConsole);
  const said = driver.apply({ kind: "console-idle" });
  assertEquals(said, ["console a", "a:started", "console b", "b:started", "console log"]);
});

Deno.test("a service with the console gives it up when its stop is cancelled, and gets it anew", () => {
  const driver = new Driver();
  driver.load({
    a: { type: "triggered", console: "runs" },
    b: { type: "scripted", stopCommand: ["/bin/stop"], links: { "prepared-by": ["a"] } },
  });
  assertEquals(driver.start("b"), ["console a"]);
  driver.stop("b");
  assertEquals(driver.states("a", "b"), ["stopping", "stopping"]);
  // It waited for itself for ever.
  assertEquals(driver.start("b"), ["a:stop-cancelled", "console log", "console a"]);
  driver.order({ kind: "trigger", service: driver.id("a"), on: true });
  assertEquals(driver.state("a"), "started");
});

Deno.test("the log keeps the console when nobody wants it any more", () => {
  const driver = new Driver();
  driver.load({ a: { console: "starts" } });
  driver.apply({ kind: "console-busy" });
  driver.start("a");
  driver.stop("a");
  assertEquals(driver.apply({ kind: "console-idle" }), []);
});

Deno.test("a bgprocess gives the console back when it is started, whatever it asked for", () => {
  const driver = new Driver();
  driver.load({ bg: { type: "bgprocess", console: "runs" } });
  assertEquals(driver.start("bg"), ["console bg", "bg spawn start"]);
  driver.spawned("bg");
  driver.executed("bg");
  const pidFile = { kind: "running", pid: pid(5000), tracked: true } as const;
  const service = driver.id("bg");
  const said = driver.apply({ kind: "exited", service, role: "start", status: EXITED_0, pidFile });
  assertEquals(said, ["console log", "bg:started"]);
  assertEquals(driver.scheduler.status(service).pid, pid(5000));
});

Deno.test("what was found for a daemon may hand over to what it left, while the service is up", () => {
  const driver = new Driver();
  driver.load({ bg: { type: "bgprocess", killTree: true, pidFile: undefined } });
  driver.run("bg");
  const service = driver.id("bg");
  const ended = { kind: "exited", service, role: "start", status: EXITED_0 } as const;
  const left = (number: number) => ({ kind: "running", pid: pid(number), tracked: true }) as const;
  assertEquals(driver.apply({ ...ended, pidFile: left(5000) }), ["bg:started"]);
  assertEquals(driver.apply({ ...ended, pidFile: left(5001) }), []);
  assertEquals(driver.scheduler.status(service).pid, pid(5001));
  assertEquals(driver.state("bg"), "started");
  assertEquals(driver.apply(ended), ["bg:stopped"]);
});

Deno.test("an untracked daemon is signalled and counts as stopped at once", () => {
  const driver = new Driver();
  driver.load({ bg: { type: "bgprocess" } });
  driver.run("bg");
  const pidFile = { kind: "running", pid: pid(5000), tracked: false } as const;
  const service = driver.id("bg");
  driver.apply({ kind: "exited", service, role: "start", status: EXITED_0, pidFile });
  assertIncludes(driver.logs.join(), "no child");
  assertEquals(driver.stop("bg"), ["bg TERM to start group", "bg:stopped"]);
  assertEquals(driver.scheduler.nextDeadline(), undefined);
});

Deno.test("an untracked daemon with kill-tree is stopped when its end was looked for and found", () => {
  const driver = new Driver();
  driver.load({ bg: { type: "bgprocess", killTree: true, stopTimeoutMs: 1000 } });
  driver.run("bg");
  const pidFile = { kind: "running", pid: pid(5000), tracked: false } as const;
  const service = driver.id("bg");
  driver.apply({ kind: "exited", service, role: "start", status: EXITED_0, pidFile });
  assertEquals(driver.stop("bg"), ["bg TERM to start group", "end-tree bg"]);
  assertEquals(driver.state("bg"), "stopping");
  assertEquals(driver.advance(1000), ["bg KILL to start group"]);
  assertEquals(driver.apply({ kind: "exited", service, role: "start", status: EXITED_0 }), [
    "bg:stopped",
  ]);
});

Deno.test("a daemon that has ended when its pid file is read was started and has died", () => {
  const driver = new Driver();
  driver.load({ bg: { type: "bgprocess" } });
  driver.run("bg");
  const pidFile = { kind: "ended", pid: pid(5000), status: EXITED_1 } as const;
  const service = driver.id("bg");
  const said = driver.apply({ kind: "exited", service, role: "start", status: EXITED_0, pidFile });
  assertEquals(said, ["bg:started", "bg:stopped"]);
  assertEquals(driver.scheduler.status(service).exit, EXITED_1);
});

Deno.test("kill-all-on-stop waits until everything is killed", () => {
  const driver = new Driver();
  driver.load({ all: { options: { killAllOnStop: true } } });
  driver.start("all");
  assertEquals(driver.stop("all"), ["kill-all all"]);
  assertEquals(driver.state("all"), "stopping");
  const service = driver.id("all");
  assertEquals(driver.apply({ kind: "all-killed", service }), ["all:stopped"]);
});

Deno.test("the activation socket is closed when a service has stopped, not when it restarts", () => {
  const driver = new Driver();
  driver.load({ srv: { sockets: [buildSocket("/run/x")] } });
  driver.start("srv");
  const restart = { kind: "restart", service: driver.id("srv"), force: false } as const;
  assertEquals(driver.order(restart).said, ["srv:stopped", "srv:started"]);
  assertEquals(driver.stop("srv"), ["close-socket srv", "srv:stopped"]);
});

Deno.test("chain-to is off after a shutdown order", () => {
  const driver = new Driver();
  const options = { alwaysChain: true };
  driver.load({ srv: { chainTo: serviceName("next"), options } });
  driver.start("srv");
  assertEquals(driver.stop("srv"), ["srv:stopped", "chain next"]);
  driver.start("srv");
  assertEquals(driver.order({ kind: "shutdown", type: "halt" }).said, ["srv:stopped"]);
  assertEquals(driver.scheduler.shutdownType, "halt");
});

Deno.test("a chain comes after all events of its pass", () => {
  const driver = new Driver();
  const options = { alwaysChain: true };
  driver.load({
    base: {},
    top: { links: { need: ["base"] }, chainTo: serviceName("next"), options },
  });
  driver.start("top");
  assertEquals(driver.stop("top"), ["top:stopped", "base:stopped", "chain next"]);
});

Deno.test("start of a service with starts-rwfs and starts-log says so", () => {
  const driver = new Driver();
  driver.load({ root: { options: { startsRwfs: true, startsLog: true } } });
  assertEquals(driver.start("root"), ["root:started", "root-writable", "log-available"]);
});

Deno.test("trigger is refused for a service of another type", () => {
  const driver = new Driver();
  driver.load({ srv: {} });
  const { answer } = driver.order({ kind: "trigger", service: driver.id("srv"), on: true });
  assert(answer.kind === "refused");
  assertIncludes(answer.why, 'type is "internal"');
});

Deno.test("10,000 internal services waiting for the console are served without deep recursion", () => {
  const driver = new Driver();
  const count = 10_000;
  driver.load({ shell: { type: "scripted", console: "starts" } });
  driver.run("shell");
  const names = Array.from({ length: count }, (_, index) => `s${index}`);
  for (const name of names) {
    driver.load({ [name]: { console: "starts" } });
    driver.start(name);
  }
  const started = driver.exited("shell", EXITED_0).filter((text) => text.endsWith(":started"));
  assertEquals(started.length, count + 1);
});

Deno.test("a pass handles only services that are touched by it", () => {
  const driver = new Driver();
  driver.load({ base: {} });
  for (let i = 0; i < 2000; i++) driver.load({ [`s${i}`]: { links: { need: ["base"] } } });
  driver.start("s1");
  const before = driver.scheduler.handledCount;
  driver.start("s2");
  assert(driver.scheduler.handledCount - before <= 3);
});

Deno.test("the deadline that is next is the earliest of all services", () => {
  const driver = new Driver();
  driver.load({
    a: { type: "scripted", startTimeoutMs: 900 },
    b: { type: "scripted", startTimeoutMs: 400 },
  });
  driver.start("a");
  driver.start("b");
  assertEquals(driver.scheduler.nextDeadline(), instant(driver.now + 400));
  driver.spawned("b");
  driver.executed("b");
  driver.exited("b", EXITED_0);
  assertEquals(driver.scheduler.nextDeadline(), instant(driver.now + 900));
});

Deno.test("a program that cannot be executed is said in the log with stage and error", () => {
  const scheduler = new Scheduler({ errnoText: () => "no such file or directory (ENOENT)" });
  const answer = scheduler.load(
    { descriptions: [buildDescription("srv", { type: "process" })] },
    instant(0),
  );
  assert(answer.kind === "loaded");
  const service = scheduler.find("srv") as ServiceId;
  scheduler.order({ kind: "start", service, pin: false }, instant(0));
  const failure = { kind: "exec-failed", service, role: "start", stage: 18, errno: 2 } as const;
  const logs = scheduler.apply(failure, instant(0)).filter((command) => command.kind === "log");
  const text = 'Cannot run the command: executing "/bin/srv" failed: ' +
    "no such file or directory (ENOENT)";
  assertEquals(logs, [{ kind: "log", level: "error", service, text }]);
  assertEquals(scheduler.status(service).execFailure, { stage: 18, errno: 2 });
});

Deno.test("on-failure takes the system's numbers for deliberate signals", () => {
  const scheduler = new Scheduler({ deliberateSignals: new Set([1, 2, 15, 30, 31]) });
  scheduler.load(
    { descriptions: [buildDescription("srv", { type: "process", restart: "on-failure" })] },
    instant(0),
  );
  const service = scheduler.find("srv") as ServiceId;
  const dies = (signal: number) => {
    scheduler.order({ kind: "start", service, pin: false }, instant(0));
    scheduler.apply({ kind: "exec-succeeded", service, role: "start" }, instant(0));
    const status = { kind: "signalled", signal, dumpedCore: false } as const;
    scheduler.apply({ kind: "exited", service, role: "start", status }, instant(1));
    return scheduler.status(service).state;
  };
  assertEquals(dies(30), "stopped");
  assertEquals(dies(10), "starting");
});

Deno.test("a failure reaches the dependent that was linked last first, each of them once", () => {
  const driver = new Driver();
  driver.load({
    base: { type: "process" },
    mid: { links: { need: ["base"] } },
    top: { links: { need: ["base", "mid", "base"] } },
  });
  driver.start("top");
  driver.spawned("base");
  assertEquals(driver.notExecuted("base"), [
    "base:failed",
    "base:stopped",
    "top:failed",
    "top:stopped",
    "mid:start-cancelled",
    "mid:failed",
    "mid:stopped",
  ]);
});

Deno.test("cancelled starts over milestones stop in the order of the work lists", () => {
  const driver = new Driver();
  driver.load({
    ms: { type: "triggered" },
    mid: { links: { milestone: ["ms"] } },
    top: { links: { milestone: ["mid", "mid", "ms"] } },
  });
  driver.start("top");
  assertEquals(driver.stop("mid"), [
    "top:start-cancelled",
    "mid:start-cancelled",
    "ms:start-cancelled",
    "top:stopped",
    "ms:stopped",
    "mid:stopped",
  ]);
});

Deno.test("a launcher whose daemon has ended cancels dependents of a service that is to stop", () => {
  const driver = new Driver();
  driver.load({ bg: { type: "bgprocess" }, top: { links: { need: ["bg"] } } });
  driver.start("bg");
  driver.spawned("bg");
  driver.executed("bg");
  driver.stop("bg");
  driver.start("top");
  const pidFile = { kind: "ended", pid: pid(5000), status: EXITED_1 } as const;
  const service = driver.id("bg");
  const said = driver.apply({ kind: "exited", service, role: "start", status: EXITED_0, pidFile });
  assertEquals(said, ["bg:started", "bg:stopped", "top:start-cancelled", "top:stopped"]);
});

Deno.test("a service that is stopping for good is wanted again although an old holder is left", () => {
  const driver = new Driver();
  driver.load({
    base: {},
    slow: { type: "scripted", links: { need: ["base"] } },
    top: { links: { need: ["base"] } },
  });
  driver.start("slow");
  driver.spawned("slow");
  driver.executed("slow");
  driver.stop("slow");
  driver.order({ kind: "wake", service: driver.id("base"), pin: false });
  driver.stop("base");
  driver.start("top");
  const said = driver.exited("slow", EXITED_0);
  assertEquals(said, [
    "slow:started",
    "slow:stopped",
    "base:stopped",
    "base:started",
    "top:started",
  ]);
});

Deno.test("a start on demand is cancelled at once while its sockets are being opened", () => {
  const driver = new Driver();
  driver.load({ srv: { type: "process", startsOnDemand: true } });
  assertEquals(driver.start("srv"), ["listen srv"]);
  assertEquals(driver.stop("srv"), ["srv:start-cancelled", "srv:stopped"]);
});

Deno.test("a report about sockets of an earlier start does not start a service that waits for the console", () => {
  const driver = new Driver();
  driver.load({ srv: { type: "process", startsOnDemand: true, console: "runs" } });
  const listening = { kind: "listening", service: driver.id("srv") } as const;
  driver.start("srv");
  driver.apply({ kind: "console-busy" });
  driver.stop("srv");
  driver.start("srv");
  assertEquals(driver.apply(listening), []);
  assertEquals(driver.state("srv"), "starting");
});

Deno.test("a dependency held by what is going down is asked for anew when that is wanted again", () => {
  const driver = new Driver();
  driver.load({
    base: {},
    mid: { type: "process", links: { need: ["base"] } },
    top: { links: { need: ["mid"] } },
  });
  driver.start("mid");
  driver.spawned("mid");
  driver.stop("mid");
  driver.order({ kind: "wake", service: driver.id("base"), pin: false });
  driver.executed("mid");
  driver.stop("base");
  driver.start("top");
  assertEquals(driver.exited("mid", TERMINATED), [
    "mid:stopped",
    "base:stopped",
    "base:started",
    "mid spawn start",
  ]);
});
