import { assertEquals } from "../../assert.ts";
import { buildDescription, type DescriptionParts, serviceName } from "../../builders.ts";
import type { AskedOrder, Plan, PlannedVerb } from "../../../core/planned.ts";
import { makePlan } from "../../../core/plan/make_plan.ts";
import type { PlanSources } from "../../../core/plan/sources.ts";
import { instant } from "../../../core/types.ts";
import { Driver, EXITED_0 } from "../schedule/driver.ts";

type Services = Readonly<Record<string, DescriptionParts>>;

const SERVICES: Services = {
  network: { type: "process" },
  logger: { type: "process" },
  db: { type: "process", links: { need: ["network"] } },
  web: { type: "process", links: { need: ["db"], "waits-for": ["logger"] } },
  boot: { links: { "waits-for": ["network", "web"] } },
};

/** Files by the names of services; none has changed. */
function sourcesOf(files: Services, changed: readonly string[] = []): PlanSources {
  return {
    read: (name, isLoaded) => {
      const parts = files[name];
      if (parts === undefined) return { kind: "faulty", faults: [`no description of ${name}`] };
      const needed = Object.values(parts.links ?? {}).flat().filter((other) => !isLoaded(other));
      const descriptions = [name, ...needed].map((each) => buildDescription(each, files[each]));
      return { kind: "read", descriptions, broken: [] };
    },
    hasChanged: ({ name }) => changed.includes(name),
  };
}

function ask(verb: PlannedVerb, name: string, more: Partial<AskedOrder> = {}): AskedOrder {
  return { kind: "service", verb, name, pin: false, force: false, ...more } as AskedOrder;
}

/** All services started, `boot` and those named by orders. */
function running(services: Services, ...marked: readonly string[]): Driver {
  const driver = new Driver();
  driver.load(services);
  for (const name of marked) {
    driver.start(name);
    settle(driver);
  }
  return driver;
}

/** Every process that was asked for runs. */
function settle(driver: Driver): void {
  for (let isDone = false; !isDone;) {
    isDone = true;
    for (const { name, main } of driver.scheduler.records()) {
      if (main.phase !== "launching") continue;
      driver.spawned(name);
      driver.executed(name);
      isDone = false;
    }
  }
}

function planOf(
  make: () => Driver,
  orders: readonly AskedOrder[],
  sources: PlanSources = sourcesOf({}),
): Plan {
  return makePlan(orders, {
    copy: () => make().scheduler,
    now: instant(make().now),
    sources,
  });
}

function stepTexts({ steps }: Plan): readonly string[] {
  return steps.map(({ what, service, result, waitsFor }) => {
    const waits = waitsFor.length === 0 ? "" : ` after ${waitsFor.join(", ")}`;
    return `${what} ${service}: ${result}${waits}`;
  });
}

function serviceTexts({ services }: Plan): readonly string[] {
  return services.map(({ name, before, after, isNamed, isLost }) =>
    `${name}: ${before} → ${after}${isNamed ? ", named" : ""}${isLost ? ", lost" : ""}`
  );
}

const up = () => running(SERVICES, "boot", "web");

Deno.test("makePlan() of a stop that dependents keep from being done tells who they are", () => {
  const plan = planOf(up, [ask("stop", "network")]);
  assertEquals(plan.answers, [{
    order: "stop network",
    answer: "refused",
    faults: ['Running services need "network": db. With --force they stop, too'],
  }]);
  assertEquals([plan.steps, plan.services, plan.end], [[], [], "whole"]);
});

Deno.test("makePlan() of a forced stop tells what goes down, in order, and what is lost by it", () => {
  const plan = planOf(up, [ask("stop", "network", { force: true })]);
  assertEquals(stepTexts(plan), [
    "stop logger: done",
    "stop web: done",
    "stop db: done after web",
    "stop network: done after db",
  ]);
  assertEquals(serviceTexts(plan), [
    "network: started → stopped, named",
    "logger: started → stopped",
    "db: started → stopped",
    "web: started → stopped, lost",
  ]);
  assertEquals(plan.lacks, [
    { service: "boot", without: "network" },
    { service: "boot", without: "web" },
  ]);
});

Deno.test("makePlan() of a stop of services that need each other stops them one after the other", () => {
  const plan = planOf(up, [ask("stop", "network"), ask("stop", "db"), ask("stop", "web")]);
  assertEquals(plan.answers.map(({ answer }) => answer), ["accepted", "accepted", "accepted"]);
  assertEquals(plan.services.map(({ name, after }) => `${name} ${after}`), [
    "network stopped",
    "logger stopped",
    "db stopped",
    "web stopped",
  ]);
});

Deno.test("makePlan() of a start loads what is needed, into the copy alone", () => {
  const driver = running({ network: { type: "process" } });
  const plan = makePlan([ask("start", "db")], {
    // The one copy there is: what is loaded can be seen in it.
    copy: () => driver.scheduler,
    now: instant(driver.now),
    sources: sourcesOf(SERVICES),
  });
  assertEquals(plan.answers, [{ order: "start db", answer: "accepted", faults: [] }]);
  assertEquals(stepTexts(plan), ["start network: done", "start db: done after network"]);
  assertEquals(serviceTexts(plan), [
    "network: stopped → started",
    "db: stopped → started, named",
  ]);
});

Deno.test("makePlan() tells a description that cannot be loaded", () => {
  const plan = planOf(up, [ask("start", "nfs")]);
  assertEquals(plan.answers, [
    { order: "start nfs", answer: "refused", faults: ["no description of nfs"] },
  ]);
});

Deno.test("makePlan() tells a start that fails, and through what", () => {
  const plan = planOf(() => {
    const driver = running(SERVICES);
    driver.order({ kind: "stop", service: driver.id("network"), pin: true, force: false });
    return driver;
  }, [ask("start", "web")]);
  assertEquals(plan.steps.map(({ service, result, why }) => [service, result, why]), [
    ["network", "failed", "it is pinned stopped"],
    ["db", "failed", 'its dependency "network" cannot be started'],
    ["web", "failed", 'its dependency "network" cannot be started'],
    ["logger", "cancelled", undefined],
  ]);
});

Deno.test("makePlan() of a restart has the service down and up again", () => {
  const plan = planOf(up, [ask("restart", "db", { force: true })]);
  assertEquals(stepTexts(plan), [
    "stop web: done",
    "stop db: done after web",
    "start db: done",
    "start web: done after db",
  ]);
  assertEquals(serviceTexts(plan), [
    "db: started → started, named",
    "web: started → started",
  ]);
});

Deno.test("makePlan() of a release that others hold touches nothing", () => {
  const plan = planOf(up, [ask("release", "db")]);
  assertEquals([plan.answers[0]?.answer, plan.steps, plan.services], ["accepted", [], []]);
});

Deno.test("makePlan() of a shutdown names every service", () => {
  const plan = planOf(up, [{ kind: "shutdown", type: "halt" }]);
  assertEquals(plan.services.map(({ after, isNamed, isLost }) => [after, isNamed, isLost]), [
    ...Array(5).fill(["stopped", true, false]),
  ]);
  assertEquals(stepTexts(plan).at(-1), "stop network: done after db");
});

Deno.test("makePlan() of what waits for a trigger says that it waits", () => {
  const plan = planOf(
    () => running({ gate: { type: "triggered" }, behind: { links: { need: ["gate"] } } }),
    [ask("start", "behind")],
  );
  assertEquals(plan.end, "waiting");
  assertEquals(stepTexts(plan), [
    "start gate: unfinished",
    "start behind: unfinished after gate",
  ]);
});

Deno.test("makePlan() leaves out what goes on anyway", () => {
  const plan = planOf(() => {
    const driver = running({ ...SERVICES, other: { type: "process" } }, "boot", "web");
    driver.start("other");
    return driver;
  }, [ask("stop", "logger")]);
  assertEquals(stepTexts(plan), ["stop logger: done"]);
  assertEquals(serviceTexts(plan), ["logger: started → stopped, named"]);
});

Deno.test("makePlan() of what is under way knows how it goes on", () => {
  const plan = planOf(() => {
    const driver = running({ slow: { type: "scripted" }, next: { links: { need: ["slow"] } } });
    driver.start("next");
    return driver;
  }, [ask("stop", "next")]);
  assertEquals(plan.services.map(({ name, before, after }) => [name, before, after]), [
    ["slow", "starting", "stopped"],
    ["next", "starting", "stopped"],
  ]);
});

Deno.test("makePlan() of a chain starts what follows", () => {
  const services: Services = {
    first: { type: "scripted", chainTo: serviceName("second"), options: { alwaysChain: true } },
    second: { type: "process" },
  };
  const plan = planOf(() => {
    const driver = running(services);
    driver.start("first");
    driver.spawned("first");
    driver.executed("first");
    driver.exited("first", EXITED_0);
    return driver;
  }, [ask("stop", "first")]);
  assertEquals(stepTexts(plan), ["stop first: done", "start second: done"]);
});

Deno.test("makePlan() of a reload tells what changes, and no values of variables", () => {
  const changed: DescriptionParts = {
    type: "process",
    command: ["/bin/web", "--new"],
    links: { need: ["db"] },
    stopTimeoutMs: 20_000,
    environment: { clear: false, keep: [], unset: [], set: new Map([["PASSWORD", "secret"]]) },
  };
  const plan = planOf(up, [{ kind: "reload-changed" }], sourcesOf({ web: changed }, ["web"]));
  assertEquals(plan.answers, [{ order: "reload", answer: "accepted", faults: [] }]);
  assertEquals(plan.reloads, [{
    service: "web",
    changes: [
      { setting: "waits-for", before: "logger", after: undefined },
      { setting: "command", before: "/bin/web", after: "/bin/web --new" },
      { setting: "stop-timeout", before: "10 s", after: "20 s" },
      { setting: "environment: PASSWORD", before: undefined, after: undefined },
    ],
  }]);
  assertEquals(serviceTexts(plan), ["logger: started → stopped"]);
});

Deno.test("makePlan() reckons with the usual durations", () => {
  const plan = planOf(() => {
    const driver = running(SERVICES, "web");
    for (const record of driver.scheduler.records()) {
      const { history, name } = record;
      if (name === "logger") continue;
      history.usualStartMs = name === "db" ? 200 : 300;
      history.usualStopMs = name === "db" ? 1000 : 2000;
    }
    return driver;
  }, [ask("restart", "db", { force: true })]);
  assertEquals(
    plan.steps.map(({ what, service, beginsMs, endsMs, usualMs }) => [
      ...[what, service, beginsMs, endsMs, usualMs],
    ]),
    [
      ["stop", "web", 0, 2000, 2000],
      ["stop", "db", 2000, 3000, 1000],
      ["start", "db", 3000, 3200, 200],
      ["start", "web", 3200, 3500, 300],
    ],
  );
});

Deno.test("makePlan() tells a start that takes longer than it may", () => {
  const plan = planOf(() => {
    const driver = running({ slow: { type: "scripted", startTimeoutMs: 1000 } });
    for (const { history } of driver.scheduler.records()) history.usualStartMs = 1500;
    return driver;
  }, [ask("start", "slow")]);
  assertEquals(
    plan.steps.map(({ what, result, why }) => [what, result, why]),
    [["start", "failed", "its time limit is over before it is up"]],
  );
});

Deno.test("makePlan() of reloads that follow each other is about one step", () => {
  const piped: DescriptionParts = { type: "process", log: { kind: "pipe" } };
  const reader = (producer: string): DescriptionParts => ({
    ...{ type: "process", consumerOf: serviceName(producer) },
  });
  const make = () => running({ one: piped, two: piped, a: reader("one"), b: reader("two") });
  const sources = sourcesOf({ a: reader("two"), b: reader("one") });
  const alone = planOf(make, [ask("reload", "a")], sources);
  assertEquals(alone.answers, [{
    order: "reload a",
    answer: "refused",
    faults: ['the output of "two" is consumed by "b" already'],
  }]);
  const both = planOf(make, [ask("reload", "a"), ask("reload", "b")], sources);
  assertEquals(both.answers.map(({ answer }) => answer), ["accepted", "accepted"]);
  assertEquals(both.reloads.map(({ service, changes }) => [service, changes]), [
    ["a", [{ setting: "consumer-of", before: "one", after: "two" }]],
    ["b", [{ setting: "consumer-of", before: "two", after: "one" }]],
  ]);
});
