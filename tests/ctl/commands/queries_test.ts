import {
  handle,
  type ReportedDetails,
  type ReportedStatus,
  type StatusForm,
} from "../../../core/protocol/mod.ts";
import { assertEquals } from "../../assert.ts";
import type { Turn } from "../fake_io.ts";
import { converse } from "../session_runner.ts";
import { greeting, record, serviceStatus, startedStatus, turn } from "../turns.ts";
import { NO_DETAILS } from "../../reported_details.ts";

const ZERO = handle(0);

function finding(name: string, state: ReportedStatus["state"] = "started"): Turn {
  return turn({ kind: "find", name }, record(0, state));
}

function asking(form: StatusForm, status: ReportedStatus): Turn {
  const kind = ({ 1: "status", 5: "status-5", 6: "status-6" } as const)[form];
  return turn({ kind, handle: ZERO }, { kind: "status", existed: false, form, status });
}

const CRASHING: ReportedDetails = {
  ...NO_DETAILS,
  statusText: "Serving",
  inStateMs: 2000,
  restarts: 41,
  lastEnd: { agoMs: 180_000, exit: { kind: "exited", code: 3 } },
  isPinnedStarted: true,
  fault: { text: "Process exited with status 3", agoMs: 180_000 },
};

const WHERE = turn({ kind: "query-description-directory", handle: ZERO }, {
  kind: "description-directory",
  directory: "/etc/dinit.d",
});

Deno.test("status asks a manager of version 1 only what it knows", () => {
  const result = converse(["status", "a"], [
    greeting(1),
    finding("a"),
    asking(1, startedStatus({ marked: true })),
  ]);
  assertEquals([result.faults, result.exit], [[], 0]);
  assertEquals(
    result.output,
    "Service: a\n    State: STARTED\n    Activation: explicitly started\n",
  );
});

Deno.test("status asks a manager of version 5 in form 5", () => {
  const exit = { kind: "exited", code: 4 } as const;
  const result = converse(["status", "a"], [
    greeting(5),
    finding("a"),
    WHERE,
    asking(5, serviceStatus({ reason: "terminated", exit })),
  ]);
  assertEquals([result.faults, result.exit], [[], 0]);
  assertEquals(
    result.output,
    "Service: a\n    File: /etc/dinit.d/a\n    State: STOPPED (terminated; exited - status 4)\n",
  );
});

Deno.test("status shows the end of the output on a terminal", () => {
  const bytes = new TextEncoder().encode(
    Array.from({ length: 12 }, (_, index) => `line ${index}\n`).join(""),
  );
  const result = converse(["status", "a"], [
    greeting(5),
    finding("a"),
    WHERE,
    asking(5, startedStatus()),
    // Upstream's manager gives the name; ours what else is known of the service.
    turn({ kind: "query-details", handle: ZERO }, {
      kind: "service-name",
      name: "a",
    }),
    turn({ kind: "read-log", handle: ZERO, clear: false }, { kind: "log", bytes }),
  ], { isTerminal: true });
  assertEquals(result.faults, []);
  assertEquals(result.output.split("\n").slice(4, 6), [
    "    Output (last 10 lines):",
    "        line 2",
  ]);
});

Deno.test("status asks upstream's manager once for what only ours knows", () => {
  const question = turn({ kind: "query-details", handle: ZERO }, {
    kind: "service-name",
    name: "a",
  });
  const result = converse(["status", "a", "b"], [
    greeting(5),
    finding("a"),
    WHERE,
    asking(5, startedStatus()),
    question,
    finding("b"),
    WHERE,
    asking(5, startedStatus()),
  ]);
  assertEquals([result.faults, result.exit], [[], 0]);
});

Deno.test("status tells of a service before it asks of the next one", () => {
  const turns = [greeting(1), finding("a"), asking(1, startedStatus())];
  const result = converse(["status", "a", "b"], turns);
  const told = "Service: a\n    State: STARTED\n    Activation: start due to dependent(s)\n";
  assertEquals([result.output, result.exit === 0], [told, false]);
});

Deno.test("status in a pipe tells what the service says, and its history", () => {
  const result = converse(["status", "a"], [
    greeting(5),
    finding("a"),
    WHERE,
    asking(5, startedStatus()),
    turn({ kind: "query-details", handle: ZERO }, { kind: "details", details: CRASHING }),
  ]);
  assertEquals(result.faults, []);
  assertEquals(
    result.output.replaceAll(/[-0-9]{10} [:0-9]{8}/g, "TIME").split("\n").slice(4),
    [
      "    Since: TIME (2 s ago)",
      "    Restarts: 41",
      "    Last end: exited - status 3, TIME (3 min ago)",
      "    Pinned: started",
      "    Status: Serving",
      "",
    ],
  );
});

Deno.test("status --json tells the history, with times as ISO 8601 has them", () => {
  const result = converse(["status", "--json", "a"], [
    greeting(5),
    finding("a"),
    WHERE,
    asking(5, startedStatus()),
    turn({ kind: "query-details", handle: ZERO }, { kind: "details", details: CRASHING }),
  ]);
  const [service] = JSON.parse(result.output);
  assertEquals(
    [service.since, service.restarts, service.restartLimitReached, service.lastEnd],
    ["2026-11-30T12:34:54.000Z", 41, false, { time: "2026-11-30T12:31:56.000Z", status: 3 }],
  );
  assertEquals([service.pinnedStarted, service.pinnedStopped], [true, false]);
  assertEquals([service.statusText, service.failedDependency], ["Serving", null]);
  assertEquals(service.fault, { text: "Process exited with status 3", time: service.lastEnd.time });
});

Deno.test("status of a service that is not loaded ends with 1", () => {
  const missing = turn({ kind: "find", name: "a" }, { kind: "no-service" });
  const result = converse(["status", "a"], [greeting(), missing]);
  assertEquals([result.exit, result.errors], [1, "dinitctl: service not loaded.\n"]);
  const silent = converse(["is-started", "a"], [greeting(), missing]);
  assertEquals([silent.exit, silent.output, silent.errors], [1, "", ""]);
});

Deno.test("is-started and is-failed answer by exit status and print the state", () => {
  const cases: readonly (readonly [string, ReportedStatus, string, number])[] = [
    ["is-started", startedStatus(), "STARTED\n", 0],
    ["is-started", serviceStatus({ state: "starting" }), "STARTING\n", 1],
    ["is-failed", serviceStatus({ reason: "failed" }), "STOPPED\n", 0],
    ["is-failed", serviceStatus({ reason: "dependency-failed" }), "STOPPED\n", 0],
    ["is-failed", serviceStatus({ reason: "timed-out" }), "STOPPED\n", 0],
    ["is-failed", serviceStatus({ reason: "terminated" }), "STOPPED\n", 1],
    ["is-failed", serviceStatus(), "STOPPED\n", 1],
    ["is-failed", startedStatus({ reason: "failed" }), "STARTED\n", 1],
  ];
  for (const [verb, status, output, exit] of cases) {
    const result = converse([verb, "a"], [greeting(5), finding("a"), WHERE, asking(5, status)]);
    assertEquals([result.faults, result.output, result.exit], [[], output, exit]);
  }
  const quiet = converse(["--quiet", "is-started", "a"], [
    greeting(5),
    finding("a"),
    WHERE,
    asking(5, startedStatus()),
  ]);
  assertEquals([quiet.output, quiet.exit], ["", 0]);
});

Deno.test("list asks a manager before version 5 in form 1 and reads its wait status", () => {
  const result = converse(["list"], [
    greeting(4),
    // SVCINFO: stopped, terminated, wait status 0x0300: exit status 3; then one that ended with 0.
    {
      send: "08",
      receive: ["3e 01 00 00 00 06 0000 00030000 61", "3e 01 00 00 00 06 0000 00000000 62", "3f"],
    },
  ]);
  assertEquals(result.faults, []);
  assertEquals(
    result.output,
    "[     {X}] a (exit status: 3)\n[     {-}] b (exit status: 0)\n",
  );
});

const THREE = turn(
  { kind: "list-5" },
  { kind: "service-info", name: "web", form: 5, status: startedStatus() },
  { kind: "service-info", name: "getty@tty1", form: 5, status: startedStatus() },
  { kind: "service-info", name: "job", form: 5, status: serviceStatus({ reason: "failed" }) },
  { kind: "list-done" },
);

Deno.test("list takes patterns and --failed", () => {
  const byPattern = converse(["list", "w*", "j?b"], [greeting(), THREE]);
  assertEquals(byPattern.output, "[{+}     ] web\n[     {X}] job\n");
  const failed = converse(["list", "--failed"], [greeting(), THREE]);
  assertEquals(failed.output, "[     {X}] job\n");
});

Deno.test("list --all adds services that have a file only", () => {
  const result = converse(["list", "--all"], [
    greeting(),
    THREE,
    turn({ kind: "query-load-mechanism" }, {
      kind: "load-mechanism",
      mechanism: 1,
      workingDirectory: "/",
      directories: ["/etc/dinit.d"],
    }),
  ], {
    directories: {
      "/etc/dinit.d": ["web.toml", "getty", "boot.d", "spare", ".hidden", "a b"],
      "/etc/dinit.d/boot.d": [],
    },
  });
  assertEquals(result.faults, []);
  assertEquals(result.output.split("\n").slice(3), ["[        ] spare (not loaded)", ""]);
});

Deno.test("list --json tells state, process and cause of an end", () => {
  const result = converse(["list", "--json", "job"], [
    greeting(),
    THREE,
    turn(
      { kind: "query-remarks" },
      { kind: "remarks", remarks: new Map([["job", { health: undefined, mask: "/m" }]]) },
      { kind: "list-done" },
    ),
    turn(
      { kind: "query-summaries" },
      { kind: "summaries", summaries: new Map([["web", "Web server"]]) },
      { kind: "summaries", summaries: new Map([["job", "A job"]]) },
      { kind: "list-done" },
    ),
  ]);
  assertEquals(result.faults, []);
  assertEquals(JSON.parse(result.output), [{
    name: "job",
    loaded: true,
    description: "A job",
    state: "stopped",
    target: "stopped",
    failed: true,
    activation: null,
    startSkipped: false,
    console: null,
    pid: null,
    stopReason: "failed",
    exit: null,
    launchFailure: null,
    health: null,
    maskedBy: "/m",
  }]);
});

Deno.test("list --json knows no descriptions from upstream's managers", () => {
  const result = converse(["list", "--json", "job"], [greeting(), THREE]);
  assertEquals([result.faults, JSON.parse(result.output)[0].description], [[], null]);
});

Deno.test("status tells what the service is, and where to read about it", () => {
  const details = { ...CRASHING, summary: "Web\u001b[m", documentation: ["man:a(1)", "file:/a"] };
  const turns = [
    greeting(5),
    finding("a"),
    WHERE,
    asking(5, startedStatus()),
    turn({ kind: "query-details", handle: ZERO }, { kind: "details", details }),
  ];
  const { output } = converse(["status", "a"], turns);
  assertEquals(output.split("\n").slice(4, 6), [
    "    Description: Web\ufffd[m",
    "    Documentation: man:a(1), file:/a",
  ]);
  const [service] = JSON.parse(converse(["status", "--json", "a"], turns).output);
  assertEquals([service.description, service.documentation], [
    details.summary,
    details.documentation,
  ]);
});

const REPORT = '{"report":"dinit"}\n';

Deno.test("report prints what the manager did last, or writes it into a new file", () => {
  const turns = [greeting(), turn({ kind: "report" }, { kind: "report", text: REPORT })];
  const printed = converse(["report"], turns);
  assertEquals([printed.faults, printed.output, printed.exit], [[], REPORT, 0]);
  const written = converse(["report", "/tmp/r"], turns);
  assertEquals([written.output, written.io.fileChanges, written.exit], [
    "Wrote /tmp/r.\n",
    [`make /tmp/r: ${REPORT}`],
    0,
  ]);
  const refused = converse(["report", "/tmp/r"], turns, { texts: { "/tmp/r": "" } });
  assertEquals([refused.errors, refused.exit], [
    "dinitctl: cannot write /tmp/r: it exists already\n",
    1,
  ]);
});

Deno.test("report says that upstream's manager keeps none", () => {
  const { errors, exit } = converse(["report"], [greeting()]);
  assertEquals([errors, exit], [
    "dinitctl: this manager keeps no report: only a manager of this program does.\n",
    1,
  ]);
});
