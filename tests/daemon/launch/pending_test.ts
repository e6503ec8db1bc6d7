/** Children on their way to their programs, without children. */
import { NO_LAST_RESORT } from "../../../platform/posix/processes/no_last_resort.ts";
import { type Fd, instant, pid, serviceId } from "../../../core/types.ts";
import { PendingLaunches, type SettledLaunch } from "../../../daemon/launch/pending.ts";
import type { Failure, Launch, LaunchOutcome } from "../../../platform/mod.ts";
import { assertEquals } from "../../assert.ts";

const WEB = serviceId(1);

/** A table over a clock, and what it did. */
function makeTable(watching: Failure | undefined = undefined) {
  const done: string[] = [];
  const clock = { ms: 0 };
  const platform = {
    now: () => instant(clock.ms),
    lastResort: NO_LAST_RESORT,
    close: (fd: Fd) => void done.push(`close ${fd}`),
    signalNumber: () => 18,
    signal: (to: number, signal: number) => void done.push(`${to} ${signal}`),
    poller: {
      watch: (fd: Fd) => {
        done.push(`watch ${fd}`);
        return watching;
      },
      unwatch: (fd: Fd) => void done.push(`unwatch ${fd}`),
    },
  };
  const table = new PendingLaunches(platform as never, () => void done.push("rest"));
  const outcomes = new Map<number, LaunchOutcome>();
  const add = (number: number) => {
    const launch: Launch = {
      kind: "launched",
      pid: pid(1000 + number),
      report: number as Fd,
      outcome: (hasEnded) => {
        done.push(`ask ${number}${hasEnded ? " ended" : ""}`);
        return outcomes.get(number) ?? { kind: "pending" };
      },
    };
    return table.add(WEB, launch, {
      settle: (outcome: SettledLaunch) => void done.push(`${number} ${outcome.kind}`),
      abandon: () => void done.push(`abandon ${number}`),
      complain: ({ message }) => void done.push(`${number} ${message}`),
    });
  };
  return { table, done, clock, outcomes, add };
}

Deno.test("PendingLaunches settles a launch when its report says how it went, and not before", () => {
  const { table, done, outcomes, add } = makeTable();
  add(7);
  table.watchAll();
  assertEquals(table.handleDescriptor(7 as Fd), true);
  outcomes.set(7, { kind: "executed" });
  assertEquals(table.handleDescriptor(7 as Fd), true);
  assertEquals(table.handleDescriptor(7 as Fd), false);
  const asked = ["ask 7", "watch 7", "ask 7", "ask 7"];
  assertEquals(done, [...asked, "unwatch 7", "close 7", "rest", "7 executed"]);
});

Deno.test("PendingLaunches has nothing watched that was reported before", () => {
  const { table, done, outcomes, add } = makeTable();
  add(7);
  outcomes.set(7, { kind: "executed" });
  table.look();
  table.watchAll();
  assertEquals(done, ["ask 7", "close 7", "rest", "7 executed"]);
});

Deno.test("PendingLaunches asks for the report before the end of a child counts", () => {
  const { table, done, outcomes, add } = makeTable();
  add(7);
  outcomes.set(7, { kind: "exec-failed", stage: 18, errno: 2 });
  table.ended(pid(1008));
  table.ended(pid(1007));
  table.ended(pid(1007));
  assertEquals(done, ["ask 7 ended", "close 7", "rest", "7 exec-failed"]);
});

Deno.test("PendingLaunches counts a child as executed that has ended without a word", () => {
  const { table, done, add } = makeTable();
  add(7);
  table.ended(pid(1007));
  assertEquals(done.at(-1), "7 executed");
});

Deno.test("PendingLaunches gives up what belongs to a service that is gone", () => {
  const { table, done, add } = makeTable();
  add(7);
  table.forget(serviceId(2));
  table.forget(WEB);
  assertEquals(done, ["close 7", "rest", "abandon 7"]);
  assertEquals(table.handleDescriptor(7 as Fd), false);
});

Deno.test("PendingLaunches does not wait for what it cannot watch", () => {
  const failure: Failure = { kind: "failure", call: "epoll_ctl", errno: 28, message: "no space" };
  const { table, done, add } = makeTable(failure);
  add(7);
  table.watchAll();
  assertEquals(done, ["ask 7", "watch 7", "close 7", "rest", "7 no space", "7 executed"]);
});

Deno.test("PendingLaunches has others wait while two are under way, but not for those that stand still", () => {
  const { table, done, clock, add } = makeTable();
  add(10);
  assertEquals([table.underWay, table.next()], ["some", instant(20)]);
  clock.ms = 5;
  add(11);
  assertEquals(table.underWay, "many");
  clock.ms = 20;
  table.runDue(instant(20));
  assertEquals([table.underWay, table.next()], ["some", instant(25)]);
  clock.ms = 25;
  table.runDue(instant(25));
  assertEquals([table.underWay, done], ["none", ["rest"]]);
  add(12);
  assertEquals(table.underWay, "some");
});

Deno.test("PendingLaunches continues children that stand still, twice a second", () => {
  const { table, done, clock, add } = makeTable();
  add(7);
  const pass = (ms: number) => {
    clock.ms = ms;
    table.runDue(instant(ms));
  };
  pass(20);
  pass(519);
  assertEquals(done, ["rest"]);
  pass(520);
  pass(1020);
  assertEquals(done, ["rest", "1007 18", "1007 18"]);
});
