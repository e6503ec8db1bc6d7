import type { Instant, Pid } from "../../../core/types.ts";
import type { Log } from "../../../daemon/output/log.ts";
import { Logins } from "../../../daemon/processes/logins.ts";
import { Timers } from "../../../daemon/time/timers.ts";
import type { LoginRecord, Platform } from "../../../platform/mod.ts";
import { assertEquals } from "../../assert.ts";
import { buildDescription } from "../../builders.ts";

const ERRORS: Readonly<Record<number, string>> = { 2: "ENOENT", 11: "EAGAIN", 28: "ENOSPC" };

/** Records as they are written, `kind pid`, while no errno is set. */
function setUp() {
  const written: string[] = [];
  const warnings: string[] = [];
  const timers = new Timers();
  const world = { errno: 0, now: 0 };
  const parts: Partial<Platform> = {
    now: () => world.now as Instant,
    errnoText: (errno) => ({ name: ERRORS[errno] ?? "", text: "" }),
    recordLogin: (record: LoginRecord) => {
      const { errno } = world;
      if (errno !== 0) return { kind: "failure", call: "fcntl", errno, message: "no" };
      written.push(record.kind === "boot" ? "boot" : `${record.kind} ${record.pid}`);
      return undefined;
    },
  };
  const log = { warn: (text: string) => void warnings.push(text) } as unknown as Log;
  const logins = new Logins(parts as Platform, log, timers);
  const advance = (milliseconds: number) => {
    const end = world.now + milliseconds;
    for (let next = timers.next(); next !== undefined && next <= end; next = timers.next()) {
      world.now = next;
      timers.runDue(next);
    }
    world.now = end;
  };
  return { written, warnings, world, logins, advance, timers };
}

const TERMINAL = buildDescription("tty", {
  attributes: { ...buildDescription("tty").attributes, inittabId: "1" },
});

function pid(number: number): Pid {
  return number as Pid;
}

Deno.test("Logins records the boot once, and services with a terminal only", () => {
  const { logins, written } = setUp();
  logins.recordBoot();
  logins.recordBoot();
  logins.recordProcess("started", buildDescription("web"), pid(40));
  logins.recordProcess("started", TERMINAL, pid(41));
  logins.recordProcess("ended", TERMINAL, pid(41));
  assertEquals(written, ["boot", "started 41", "ended 41"]);
});

Deno.test("Logins closes the first process's record when its successor has ended", () => {
  const { logins, written } = setUp();
  logins.recordProcess("started", TERMINAL, pid(41));
  logins.recordProcess("ended", TERMINAL, pid(50));
  assertEquals(written, ["started 41", "ended 41", "ended 50"]);
});

Deno.test("Logins keeps records in their order while the files are locked", () => {
  const { logins, written, world, advance, timers, warnings } = setUp();
  world.errno = 11;
  logins.recordBoot();
  logins.recordProcess("started", TERMINAL, pid(41));
  advance(1000);
  assertEquals(written, []);
  world.errno = 0;
  logins.recordProcess("ended", TERMINAL, pid(41));
  assertEquals(written, [], "none overtakes another");
  advance(100);
  assertEquals(written, ["boot", "started 41", "ended 41"]);
  assertEquals([timers.next(), warnings], [undefined, []]);
});

Deno.test("Logins gives up what waits after ten seconds, says so, and begins anew", () => {
  const { logins, written, world, advance, timers, warnings } = setUp();
  world.errno = 11;
  logins.recordProcess("started", TERMINAL, pid(41));
  logins.recordProcess("ended", TERMINAL, pid(41));
  advance(11_000);
  assertEquals(warnings, [
    "Cannot write to utmp: another process has it locked for 10 seconds; 2 records are lost",
  ]);
  assertEquals(timers.next(), undefined);
  world.errno = 0;
  logins.recordProcess("started", TERMINAL, pid(42));
  assertEquals(written, ["started 42"]);
});

Deno.test("Logins warns of a failure, but not where there is no such file", () => {
  const { logins, world, warnings } = setUp();
  world.errno = 2;
  logins.recordProcess("started", TERMINAL, pid(41));
  assertEquals(warnings, []);
  world.errno = 28;
  logins.recordProcess("ended", TERMINAL, pid(41));
  assertEquals(warnings, ["Cannot write to utmp: fcntl: no"]);
});
