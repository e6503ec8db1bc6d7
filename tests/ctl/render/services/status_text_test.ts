import type { ReportedStatus } from "../../../../core/protocol/mod.ts";
import { plainPaint } from "../../../../ctl/render/text/colour.ts";
import { statusLines } from "../../../../ctl/render/services/status_text.ts";
import type { ServiceDetails } from "../../../../ctl/interface/report.ts";
import { assertEquals, assertMatch } from "../../../assert.ts";
import { serviceStatus, startedStatus } from "../../turns.ts";
import { NO_DETAILS } from "../../../reported_details.ts";

function lines(status: ReportedStatus, more: Partial<ServiceDetails> = {}): string {
  const details: ServiceDetails = {
    name: "web",
    status,
    file: undefined,
    details: undefined,
    usage: undefined,
    logLines: undefined,
    ...more,
  };
  const errorText = () => "No such file or directory";
  return statusLines(details, { paint: plainPaint, errorText, nowMs: 0 });
}

const STATES: readonly (readonly [string, ReportedStatus])[] = [
  ["STOPPED", serviceStatus()],
  ["STOPPED (dependency restarted)", serviceStatus({ reason: "dependency-restarted" })],
  ["STOPPED (dependency failed/terminated)", serviceStatus({ reason: "dependency-failed" })],
  ["STOPPED (failed to start)", serviceStatus({ reason: "failed" })],
  [
    "STOPPED (failed to start; exited - status 3)",
    serviceStatus({ reason: "failed", exit: { kind: "exited", code: 3 } }),
  ],
  [
    "STOPPED (terminated)",
    serviceStatus({
      reason: "terminated",
      exit: { kind: "exited", code: 0 },
    }),
  ],
  [
    "STOPPED (terminated; signalled - signal 9)",
    serviceStatus({
      reason: "terminated",
      exit: { kind: "signalled", signal: 9, dumpedCore: false },
    }),
  ],
  [
    "STOPPED (terminated; unknown reason)",
    serviceStatus({
      reason: "terminated",
      exit: { kind: "unsuccessful" },
    }),
  ],
  ["STOPPED (start timed out)", serviceStatus({ reason: "timed-out" })],
  ["STARTING (target state: STOPPED)", serviceStatus({ state: "starting" })],
  ["STARTED (holding console)", serviceStatus({ state: "started", hasConsole: true })],
  ["STOPPING", serviceStatus({ state: "stopping" })],
  [
    "STOPPING(terminated ;exited - status 3)",
    serviceStatus({ state: "stopping", exit: { kind: "exited", code: 3 } }),
  ],
];

for (const [text, status] of STATES) {
  Deno.test(`statusLines() says ${text}`, () => {
    assertEquals(lines(status), `Service: web\n    State: ${text}\n`);
  });
}

Deno.test("statusLines() tells stage and error of a launch that failed", () => {
  const status = serviceStatus({
    reason: "exec-failed",
    execFailure: { stage: 18, errno: 2 },
  });
  assertEquals(
    lines(status),
    "Service: web\n    State: STOPPED (could not be launched)\n" +
      "        Stage: executing command\n        Error: No such file or directory\n",
  );
});

Deno.test("statusLines() tells file, activation and process of a started service", () => {
  const file = { path: "/etc/dinit.d/web", isModified: true, isMissing: false };
  assertEquals(
    lines(startedStatus({ marked: true, pid: 812, startSkipped: true }), { file }),
    "Service: web\n    File: /etc/dinit.d/web (modified since loaded)\n" +
      "    State: STARTED (startup skipped)\n    Activation: explicitly started\n" +
      "    Process ID: 812\n",
  );
});

Deno.test("statusLines() tells that the description is not there any more", () => {
  const file = { path: "/etc/dinit.d/web", isModified: undefined, isMissing: true };
  assertEquals(
    lines(serviceStatus(), { file }),
    "Service: web\n    File: /etc/dinit.d/web (not there)\n    State: STOPPED\n",
  );
});

Deno.test("statusLines() tells that a stopping service is to be started for others", () => {
  assertEquals(
    lines(serviceStatus({ state: "stopping", target: "started" })),
    "Service: web\n    State: STOPPING (target state: STARTED)\n" +
      "    Activation: start due to dependent(s)\n",
  );
});

Deno.test("statusLines() ends with the last lines of output", () => {
  assertEquals(
    lines(serviceStatus(), { logLines: ["\x1b[31mone\x1b[m\r", "two"] }),
    "Service: web\n    State: STOPPED\n    Output (last 2 lines):\n        one\n        two\n",
  );
});

Deno.test("statusLines() of a failed service names the dependency and the fault", () => {
  const details = {
    ...NO_DETAILS,
    restarts: 3,
    isLimitReached: true,
    isPinnedStopped: true,
    isSetAside: true,
    failedDependency: "db",
    fault: { text: "Cannot run the command", agoMs: 0 },
  };
  assertEquals(
    lines(serviceStatus({ reason: "dependency-failed" }), { details }),
    "Service: web\n    State: STOPPED (dependency failed/terminated)\n" +
      "    Restarts: 3 (restart limit reached)\n    Pinned: stopped\n" +
      "    Set aside: the manager crashed over it; dinitctl unpin releases it\n" +
      "    Failed dependency: db\n    Fault: Cannot run the command\n",
  );
});

Deno.test("statusLines() names the condition for which a start was skipped", () => {
  const details = { ...NO_DETAILS, unmetCondition: "path-exists /x or first-boot" };
  assertEquals(
    lines(serviceStatus({ state: "started", startSkipped: true }), { details }),
    "Service: web\n    State: STARTED (startup skipped)\n" +
      "    Condition not met: path-exists /x or first-boot\n",
  );
});

Deno.test("statusLines() tells when a service with a timer runs next and ran last", () => {
  const details = {
    ...NO_DETAILS,
    timer: { times: "Mon *-*-* 02:00:00; every 2h", nextInMs: 3_600_000, lastAgoMs: 7_200_000 },
  };
  const text = lines(serviceStatus({ state: "started", target: "started" }), { details });
  assertMatch(text, /\n {4}Timer: Mon \*-\*-\* 02:00:00; every 2h\n/);
  assertMatch(text, /\n {4}Next run: \S+ \S+ \(in 1 h\)\n {4}Last run: \S+ \S+ \(2 h ago\)\n/);
});
