import {
  handle,
  type ReportedDetails,
  type ReportedStatus,
} from "../../../../core/protocol/mod.ts";
import { assertEquals, assertIncludes, assertMatch } from "../../../assert.ts";
import type { Turn } from "../../fake_io.ts";
import { converse } from "../../session_runner.ts";
import { greeting, record, startedStatus, turn } from "../../turns.ts";
import { NO_DETAILS } from "../../../reported_details.ts";

const HOUR = 3_600_000;

const PLAIN: ReportedDetails = {
  ...NO_DETAILS,
  inStateMs: 2000,
};

interface Told {
  readonly name: string;
  readonly status?: Partial<ReportedStatus>;
  readonly details: Partial<ReportedDetails>;
}

const SERVICES: readonly Told[] = [
  { name: "web", details: {} },
  {
    name: "late",
    details: { timer: { times: "every 8h", nextInMs: 8 * HOUR, lastAgoMs: undefined } },
  },
  {
    name: "soon",
    details: {
      timer: { times: "*-*-* 14:00:00", nextInMs: HOUR, lastAgoMs: 23 * HOUR },
      lastEnd: { agoMs: 23 * HOUR - 5000, exit: { kind: "exited", code: 3 } },
    },
  },
  {
    name: "busy",
    status: { pid: 77 as ReportedStatus["pid"] },
    details: { timer: { times: "after end 5m", nextInMs: undefined, lastAgoMs: 60_000 } },
  },
];

function turns(services: readonly Told[]): readonly Turn[] {
  return [
    greeting(),
    turn(
      { kind: "list-5" },
      ...services.map(({ name, status }) => ({
        kind: "service-info" as const,
        form: 5 as const,
        name,
        status: startedStatus(status),
      })),
      { kind: "list-done" },
    ),
    ...services.flatMap(({ name, details }, index) => [
      turn({ kind: "find", name }, record(index, "started")),
      turn({ kind: "query-details", handle: handle(index) }, {
        kind: "details",
        details: { ...PLAIN, ...details },
      }),
    ]),
  ];
}

Deno.test("timers lists services with a timer, the next run first", () => {
  const { output, exit, faults } = converse(["timers"], turns(SERVICES));
  assertEquals([exit, faults], [0, []]);
  const [heading = "", ...rows] = output.trimEnd().split("\n");
  assertMatch(heading, /^SERVICE +NEXT +LAST +RESULT +TIMES$/);
  assertEquals(rows.map((row) => row.split(" ")[0]), ["soon", "late", "busy"]);
  assertMatch(rows[0] ?? "", /\(in 1 h\) .*\(23 h ago\) +exited, status 3 +\*-\*-\* 14:00:00$/);
  assertMatch(rows[1] ?? "", /\(in 8 h\) +- +- +every 8h$/);
  assertMatch(rows[2] ?? "", /^busy +when it has ended .*ago\) +running +after end 5m$/);
});

Deno.test("timers --json has points in time in UTC", () => {
  const { output } = converse(["timers", "--json"], turns(SERVICES.slice(2, 3)));
  assertEquals(JSON.parse(output), [{
    name: "soon",
    state: "started",
    times: "*-*-* 14:00:00",
    next: "2026-11-30T13:34:56.000Z",
    last: "2026-11-29T13:34:56.000Z",
    running: false,
    lastEnd: { time: "2026-11-29T13:35:01.000Z", status: 3 },
  }]);
});

Deno.test("timers says that there are none, and that a manager of upstream's has none", () => {
  assertEquals(
    converse(["timers"], turns(SERVICES.slice(0, 1))).output,
    "No loaded service has a timer.\n",
  );
  const [hello, list] = turns(SERVICES.slice(0, 1));
  const upstream = converse(["timers"], [
    ...hello === undefined ? [] : [hello],
    ...list === undefined ? [] : [list],
    turn({ kind: "find", name: "web" }, record(0, "started")),
    turn({ kind: "query-details", handle: handle(0) }, { kind: "service-name", name: "web" }),
  ]);
  assertEquals(upstream.exit, 1);
  assertIncludes(upstream.errors, "this manager has no timers");
});

Deno.test("status tells of a timer", () => {
  const { output } = converse(["timers", "soon"], turns(SERVICES.slice(2, 3)));
  assertIncludes(output, "soon");
  const missing = converse(["timers", "x*"], [
    greeting(),
    turns(SERVICES.slice(2, 3))[1] as Turn,
    turns([])[1] as Turn,
  ]);
  assertEquals(missing.exit, 1);
});
