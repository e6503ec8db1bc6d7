import { lastTarget, startChain } from "../../../core/figures/start_chain.ts";
import type { StartedService, StartReport, StartTimes } from "../../../core/figures/start_times.ts";
import { assertEquals } from "../../assert.ts";

/** A start: to be up at 0, its own part from one time to another. */
export function startTimes(
  ownMs: number,
  endedMs: number,
  more: Partial<StartTimes> = {},
): StartTimes {
  return {
    begunMs: 0,
    consoleMs: undefined,
    ownMs,
    launchedMs: ownMs,
    executedMs: ownMs,
    endedMs,
    outcome: "started",
    ...more,
  };
}

function service(name: string, start: StartTimes, ...waitsFor: readonly string[]): StartedService {
  return {
    ...{ name, type: "process", starts: { first: start, last: start, count: 1, failures: 0 } },
    waitsFor: waitsFor.map((other) => ({ name: other, kind: "need" })),
  };
}

function report(...services: readonly StartedService[]): StartReport {
  return {
    ...{ nowMs: 9000, begunAt: 0, isFirstProcess: false, kernelMs: 0, readyMs: 0 },
    ...{ targets: ["boot"], services },
  };
}

function names(starts: StartReport, name: string): readonly string[] {
  return startChain(starts, name).map((link) => link.name);
}

Deno.test("startChain() follows what each waited for last", () => {
  const starts = report(
    service("net", startTimes(0, 300)),
    service("log", startTimes(0, 100)),
    service("db", startTimes(300, 900), "net", "log"),
    service("slow", startTimes(0, 800)),
    service("web", startTimes(900, 1000), "db", "slow"),
    service("boot", startTimes(1000, 1000), "web"),
  );
  assertEquals(names(starts, "boot"), ["net", "db", "web", "boot"]);
  assertEquals(startChain(starts, "boot").map(({ after }) => after), [
    undefined,
    "net",
    "db",
    "web",
  ]);
});

Deno.test("startChain() takes no notice of what was up before, or came later", () => {
  const starts = report(
    service("before", startTimes(0, 50)),
    service("later", startTimes(0, 5000)),
    service("web", startTimes(200, 300, { begunMs: 100 }), "before", "later"),
  );
  assertEquals(names(starts, "web"), ["web"]);
});

Deno.test("startChain() ends the wait for others where that for the console begins", () => {
  const starts = report(
    service("a", startTimes(0, 100)),
    service("b", startTimes(0, 400)),
    service("web", startTimes(500, 600, { consoleMs: 100 }), "a", "b"),
  );
  assertEquals(names(starts, "web"), ["a", "web"]);
});

Deno.test("startChain() tells a dependency that failed and was waited for", () => {
  const starts = report(
    service("bad", startTimes(0, 700, { outcome: "not-started" })),
    service("web", startTimes(700, 800), "bad"),
  );
  assertEquals(names(starts, "web"), ["bad", "web"]);
});

Deno.test("startChain() ends although services wait for each other at one moment", () => {
  const starts = report(
    service("a", startTimes(0, 0), "b"),
    service("b", startTimes(0, 0), "a"),
  );
  assertEquals(names(starts, "a"), ["b", "a"]);
  assertEquals(names(starts, "none"), []);
});

Deno.test("lastTarget() is the one that was up last", () => {
  const starts = report(
    service("boot", startTimes(0, 10)),
    service("more", startTimes(0, 30)),
    service("other", startTimes(0, 90)),
    service("never", startTimes(0, 0, { endedMs: undefined, outcome: "under-way" })),
  );
  assertEquals(lastTarget(starts, ["boot", "more", "never"]), "more");
  assertEquals(lastTarget(starts, ["never"]), undefined);
});
