import type { StartReport } from "../../../../core/figures/start_times.ts";
import { assertEquals } from "../../../assert.ts";
import { BOOT } from "../../boot_example.ts";
import { converse } from "../../session_runner.ts";
import { greeting, turn } from "../../turns.ts";

function ask(words: readonly string[], report: StartReport = BOOT) {
  return converse(words, [greeting(), turn({ kind: "query-starts" }, { kind: "starts", report })]);
}

Deno.test("blame lists what runs a process, slowest first", () => {
  const { output, exit, faults } = ask(["blame"]);
  assertEquals([faults, exit], [[], 0]);
  assertEquals(
    output,
    "   2 s  net  executed after 3 ms, ready 2 s later\n" +
      " 1.5 s  db   executed after 4 ms, ready 1.5 s later, waited 2 s before\n" +
      "500 ms  bad  did not come up, executed after 2 ms\n" +
      " 10 ms  web  executed after 10 ms, waited 3.5 s before\n",
  );
});

Deno.test("blame --json tells programs the same in seconds", () => {
  const [first] = JSON.parse(ask(["blame", "--json"]).output);
  assertEquals(first, {
    service: "net",
    duration: 2,
    waited: 0,
    outcome: "started",
    begun: 0.02,
    ownStart: 0.02,
    launched: 0.021,
    executed: 0.023,
    ended: 2.02,
  });
});

Deno.test("blame says so when nothing was started", () => {
  const { output } = ask(["blame"], { ...BOOT, services: [] });
  assertEquals(output, "No service with a process was started yet.\n");
});

Deno.test("critical-path shows the chain of what the manager was started for", () => {
  const { output, exit } = ask(["critical-path"]);
  assertEquals(
    output,
    "boot was up 3.5 s after the manager began (kernel 800 ms before that, the manager itself 20 ms):\n" +
      "+20 ms  net   took 2 s\n" +
      "  +2 s  db    took 1.5 s\n" +
      "+3.5 s  web   took 10 ms\n" +
      "+3.5 s  boot  took 0 s\n",
  );
  assertEquals(exit, 0);
});

Deno.test("critical-path SERVICE ends there; a failed start is told", () => {
  const { output } = ask(["critical-path", "bad"]);
  assertEquals(
    output,
    "bad was given up 520 ms after the manager began (kernel 800 ms before that, the manager itself 20 ms):\n" +
      "+20 ms  bad  given up after 500 ms\n",
  );
});

Deno.test("critical-path --json", () => {
  const told = JSON.parse(ask(["critical-path", "--json"]).output);
  assertEquals([told.service, told.kernel, told.managerReady, told.up], ["boot", 0.8, 0.02, 3.53]);
  assertEquals(
    told.chain.map(({ service, after }: Record<string, unknown>) => [service, after]),
    [["net", null], ["db", "net"], ["web", "db"], ["boot", "web"]],
  );
});

Deno.test("critical-path says what is not loaded, and what was never started", () => {
  const missing = ask(["critical-path", "nothing"]);
  assertEquals([missing.errors, missing.exit], ["dinitctl: service not loaded.\n", 1]);
  const idle = ask(["critical-path", "idle"]);
  assertEquals([idle.errors, idle.exit], [
    "dinitctl: service 'idle' was not started since it was loaded.\n",
    1,
  ]);
});

Deno.test("upstream's manager does not know how services start", () => {
  for (const verb of ["blame", "critical-path", "boot-chart"]) {
    const { errors, exit, faults } = converse([verb], [greeting()]);
    assertEquals([faults, exit], [[], 1]);
    assertEquals(
      errors,
      "dinitctl: not known here: this manager does not note how services start, only one of this program does.\n",
    );
  }
});

Deno.test("boot-chart draws a row for each service that was part of the boot", () => {
  const { output, exit } = ask(["boot-chart"]);
  assertEquals(exit, 0);
  const titles = [...output.matchAll(/<g><title>([^<]*)<\/title>/g)].map(([, title]) => title);
  assertEquals(titles, [
    "kernel: kernel 800 ms, up after 800 ms",
    "dinit: manager 20 ms, up after 820 ms",
    "net: launch 3 ms, executed, until ready 2 s, up after 2.8 s",
    "bad: launch 2 ms, did not come up 498 ms",
    "db: waits for others 2 s, launch 4 ms, executed, until ready 1.5 s, up after 4.3 s",
    "web: waits for others 3.5 s, launch 10 ms, up after 4.3 s",
    "boot: waits for others 3.5 s, up after 4.3 s",
  ]);
});
