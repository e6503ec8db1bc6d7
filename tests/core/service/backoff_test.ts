/** Delays before restarts that grow: by how much, up to where, and when they begin anew. */
import { restartDelay } from "../../../core/service/backoff.ts";
import type { RestartBackoff } from "../../../core/description/contract/description.ts";
import { Scheduler } from "../../../core/schedule/scheduler.ts";
import type { Instant } from "../../../core/types.ts";
import { assert, assertEquals } from "../../assert.ts";
import { Driver, EXITED_1 } from "../schedule/driver.ts";

const NONE: RestartBackoff = { factor: 1, stepMs: 0, capMs: 60_000, jitter: 0, goodRunMs: 60_000 };

function delays(restartDelayMs: number, parts: Partial<RestartBackoff>, count = 6): number[] {
  const backoff = { ...NONE, ...parts };
  return Array.from(
    { length: count },
    (_, index) =>
      restartDelay({ restartDelayMs, backoff }, {
        name: "web",
        lastLaunch: 5 as Instant,
        restartsInRow: index + 1,
      }),
  );
}

Deno.test("restartDelay() is always the same without growth", () => {
  const facts = { name: "web", lastLaunch: 5 as Instant, restartsInRow: 900 };
  assertEquals(restartDelay({ restartDelayMs: 200, backoff: undefined }, facts), 200);
});

Deno.test("restartDelay() grows by a step, a factor, or both, up to the cap", () => {
  assertEquals(delays(200, { stepMs: 1000, capMs: 3500 }), [200, 1200, 2200, 3200, 3500, 3500]);
  assertEquals(delays(100, { factor: 3, capMs: 2000 }), [100, 300, 900, 2000, 2000, 2000]);
  assertEquals(delays(100, { factor: 2, stepMs: 50 }, 4), [100, 250, 500, 950]);
  assertEquals(delays(0, { factor: 2 }, 3), [0, 0, 0]);
});

Deno.test("restartDelay() stays a number however often it grows", () => {
  for (const restartDelayMs of [0, 200]) {
    const backoff = { ...NONE, factor: 100, stepMs: 1 };
    const facts = { name: "web", lastLaunch: 5 as Instant, restartsInRow: 1_000_000 };
    assertEquals(restartDelay({ restartDelayMs, backoff }, facts), 60_000);
  }
});

Deno.test("restartDelay() with jitter is longer by up to that part, and the same for the same facts", () => {
  const backoff = { ...NONE, jitter: 0.5 };
  const drawn = Array.from(
    { length: 1000 },
    (_, index) =>
      restartDelay({ restartDelayMs: 1000, backoff }, {
        name: `web${index % 10}`,
        lastLaunch: (1000 + index / 3) as Instant,
        restartsInRow: 1 + (index % 4),
      }),
  );
  assert(drawn.every((delay) => delay >= 1000 && delay < 1500));
  assert(new Set(drawn).size > 950, "They differ");
  const mean = drawn.reduce((sum, delay) => sum + delay, 0) / drawn.length;
  assert(mean > 1220 && mean < 1280, `Their mean is ${mean}`);
  assertEquals(delays(1000, { jitter: 0.5 }), delays(1000, { jitter: 0.5 }));
});

const SETTINGS = {
  type: "process",
  restart: "always",
  restartDelayMs: 1000,
  restartLimitCount: 0,
  backoff: { ...NONE, factor: 2, goodRunMs: 5000 },
} as const;

/** The process runs for so long each time. @returns How long after a launch the next one came. */
function distances(driver: Driver, runsMs: readonly number[]): number[] {
  const found: number[] = [];
  driver.start("srv");
  for (const runMs of runsMs) {
    const launch = driver.now;
    driver.spawned("srv");
    driver.executed("srv");
    driver.advance(runMs);
    let said = driver.exited("srv", EXITED_1);
    while (!said.includes("srv spawn start")) said = driver.advance(100);
    found.push(driver.now - launch);
  }
  return found;
}

Deno.test("a process that fails again and again is launched ever later, and a good run begins anew", () => {
  const driver = new Driver();
  driver.load({ srv: SETTINGS });
  assertEquals(distances(driver, [0, 0, 0, 5000, 0, 0]), [1000, 2000, 4000, 5000, 2000, 4000]);
});

Deno.test("a start by order begins anew", () => {
  const driver = new Driver();
  driver.load({ srv: SETTINGS });
  assertEquals(distances(driver, [0, 0]), [1000, 2000]);
  driver.spawned("srv");
  driver.executed("srv");
  driver.stop("srv");
  driver.exited("srv", EXITED_1);
  assertEquals(distances(driver, [0]), [1000]);
});

Deno.test("smooth recovery waits as a restart does", () => {
  const driver = new Driver();
  driver.load({ srv: { ...SETTINGS, smoothRecovery: true } });
  assertEquals(distances(driver, [0, 0, 0]), [1000, 2000, 4000]);
  assertEquals(driver.state("srv"), "started");
});

Deno.test("a restart because of a dependency does not count what ran well as a failure", () => {
  const driver = new Driver();
  driver.load({ db: { type: "internal" }, srv: { ...SETTINGS, links: { need: ["db"] } } });
  assertEquals(distances(driver, [0, 0]), [1000, 2000]);
  driver.spawned("srv");
  driver.executed("srv");
  driver.advance(9000);
  driver.order({ kind: "restart", service: driver.id("db"), force: true });
  driver.exited("srv", EXITED_1);
  const record = [...driver.scheduler.records()].find(({ name }) => name === "srv");
  assert((record?.restartsInRow ?? 0) <= 1, `It counts ${record?.restartsInRow}`);
});

Deno.test("when the next try is due is known, and survives the manager", () => {
  const driver = new Driver();
  driver.load({ srv: SETTINGS });
  driver.start("srv");
  driver.spawned("srv");
  driver.executed("srv");
  assertEquals(driver.scheduler.history(driver.id("srv")).nextLaunchAt, undefined);
  const launch = driver.now;
  driver.exited("srv", EXITED_1);
  const { nextLaunchAt } = driver.scheduler.history(driver.id("srv"));
  assertEquals(nextLaunchAt, (launch + 1000) as Instant);
  const other = Scheduler.restored(driver.scheduler.write());
  assert(other instanceof Scheduler);
  assertEquals(other.history(driver.id("srv")), driver.scheduler.history(driver.id("srv")));
});
