/**
 * The restart limit and delay by worked examples: when a process dies, whether and when it is
 * launched again. Times are milliseconds from the first launch.
 */
import type { ServiceDescription } from "../../../core/description/contract/description.ts";
import { assert, assertEquals, assertIncludes } from "../../assert.ts";
import { serviceName } from "../../builders.ts";
import { Driver, EXITED_0, EXITED_1, TERMINATED } from "../schedule/driver.ts";

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

/**
 * Ends the process of `job` at once, as often as it is launched, with a start command of `top` run
 * to its end before.
 *
 * @returns How often it was launched; at most `most`.
 */
function endAtOnce(driver: Driver, most = 20): number {
  let launches = 0;
  while (launches < most && driver.state("job") !== "stopped") {
    driver.spawned("job");
    driver.executed("job");
    driver.spawned("top");
    driver.executed("top");
    driver.exited("top", EXITED_0);
    launches++;
    driver.exited("job", EXITED_1);
  }
  return launches;
}

const JOB = { type: "process", restart: "never" } as const;
const OVER_JOB = { restart: "always", links: { need: ["job"] } } as const;

for (const type of ["internal", "scripted", "triggered"] as const) {
  Deno.test(`a service that restarts over a process which does not is limited: ${type}`, () => {
    const driver = new Driver();
    driver.load({ job: JOB, top: { ...OVER_JOB, type, ...limit(2, 30, 0) } });
    if (type === "triggered") {
      driver.order({ kind: "trigger", service: driver.id("top"), on: true });
    }
    driver.start("top");
    assertEquals(endAtOnce(driver), 3);
    assertEquals(driver.states("job", "top"), ["stopped", "stopped"]);
    assertIncludes(driver.logs.join("\n"), "top: Restart limit reached (2 within 30 s)");
  });
}

Deno.test("the restart limit holds through several internal services", () => {
  const driver = new Driver();
  const links = { need: ["middle"] };
  driver.load({
    job: JOB,
    middle: { ...OVER_JOB, ...limit(2, 30, 0) },
    top: { restart: "always", links, ...limit(1, 30, 0) },
  });
  driver.start("top");
  // The upper one goes along with the lower one, whose limit it is.
  assertEquals(endAtOnce(driver), 3);
  assertEquals(driver.states("job", "middle", "top"), ["stopped", "stopped", "stopped"]);
});

Deno.test("an internal service goes along with a process that restarts by itself, uncounted", () => {
  const driver = new Driver();
  const job = { type: "process", restart: "always", ...limit(0, 30, 0) } as const;
  driver.load({ job, top: { ...OVER_JOB, ...limit(1, 30, 0) } });
  driver.start("top");
  assertEquals(endAtOnce(driver), 20);
});

Deno.test("dependencies that end one after the other while it stops make one restart", () => {
  const driver = new Driver();
  const links = { need: ["job", "other"] };
  const user = { type: "process", restart: "always", links: { need: ["top"] } } as const;
  driver.load({
    job: JOB,
    other: JOB,
    top: { restart: "always", links, ...limit(1, 30, 0) },
    user: { ...user, ...limit(0, 30, 0) },
  });
  driver.start("user");
  for (const name of ["job", "other", "user"]) driver.spawned(name);
  for (const name of ["job", "other"]) driver.executed(name);
  driver.spawned("user");
  driver.executed("user");
  for (const name of ["job", "other"]) driver.exited(name, EXITED_1);
  assertEquals(driver.states("top", "user"), ["stopping", "stopping"]);
  driver.exited("user", TERMINATED);
  for (const name of ["job", "other"]) driver.spawned(name);
  for (const name of ["job", "other"]) driver.executed(name);
  assertEquals(driver.state("top"), "started");
});

Deno.test("a start by order begins a new count for an internal service", () => {
  const driver = new Driver();
  driver.load({ job: JOB, top: { ...OVER_JOB, ...limit(1, 30, 0) } });
  for (let round = 0; round < 3; round++) {
    driver.start("top");
    assertEquals(endAtOnce(driver), 2);
  }
});

/** A service of the ring has ended well: what it names is started. @returns Whether it was. */
function endAndChain(driver: Driver, name: string): boolean {
  driver.now += 300;
  const said = driver.exited(name, EXITED_0);
  const chained = said.find((text) => text.startsWith("chain "));
  if (chained === undefined) return false;
  const next = chained.split(" ").at(-1) ?? "";
  driver.now += 300;
  if (driver.order({ kind: "chain", service: driver.id(next) }).answer.kind === "refused") {
    return false;
  }
  driver.run(next);
  return true;
}

Deno.test("services that chain to each other keep the restart limit", () => {
  const driver = new Driver();
  const settings = { type: "process", ...limit(3, 10, 200) } as const;
  driver.load({ b: { ...settings, chainTo: serviceName("a") } });
  driver.load({ a: { ...settings, chainTo: serviceName("b") } });
  driver.run("a");
  let chains = 0;
  for (const names = ["a", "b"]; endAndChain(driver, names[chains % 2] ?? ""); chains++);
  // Of each 3, the first start of b among them.
  assertEquals(chains, 6);
  assertEquals(driver.states("a", "b"), ["stopped", "stopped"]);
  driver.run("b");
  assertEquals(driver.state("b"), "started");
});

Deno.test("a chain that does not lead back is no restart", () => {
  const driver = new Driver();
  driver.load({ b: { type: "process", ...limit(1, 10, 0) } });
  driver.load({ a: { type: "process", chainTo: serviceName("b") } });
  for (let time = 0; time < 5; time++) {
    driver.run("a");
    assertEquals(endAndChain(driver, "a"), true);
    driver.exited("b", EXITED_0);
  }
});

Deno.test("a start by order after a restart that failed begins a new count", () => {
  const driver = new Driver();
  const settings = { type: "process", restart: "always", startTimeoutMs: 500 } as const;
  driver.load({
    a: { ...settings, ...limit(1, 10, 0), readyNotification: { kind: "descriptor", number: 3 } },
  });
  driver.start("a");
  driver.spawned("a");
  driver.executed("a");
  driver.apply({ kind: "ready", service: driver.id("a") });
  driver.exited("a", EXITED_1);
  driver.spawned("a");
  driver.executed("a");
  driver.advance(500);
  assertEquals(driver.state("a"), "stopping");
  driver.start("a");
  assert(driver.exited("a", EXITED_1).includes("a spawn start"));
  driver.spawned("a");
  driver.executed("a");
  driver.apply({ kind: "ready", service: driver.id("a") });
  assert(driver.exited("a", EXITED_1).includes("a spawn start"));
});
