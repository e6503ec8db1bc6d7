/**
 * The restart limit and delay by worked examples: when a process dies, whether and when it is launched
 * again. Times are milliseconds from the first launch.
 */
import type { ServiceDescription } from "../../../core/description/description.ts";
import { assertEquals } from "../../assert.ts";
import { Driver, EXITED_1 } from "../schedule/driver.ts";

interface Example {
  readonly settings: Partial<ServiceDescription>;
  /** Deaths; a launch that is due before the next one happens. */
  readonly deaths: readonly number[];
  readonly launches: readonly number[];
  readonly end: "started" | "stopped";
}

function limit(count: number, seconds: number, delayMs: number): Partial<ServiceDescription> {
  return {
    restartLimitCount: count,
    restartLimitIntervalMs: seconds * 1000,
    restartDelayMs: delayMs,
  };
}

const EXAMPLES: Readonly<Record<string, Example>> = {
  "gives up at the fourth death within the interval": {
    settings: limit(3, 10, 200),
    deaths: [60, 260, 460, 660],
    launches: [0, 200, 400, 600],
    end: "stopped",
  },
  "begins a new window when the interval is over": {
    settings: limit(1, 1, 0),
    deaths: [200, 1300, 1500],
    launches: [0, 200, 1300],
    end: "stopped",
  },
  "counts the restart that opens a window": {
    settings: limit(2, 10, 0),
    deaths: [1000, 11_000, 12_000, 13_000],
    launches: [0, 1000, 11_000, 12_000],
    end: "stopped",
  },
  "counts the delay from the launch, not from the death": {
    settings: limit(3, 10, 1000),
    deaths: [500],
    launches: [0, 1000],
    end: "started",
  },
  "launches at once what ran longer than the delay": {
    settings: limit(3, 10, 200),
    deaths: [900],
    launches: [0, 900],
    end: "started",
  },
  "never gives up with limit 0": {
    settings: limit(0, 10, 0),
    deaths: [1, 2, 3, 4, 5, 6, 7, 8],
    launches: [0, 1, 2, 3, 4, 5, 6, 7, 8],
    end: "started",
  },
};

/** Plays the deaths; a process is executed as soon as it is launched. */
function play({ settings, deaths }: Example): { launches: readonly number[]; end: string } {
  const driver = new Driver();
  driver.load({ srv: { type: "process", restart: "always", ...settings } });
  const start = driver.now;
  const launches: number[] = [];
  const see = (said: readonly string[]) => {
    if (!said.includes("srv spawn start")) return;
    launches.push(driver.now - start);
    driver.spawned("srv");
    driver.executed("srv");
  };
  const passUntil = (time: number) => {
    while (driver.now < start + time) see(driver.advance(1));
  };
  see(driver.start("srv"));
  for (const death of deaths) {
    passUntil(death);
    see(driver.exited("srv", EXITED_1));
  }
  passUntil(driver.now - start + 1500);
  return { launches, end: driver.state("srv") };
}

for (const [outcome, example] of Object.entries(EXAMPLES)) {
  Deno.test(`the restart policy ${outcome}`, () => {
    assertEquals(play(example), { launches: example.launches, end: example.end });
  });
}

Deno.test("a restart order resets the restart limit", () => {
  const driver = new Driver();
  driver.load({ srv: { type: "process", restart: "always", ...limit(1, 30, 0) } });
  driver.run("srv");
  const die = () => {
    driver.exited("srv", EXITED_1);
    driver.spawned("srv");
    driver.executed("srv");
  };
  die();
  driver.order({ kind: "restart", service: driver.id("srv"), force: false });
  driver.exited("srv", EXITED_1);
  driver.spawned("srv");
  driver.executed("srv");
  die();
  assertEquals(driver.state("srv"), "started");
  die();
  assertEquals(driver.state("srv"), "stopped");
  assertEquals(
    driver.logs.at(-1),
    "error srv: Restart limit reached (1 within 30 s); not restarting",
  );
});

Deno.test("a start after a failed automatic restart is not delayed and begins a new history", () => {
  const driver = new Driver();
  const settings = limit(1, 30, 5000);
  driver.load({ srv: { type: "process", restart: "always", ...settings } });
  driver.run("srv");
  driver.advance(6000);
  driver.exited("srv", EXITED_1);
  driver.spawned("srv");
  driver.notExecuted("srv");
  assertEquals(driver.state("srv"), "stopped");
  assertEquals(driver.start("srv"), ["srv spawn start"]);
});
