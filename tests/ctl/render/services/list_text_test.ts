import type { ReportedStatus } from "../../../../core/protocol/mod.ts";
import { terminalPaint } from "../../../../ctl/render/text/colour.ts";
import { groupedList, listLines } from "../../../../ctl/render/services/list_text.ts";
import { assertEquals } from "../../../assert.ts";
import { serviceStatus, startedStatus } from "../../turns.ts";

const CASES: readonly (readonly [string, string, ReportedStatus])[] = [
  ["explicitly started", "[[+]     ] x", startedStatus({ marked: true })],
  ["started for others", "[{+}     ] x (pid: 812)", startedStatus({ pid: 812 })],
  ["start skipped", "[[s]     ] x", startedStatus({ marked: true, startSkipped: true })],
  [
    "starting",
    "[[ ]<<   ] x (pid: 901)",
    serviceStatus({ state: "starting", target: "started", marked: true, pid: 901 }),
  ],
  ["starting, to be stopped", "[   <<{ }] x", serviceStatus({ state: "starting" })],
  [
    "stopping, to be started again",
    "[{ }>>   ] x",
    serviceStatus({ state: "stopping", target: "started" }),
  ],
  [
    "stopping, explicitly activated",
    "[[ ]>>   ] x",
    serviceStatus({ state: "stopping", target: "started", marked: true }),
  ],
  ["stopping", "[   >>{ }] x", serviceStatus({ state: "stopping" })],
  ["stopped", "[     {-}] x", serviceStatus()],
  [
    "started, to be stopped",
    "[ +   { }] x",
    serviceStatus({ state: "started" }),
  ],
  [
    "failed with an exit status",
    "[     {X}] x (exit status: 3)",
    serviceStatus({ reason: "terminated", exit: { kind: "exited", code: 3 } }),
  ],
  [
    "ended well by itself",
    "[     {-}] x (exit status: 0)",
    serviceStatus({ reason: "terminated", exit: { kind: "exited", code: 0 } }),
  ],
  [
    "killed by a signal",
    "[     {X}] x (signal: 9)",
    serviceStatus({
      reason: "terminated",
      exit: { kind: "signalled", signal: 9, dumpedCore: false },
    }),
  ],
  [
    "killed with a core dump",
    "[     {X}] x",
    serviceStatus({
      reason: "terminated",
      exit: { kind: "signalled", signal: 11, dumpedCore: true },
    }),
  ],
  [
    "failed to start, whose exit is not told here",
    "[     {X}] x",
    serviceStatus({ reason: "failed", exit: { kind: "exited", code: 1 } }),
  ],
  [
    "stopped by a restart of a dependency",
    "[     {X}] x",
    serviceStatus({
      reason: "dependency-restarted",
    }),
  ],
  [
    "stopped, to be started",
    "[{ }   - ] x",
    serviceStatus({
      target: "started",
    }),
  ],
  [
    "holds the console",
    "[[+]     ] x (has console)",
    startedStatus({
      marked: true,
      hasConsole: true,
    }),
  ],
  [
    "waits for the console",
    "[{ }<<   ] x (waiting for console)",
    serviceStatus({ state: "starting", target: "started", waitsForConsole: true }),
  ],
];

for (const [situation, line, status] of CASES) {
  Deno.test(`listLines() shows a service that is: ${situation}`, () => {
    assertEquals([...listLines([{ name: "x", status }])].join(""), line + "\n");
  });
}

Deno.test("groupedList() puts what has failed first and counts each group", () => {
  const text = [...groupedList([
    { name: "boot", status: startedStatus({ marked: true }) },
    { name: "web", status: startedStatus() },
    { name: "job", status: serviceStatus({ reason: "failed" }) },
    { name: "spare", status: undefined },
  ], (_colour, part) => part)].join("");
  assertEquals(
    text,
    "Failed (1)\n  [     {X}] job\n\n" +
      "Started (2)\n  [[+]     ] boot\n  [{+}     ] web\n\n" +
      "Not loaded (1)\n  [        ] spare (not loaded)\n",
  );
});

Deno.test("groupedList() keeps the width of the columns when it colours them", () => {
  const status = startedStatus();
  const text = [...groupedList([{ name: "web", status }], terminalPaint)].join("");
  // deno-lint-ignore no-control-regex
  assertEquals(text.replace(/\x1b\[[0-9]+m/g, ""), "Started (1)\n  [{+}     ] web\n");
});

Deno.test("listLines() says of which health a service is, and whether it is masked", () => {
  const health = { purpose: "liveness", agoMs: 5, why: "" } as const;
  const remark = (state: "unknown" | "unhealthy" | "healthy", mask?: string) => ({
    ...{ name: "x", status: startedStatus({ pid: 3 }) },
    remark: { health: { ...health, state }, mask },
  });
  const lines = listLines([
    remark("healthy"),
    remark("unhealthy", "/m"),
    remark("unknown"),
    { name: "y", status: undefined, remark: { health: undefined, mask: "/m" } },
  ]);
  assertEquals([...lines].join("").split("\n"), [
    "[{+}     ] x (pid: 3) (healthy)",
    "[{+}     ] x (pid: 3) (unhealthy) (masked)",
    "[{+}     ] x (pid: 3)",
    "[        ] y (not loaded) (masked)",
    "",
  ]);
});
