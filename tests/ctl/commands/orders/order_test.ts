import { handle, type Reply, type Request } from "../../../../core/protocol/mod.ts";
import { assertEquals } from "../../../assert.ts";
import { converse } from "../../session_runner.ts";
import {
  event,
  greeting,
  loading,
  record,
  serviceStatus,
  startedStatus,
  turn,
} from "../../turns.ts";
import { NO_DETAILS } from "../../../reported_details.ts";

/** Version 5 does not tell the time of files, so that start asks nothing about them. */
const GREETING = greeting(5);
const ZERO = handle(0);

const START: Request = { kind: "start", handle: ZERO, pin: false, preack: false };
const WAKE: Request = { kind: "wake", handle: ZERO, pin: false, preack: false };
const RELEASE: Request = { kind: "release", handle: ZERO, pin: false, preack: false };
const STOP: Request = {
  kind: "stop",
  handle: ZERO,
  pin: false,
  preack: false,
  gentle: true,
  restart: false,
};
const RESTART: Request = { ...STOP, preack: true, restart: true };

Deno.test("start ends with 1 when the start failed before it was acknowledged", () => {
  const result = converse(["start", "a"], [
    GREETING,
    loading("a", 0),
    turn(START, ...event(0, "failed", { reason: "dependency-failed" }), ...event(0, "stopped"), {
      kind: "ack",
    }),
  ]);
  assertEquals(result.faults, []);
  assertEquals(
    result.output,
    "Service 'a' failed to start.\n" +
      "Reason: a dependency of the service failed to start. Check dinit log.\n",
  );
  assertEquals(result.exit, 1);
});

Deno.test("start tells stage and error of a launch that failed", () => {
  const failure = { reason: "exec-failed", execFailure: { stage: 5, errno: 2 } } as const;
  const result = converse(["start", "a"], [
    GREETING,
    loading("a", 0),
    turn(START, { kind: "ack" }, ...event(0, "failed", failure)),
  ]);
  assertEquals(
    result.output,
    "Service 'a' failed to start.\nReason: execution of service process failed:\n" +
      "        Stage: changing directory\n        Error: No such file or directory\n",
  );
});

Deno.test("start tells how the process ended", () => {
  const ends = [
    [{ kind: "exited", code: 0 }, "exited - status 0"],
    [{ kind: "exited", code: 3 }, "exited - status 3"],
    [{ kind: "signalled", signal: 9, dumpedCore: false }, "signalled - signal 9"],
    [{ kind: "none" }, "unknown reason"],
  ] as const;
  for (const [exit, text] of ends) {
    const result = converse(["start", "a"], [
      GREETING,
      loading("a", 0),
      turn(START, { kind: "ack" }, ...event(0, "failed", { reason: "failed", exit })),
    ]);
    assertEquals(
      result.output.split("\n")[1],
      `Reason: service process terminated before ready: ${text}`,
    );
  }
});

Deno.test("start tells a time-out, an unknown reason and a cancelled start", () => {
  const results = (["timed-out", "normal"] as const).map((reason) =>
    converse(["start", "a"], [
      GREETING,
      loading("a", 0),
      turn(START, { kind: "ack" }, ...event(0, "failed", { reason })),
    ]).output.split("\n")[1]
  );
  assertEquals(results, [
    "Reason: start timed out.",
    "Reason unknown/unrecognised. Check dinit log.",
  ]);

  const cancelled = converse(["start", "a"], [
    GREETING,
    loading("a", 0),
    turn(START, { kind: "ack" }, ...event(0, "start-cancelled", { state: "starting" })),
  ]);
  assertEquals(cancelled.output, "Service 'a' start cancelled.\n");
  assertEquals(cancelled.exit, 1);
});

Deno.test("start skips events of other handles", () => {
  const result = converse(["start", "a"], [
    GREETING,
    loading("a", 0),
    turn(START, { kind: "ack" }, ...event(7, "failed"), ...event(0, "started", startedStatus())),
  ]);
  assertEquals([result.output, result.exit], ["Service 'a' started.\n", 0]);
});

Deno.test("start says whether the service had been started before", () => {
  const become = converse(["start", "a"], [
    GREETING,
    loading("a", 0),
    turn(START, {
      kind: "already",
    }),
  ]);
  assertEquals(become.output, "Service started.\n");
  const before = converse(["start", "a"], [
    GREETING,
    loading("a", 0, "started"),
    turn(START, { kind: "already" }),
  ]);
  assertEquals(before.output, "Service (already) started.\n");
});

Deno.test("--quiet leaves out success and keeps failure", () => {
  const good = converse(["--quiet", "start", "a"], [
    GREETING,
    loading("a", 0),
    turn(START, {
      kind: "already",
    }),
  ]);
  assertEquals([good.output, good.exit], ["", 0]);
  const bad = converse(["--quiet", "start", "a"], [
    GREETING,
    loading("a", 0),
    turn(START, { kind: "ack" }, ...event(0, "failed", { reason: "timed-out" })),
  ]);
  assertEquals(bad.output, "Service 'a' failed to start.\nReason: start timed out.\n");
});

Deno.test("--no-wait ends with the acknowledgement", () => {
  const result = converse(["--no-wait", "start", "a"], [
    GREETING,
    loading("a", 0),
    turn(START, { kind: "ack" }),
  ]);
  assertEquals(result.output, "Issued start command successfully for service 'a'.\n");
  assertEquals(result.exit, 0);
  const stop = converse(["--no-wait", "stop", "a"], [
    GREETING,
    loading("a", 0, "started"),
    turn(STOP, { kind: "ack" }),
  ]);
  assertEquals(stop.output, "Issued stop command successfully for service 'a'.\n");
});

const REFUSALS: readonly (readonly [string, readonly string[], Request, string, string])[] = [
  [
    "a pin in the other state",
    ["start", "a"],
    START,
    "pinned-stopped",
    "dinitctl: cannot start service 'a' as it is pinned stopped\n",
  ],
  [
    "a pin in the other state",
    ["stop", "a"],
    STOP,
    "pinned-started",
    "dinitctl: cannot stop service 'a' as it is pinned started\n",
  ],
  [
    "a shutdown",
    ["wake", "a"],
    WAKE,
    "shutting-down",
    "dinitctl: cannot start/restart/wake service, shutdown is in progress.\n",
  ],
  [
    "no active dependent",
    ["wake", "a"],
    WAKE,
    "nak",
    "dinitctl: service has no active dependents, cannot wake.\n",
  ],
  [
    "a service that is not started",
    ["restart", "a"],
    RESTART,
    "nak",
    "dinitctl: cannot restart service; service not started.\n",
  ],
];

for (const [cause, words, request, reply, errors] of REFUSALS) {
  Deno.test(`${words[0]} is refused for ${cause}`, () => {
    const result = converse(words, [
      GREETING,
      loading("a", 0),
      turn(request, { kind: reply as "nak" }),
    ]);
    assertEquals(result.faults, []);
    assertEquals([result.exit, result.output, result.errors], [1, "", errors]);
  });
}

Deno.test("a start that the manager refuses is told with its cause, if the manager tells it", () => {
  const refused = (answer: Reply) =>
    converse(["start", "a"], [
      GREETING,
      loading("a", 0),
      turn(START, { kind: "nak" }),
      turn({ kind: "query-cause" }, answer),
    ]);
  const lead = "dinitctl: the manager refused to start service 'a'.\n";
  const why = '"b" conflicts with it, and is pinned started';
  assertEquals(refused({ kind: "cause", faults: [why] }).errors, `${lead}dinitctl: ${why}\n`);
  assertEquals(refused({ kind: "nak" }).errors, lead);
});

Deno.test("a refusal names the service where several are ordered", () => {
  for (
    const [words, request, reply, message] of [
      [["wake", "a", "b"], WAKE, "nak", "service 'a' has no active dependents, cannot wake."],
      [["restart", "a", "b"], RESTART, "nak", "cannot restart service 'a'; service not started."],
      [
        ["start", "a", "b"],
        START,
        "shutting-down",
        "cannot start/restart/wake service 'a', shutdown is in progress.",
      ],
    ] as const
  ) {
    const result = converse(words, [
      GREETING,
      loading("a", 0),
      turn(request, { kind: reply }),
      turn({ kind: "load", name: "b" }, { kind: "load-error" }),
    ]);
    assertEquals([result.faults, result.exit], [[], 1]);
    assertEquals(result.errors.split("\n")[0], `dinitctl: ${message}`);
  }
});

Deno.test("a word that can be no name keeps no other service from being ordered", () => {
  const result = converse(["start", "../x", "a", "@y"], [
    GREETING,
    loading("a", 0, "started"),
    turn(START, { kind: "already" }),
  ]);
  assertEquals([result.faults, result.exit], [[], 1]);
  assertEquals(result.output, "Service 'a' (already) started.\n");
  assertEquals(
    result.errors,
    "dinitctl: '../x' is no service name: it must not begin with '.'.\n" +
      "dinitctl: '@y' is no service name: it must not begin with '@'.\n",
  );
});

Deno.test("of many services that are waited for when the manager ends, some are named", () => {
  const told = (names: readonly string[]) =>
    converse(["start", ...names], [
      GREETING,
      ...names.flatMap((name, index) => [
        loading(name, index),
        turn(
          { ...START, handle: handle(index) },
          { kind: "ack" },
          ...index === names.length - 1 ? ["end"] as const : [],
        ),
      ]),
    ]).errors;
  const text = (names: string) =>
    `dinitctl: read failure or protocol error: the manager closed the connection while ${names} was waited for.\n`;
  assertEquals(told(["a", "b", "c"]), text("'a', 'b', 'c'"));
  assertEquals(told(["a", "b", "c", "d", "e"]), text("'a', 'b', 'c' and 2 more"));
});

Deno.test("restart with --ignore-unstarted takes a service that is not started for success", () => {
  const result = converse(["--ignore-unstarted", "restart", "a"], [
    GREETING,
    loading("a", 0),
    turn(RESTART, { kind: "preack" }, { kind: "nak" }),
  ]);
  assertEquals([result.exit, result.output], [0, "Service 'a' is not currently started.\n"]);
});

Deno.test("restart sees a stop that came between preack and answer", () => {
  const result = converse(["restart", "a"], [
    GREETING,
    loading("a", 0, "started"),
    turn(
      RESTART,
      ...event(0, "stopped"),
      { kind: "preack" },
      ...event(0, "stopped", { state: "starting", target: "started" }),
      { kind: "ack" },
      ...event(0, "started", startedStatus()),
    ),
  ]);
  assertEquals(result.faults, []);
  assertEquals(result.output, "Service 'a' stopped.\nService 'a' started.\n");
});

Deno.test("restart ends with 1 when the start failed before the answer", () => {
  const result = converse(["restart", "a"], [
    GREETING,
    loading("a", 0, "started"),
    turn(
      RESTART,
      { kind: "preack" },
      ...event(0, "stopped", { state: "starting", target: "started" }),
      ...event(0, "failed", { reason: "dependency-failed" }),
      ...event(0, "stopped"),
      { kind: "ack" },
    ),
  ]);
  assertEquals([result.faults, result.exit], [[], 1]);
  assertEquals(result.output.split("\n")[1], "Service 'a' failed to start.");
});

Deno.test("restart does not wait for a start that was given up", () => {
  const lost = converse(["restart", "a"], [
    GREETING,
    loading("a", 0, "started"),
    turn(
      RESTART,
      { kind: "preack" },
      { kind: "ack" },
      ...event(0, "start-cancelled", {
        state: "stopping",
      }),
    ),
  ]);
  assertEquals([lost.faults, lost.exit, lost.output], [[], 1, "Service 'a' start cancelled.\n"]);
  const down = converse(["restart", "a"], [
    GREETING,
    loading("a", 0, "started"),
    turn(RESTART, { kind: "preack" }, { kind: "ack" }, ...event(0, "stopped")),
  ]);
  assertEquals([down.faults, down.exit], [[], 1]);
});

Deno.test("stop waits through a failed and a cancelled start for the stop", () => {
  const result = converse(["stop", "a"], [
    GREETING,
    loading("a", 0, "starting"),
    turn(
      STOP,
      ...event(0, "start-cancelled", { state: "stopping" }),
      { kind: "ack" },
      ...event(0, "failed"),
      ...event(0, "stopped"),
    ),
  ]);
  assertEquals([result.faults, result.exit, result.output], [[], 0, "Service 'a' stopped.\n"]);
});

Deno.test("stop is told when a start overtakes it", () => {
  const result = converse(["stop", "a"], [
    GREETING,
    loading("a", 0, "started"),
    turn(STOP, { kind: "ack" }, ...event(0, "stop-cancelled", { target: "started" })),
  ]);
  assertEquals([result.exit, result.output], [1, "Service 'a' stop cancelled.\n"]);
});

Deno.test("release does not wait for a service that others keep up", () => {
  const result = converse(["release", "a"], [
    GREETING,
    loading("a", 0, "started"),
    turn(RELEASE, { kind: "ack" }),
    turn({ kind: "status-5", handle: ZERO }, {
      kind: "status",
      existed: false,
      form: 5,
      status: startedStatus(),
    }),
  ]);
  assertEquals([result.faults, result.exit], [[], 0]);
  assertEquals(result.output, "Service 'a' released; other services keep it up.\n");
});

Deno.test("a manager that ends while a service is waited for is an error", () => {
  const result = converse(["start", "a"], [
    GREETING,
    loading("a", 0),
    turn(START, {
      kind: "ack",
    }, "end"),
  ]);
  assertEquals([result.faults, result.exit], [[], 1]);
  assertEquals(result.errors.startsWith("dinitctl: read failure or protocol error"), true);
});

Deno.test("a service without description is told with where it was looked for", () => {
  const result = converse(["start", "nginx"], [
    GREETING,
    turn({ kind: "load", name: "nginx" }, { kind: "no-service" }),
    turn({ kind: "query-load-mechanism" }, {
      kind: "load-mechanism",
      mechanism: 1,
      workingDirectory: "/run/x",
      directories: ["/etc/dinit.d", "local"],
    }),
  ], { directories: { "/etc/dinit.d": ["boot", "boot.d", "nginx-proxy.toml"] } });
  assertEquals([result.faults, result.exit], [[], 1]);
  assertEquals(
    result.errors,
    "dinitctl: failed to find service description.\n" +
      "dinitctl: check service description file exists / service name spelling.\n" +
      "dinitctl: no service 'nginx' (looked in /etc/dinit.d, /run/x/local); did you mean 'nginx-proxy'?\n",
  );
});

Deno.test("a service that cannot be loaded is told by the kind of fault", () => {
  const first = (["description-error", "load-error"] as const).map((kind) =>
    converse(["start", "a"], [GREETING, turn({ kind: "load", name: "a" }, { kind })]).errors
  );
  const hint = "dinitctl: try 'dinit-check a' or check log for more information.\n";
  assertEquals(first, [
    "dinitctl: error in service description.\n" + hint,
    "dinitctl: error loading service (or dependency of service).\n" + hint,
  ]);
});

Deno.test("stop with --ignore-unstarted says nothing of a service that cannot be loaded", () => {
  const result = converse(["stop", "--ignore-unstarted", "a"], [
    GREETING,
    turn({ kind: "load", name: "a" }, { kind: "no-service" }),
    turn({ kind: "find", name: "a" }, { kind: "no-service" }),
  ]);
  assertEquals([result.exit, result.output, result.errors], [0, "", ""]);
});

Deno.test("start warns when the description has changed since it was loaded", () => {
  const status = serviceStatus({ descriptionTime: { seconds: 5, nanoseconds: 1 } });
  const result = converse(["start", "a"], [
    greeting(),
    loading("a", 0),
    turn({ kind: "query-description-directory", handle: ZERO }, {
      kind: "description-directory",
      directory: "/etc/dinit.d/",
    }),
    turn({ kind: "status-6", handle: ZERO }, {
      kind: "status",
      existed: false,
      form: 6,
      status,
    }),
    turn(START, { kind: "already" }),
  ], { times: { "/etc/dinit.d/a": { seconds: 5, nanoseconds: 2 } } });
  assertEquals([result.faults, result.exit], [[], 0]);
  assertEquals(
    result.errors,
    "dinitctl: warning: service description may have changed; use 'dinitctl reload a' to apply changes.\n",
  );
});

Deno.test("start of several services orders all and waits for all", () => {
  const result = converse(["start", "a", "b", "a"], [
    GREETING,
    loading("a", 0),
    turn(START, { kind: "ack" }),
    loading("b", 1, "started"),
    turn(
      { ...START, handle: handle(1) },
      ...event(0, "failed", { reason: "timed-out" }),
      { kind: "already" },
    ),
  ]);
  assertEquals([result.faults, result.exit], [[], 1]);
  assertEquals(
    result.output,
    "Service 'b' (already) started.\nService 'a' failed to start.\nReason: start timed out.\n",
  );
});

Deno.test("stop of several services stops dependents among them first", () => {
  const second = { ...STOP, handle: handle(2) };
  const result = converse(["stop", "a", "b"], [
    GREETING,
    loading("a", 0, "started"),
    turn(STOP, { kind: "dependents", handles: [handle(1)] }),
    turn({ kind: "query-name", handle: handle(1) }, { kind: "service-name", name: "b" }),
    loading("b", 2, "started"),
    turn(second, { kind: "ack" }, ...event(2, "stopped")),
    turn({ kind: "load", name: "a" }, record(3, "started")),
    turn({ ...STOP, handle: handle(3) }, { kind: "ack" }, ...event(3, "stopped")),
  ]);
  assertEquals([result.faults, result.exit], [[], 0]);
  assertEquals(result.output, "Service 'b' stopped.\nService 'a' stopped.\n");
});

Deno.test("stop names the dependents as upstream does: two blanks first, the latest loaded before", () => {
  const result = converse(["stop", "a"], [
    GREETING,
    loading("a", 0, "started"),
    turn(STOP, { kind: "dependents", handles: [handle(1), handle(2)] }),
    turn({ kind: "query-name", handle: handle(1) }, { kind: "service-name", name: "first" }),
    turn({ kind: "query-name", handle: handle(2) }, { kind: "service-name", name: "last" }),
  ]);
  assertEquals([result.faults, result.exit], [[], 1]);
  assertEquals(result.errors.split("\n")[2], "  last first");
});

Deno.test("stop --pin --force asks for both", () => {
  const result = converse(["--pin", "stop", "a", "-f"], [
    GREETING,
    loading("a", 0, "started"),
    turn({ ...STOP, pin: true, gentle: false }, { kind: "already" }),
  ]);
  assertEquals([result.faults, result.output], [[], "Service stopped.\n"]);
});

Deno.test("a start that fails names the dependency that our manager blames", () => {
  const details = {
    ...NO_DETAILS,
    inStateMs: 0,
    failedDependency: "db",
    fault: { text: "Start timed out", agoMs: 0 },
  };
  const result = converse(["start", "a"], [
    GREETING,
    loading("a", 0),
    turn(START, { kind: "ack" }, ...event(0, "failed", { reason: "dependency-failed" })),
    turn({ kind: "query-details", handle: handle(0) }, { kind: "details", details }),
  ]);
  assertEquals([result.faults, result.exit], [[], 1]);
  assertEquals(result.errors, "dinitctl: dependency 'db' failed: Start timed out\n");
});
