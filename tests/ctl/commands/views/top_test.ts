import { NO_USAGE, type ServiceUsage } from "../../../../core/figures/usage.ts";
import type { Reply } from "../../../../core/protocol/mod.ts";
import type { Screen } from "../../../../ctl/interface/screen.ts";
import { assertEquals } from "../../../assert.ts";
import { BOOT } from "../../boot_example.ts";
import type { Turn } from "../../fake_io.ts";
import { converse } from "../../session_runner.ts";
import { greeting, serviceStatus, startedStatus, turn } from "../../turns.ts";

const MANAGER: Turn = turn({ kind: "query-manager" }, {
  kind: "manager",
  usage: {
    ...{ ...NO_USAGE, cpuMs: 1250, memoryBytes: 23_000_000 },
    ...{ version: "1.2.3", pid: 1, descriptors: 14, atMs: 5 },
  },
});

/** Two services: `web` is up, `job` is not. */
const LIST: Turn = turn(
  { kind: "list-5" },
  { kind: "service-info", name: "job", form: 5, status: serviceStatus() },
  { kind: "service-info", name: 'w"e\\b\n', form: 5, status: startedStatus({ pid: 812 }) },
  { kind: "list-done" },
);

function usage(more: Partial<ServiceUsage>): Reply {
  return {
    kind: "usage",
    usage: {
      ...{ ...NO_USAGE, source: "none", isPartial: false, atMs: 1000, inStateMs: 500 },
      ...{ restarts: 0, starts: 1, startFailures: 0 },
      ...{ state: "started", waitsFor: [], usualStartMs: undefined, usualStopMs: undefined },
      ...more,
    },
  };
}

function look(more: Partial<ServiceUsage>): readonly Turn[] {
  return [
    LIST,
    turn({ kind: "query-usage", name: "job" }, usage({ inStateMs: undefined })),
    turn({ kind: "query-usage", name: 'w"e\\b\n' }, usage({ source: "cgroup", ...more })),
    MANAGER,
  ];
}

const FIRST = look({ cpuMs: 100, memoryBytes: 5 << 20, tasks: 3, readBytes: 0, writtenBytes: 10 });
const SECOND = look({
  ...{ atMs: 2000, cpuMs: 350, memoryBytes: 6 << 20, tasks: 4, readBytes: 0 },
  ...{ writtenBytes: 2058, restarts: 2 },
});

Deno.test("top --once tells what is taken now, by two looks", () => {
  const { output, exit, faults, io } = converse(["top", "--once"], [
    ...[greeting(), MANAGER],
    ...[...FIRST, ...SECOND],
  ]);
  assertEquals([faults, exit, io.nowMs], [[], 0, 1000]);
  assertEquals(
    output,
    "dinit itself: 22 MiB, 1.25 s processor, 14 descriptors\n" +
      "SERVICE  STATE      CPU %     MEMORY   TASKS     READ/s    WRITE/s   RESTARTS\n" +
      'w"e\\b\ufffd   started     25.0    6.0 MiB       4          -    2.0 KiB          2\n' +
      "job      stopped        -          -       -          -          -          -\n",
  );
});

Deno.test("top --json --sort name tells programs the same", () => {
  const { output } = converse(["top", "--json", "--sort", "name"], [
    ...[greeting(), MANAGER],
    ...[...FIRST, ...SECOND],
  ]);
  const [job, web] = JSON.parse(output);
  assertEquals([job.name, job.cpuPercent, job.secondsInState], ["job", null, null]);
  assertEquals(web, {
    ...{ name: 'w"e\\b\n', state: "started", pid: 812, cpuPercent: 25 },
    ...{ readPerSecond: 0, writtenPerSecond: 2048 },
    ...{ cpu: 0.35, memory: 6 << 20, tasks: 4, read: 0, written: 2058, source: "cgroup" },
    ...{ partial: false, secondsInState: 0.5, restarts: 2 },
  });
});

Deno.test("top on a terminal draws until it is left, and the last picture stays", () => {
  let looks = 0;
  let isOpen = true;
  const screen: Screen = {
    size: () => ({ columns: 78, rows: 4 }),
    isLeft: () => ++looks === 2,
    close: () => void (isOpen = false),
  };
  const { output, exit, faults } = converse(["top"], [
    ...[greeting(), MANAGER],
    ...[...FIRST, ...SECOND],
  ], { screen });
  assertEquals([faults, exit, isOpen], [[], 0, false]);
  const pictures = output.split("\x1b[J");
  assertEquals(pictures.length, 3);
  assertEquals(/started +- /.test(pictures[0] ?? ""), true);
  assertEquals(/started +25\.0 /.test(pictures[1] ?? ""), true);
  const last = (pictures[2] ?? "").split("\n").map((line) => line.split(" ")[0]);
  assertEquals(last, ["\r\x1b[3Adinit", "SERVICE", 'w"e\\b\ufffd', "job", ""]);
});

Deno.test("metrics is OpenMetrics text with what is known", () => {
  const { output, exit, faults } = converse(["metrics"], [
    ...[greeting(), MANAGER],
    turn({ kind: "query-starts" }, { kind: "starts", report: BOOT }),
    ...FIRST.slice(0, 3),
  ]);
  assertEquals([faults, exit], [[], 0]);
  const lines = output.split("\n");
  assertEquals(lines.slice(0, 3), [
    "# HELP dinit_build Version of the manager.",
    "# TYPE dinit_build info",
    'dinit_build_info{version="1.2.3"} 1',
  ]);
  assertEquals(lines.slice(-2), ["# EOF", ""]);
  for (
    const line of [
      "# TYPE dinit_manager_cpu_seconds counter",
      "# UNIT dinit_manager_cpu_seconds seconds",
      "dinit_manager_cpu_seconds_total 1.25",
      "dinit_boot_kernel_seconds 0.8",
      "dinit_boot_duration_seconds 3.53",
      "# TYPE dinit_service_state stateset",
      'dinit_service_state{service="job",dinit_service_state="stopped"} 1',
      'dinit_service_state{service="w\\"e\\\\b\\n",dinit_service_state="started"} 1',
      'dinit_service_state{service="w\\"e\\\\b\\n",dinit_service_state="stopped"} 0',
      'dinit_service_cpu_seconds_total{service="w\\"e\\\\b\\n"} 0.1',
      'dinit_service_memory_bytes{service="w\\"e\\\\b\\n"} 5242880',
      'dinit_service_starts_total{service="job"} 1',
    ]
  ) {
    assertEquals([line, lines.includes(line)], [line, true]);
  }
  assertEquals(output.includes('memory_bytes{service="job"}'), false);
});

Deno.test("metrics --output replaces a file whole, in the form of node_exporter's collector", () => {
  const { output, exit, io } = converse(["metrics", "--output", "/m/dinit.prom"], [
    ...[greeting(), MANAGER],
    turn({ kind: "query-starts" }, { kind: "starts", report: BOOT }),
    ...FIRST.slice(0, 3),
  ]);
  assertEquals([output, exit, io.fileChanges.length], ["", 0, 1]);
  const text = io.fileChanges[0] ?? "";
  assertEquals(text.startsWith("replace /m/dinit.prom: # HELP dinit_build_info "), true);
  assertEquals(text.includes("# TYPE dinit_service_starts_total counter\n"), true);
  assertEquals(/stateset|# EOF|# UNIT/.test(text), false);
});

Deno.test("upstream's manager does not know what services take", () => {
  for (const verb of ["top", "metrics"]) {
    const { errors, exit, faults } = converse([verb], [greeting()]);
    assertEquals([faults, exit], [[], 1]);
    assertEquals(
      errors.startsWith("dinitctl: not known here: this manager does not tell what"),
      true,
    );
  }
});

Deno.test("top and metrics refuse what they cannot sort by, or write", () => {
  assertEquals(
    converse(["top", "--sort", "age"], []).errors,
    "dinitctl: cannot sort by 'age': allowed are cpu, memory, tasks, io, name.\n",
  );
  assertEquals(
    converse(["metrics", "--format", "json"], []).errors,
    "dinitctl: unknown format 'json': allowed are openmetrics, prometheus.\n",
  );
});
