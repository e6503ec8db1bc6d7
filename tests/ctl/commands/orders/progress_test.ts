import { handle, type ReportedDetails } from "../../../../core/protocol/mod.ts";
import { NO_USAGE, type ServiceUsage } from "../../../../core/figures/usage.ts";
import type { ServiceState } from "../../../../core/types.ts";
import { assertEquals } from "../../../assert.ts";
import type { Turn } from "../../fake_io.ts";
import { converse } from "../../session_runner.ts";
import { event, greeting, loading, startedStatus, turn } from "../../turns.ts";
import { NO_DETAILS } from "../../../reported_details.ts";

/** What Ctrl-C says, in place of the line and the `^C` in it. */
const INTERRUPTED = "\r\x1b[KThe start of 'web' goes on: 'dinitctl watch web' shows it, " +
  "'dinitctl stop web' undoes it.\n";
const TERMINAL = { isTerminal: true };
const START = { kind: "start", handle: handle(0), pin: false, preack: false } as const;
const ACK = { kind: "ack" } as const;
const FILE = turn({ kind: "query-description-directory", handle: handle(0) }, {
  ...{ kind: "description-directory", directory: "/sd" },
});
const PROGRESS = turn({ kind: "query-manager" }, {
  kind: "manager",
  usage: { ...NO_USAGE, version: "1", pid: 1, descriptors: 1, atMs: 1 },
});

function usage(name: string, state: ServiceState, more: Partial<ServiceUsage> = {}): Turn {
  return turn({ kind: "query-usage", name }, {
    kind: "usage",
    usage: {
      ...{ ...NO_USAGE, source: "none", isPartial: false, atMs: 5, inStateMs: 3000, restarts: 0 },
      ...{ starts: 1, startFailures: 0, state, waitsFor: [] },
      ...{ usualStartMs: undefined, usualStopMs: undefined },
      ...more,
    },
  });
}

/** A turn whose answer is followed by an event. */
function then(first: Turn, ...events: readonly ReturnType<typeof event>[]): Turn {
  const told = turn({ kind: "list" }, ...events.flat()).receive;
  return { send: first.send, receive: [...first.receive, ...told] };
}

Deno.test("a start that takes long shows who is at work, for how long, and how long it takes", () => {
  const { output, faults, exit, io } = converse(
    ["start", "web"],
    [
      ...[greeting(), loading("web", 0), FILE],
      ...[turn(START, ACK), PROGRESS],
      usage("web", "starting", { waitsFor: ["db"] }),
      usage("db", "starting", { usualStartMs: 5000 }),
      then(usage("web", "starting", { inStateMs: 400 }), event(0, "started", startedStatus())),
    ],
    TERMINAL,
  );
  assertEquals([faults, exit], [[], 0]);
  assertEquals(io.interruptTexts, [INTERRUPTED, undefined]);
  assertEquals(
    output.split("\x1b[K").slice(0, 2),
    [
      `\rWaiting for 'web' (2 s): 'db' is starting for 3 s, usually 5 s`,
      "\rWaiting for 'web' (3 s): 'web' is starting for 400 ms",
    ],
  );
});

Deno.test("the line goes away before what happened is told", () => {
  const { output, faults, exit } = converse(["start", "web"], [
    ...[greeting(), loading("web", 0), FILE],
    ...[turn(START, ACK), PROGRESS],
    then(usage("web", "starting"), event(0, "started", startedStatus())),
  ], TERMINAL);
  assertEquals([faults, exit], [[], 0]);
  assertEquals(
    output,
    `\rWaiting for 'web' (2 s): 'web' is starting for 3 s\x1b[K` +
      "\r\x1b[KService 'web' started.\n",
  );
});

Deno.test("upstream's manager tells only that it takes time; --quiet and files see nothing", () => {
  const begun = [greeting(), loading("web", 0), FILE];
  const started = event(0, "started", startedStatus());
  const upstream = then(turn({ kind: "query-manager" }, { kind: "nak" }), started);
  const { output } = converse(["start", "web"], [...begun, turn(START, ACK), upstream], TERMINAL);
  assertEquals(
    output,
    `\rWaiting for 'web' (2 s)\x1b[K\r\x1b[KService 'web' started.\n`,
  );
  const quiet = converse(["--quiet", "start", "web"], [...begun, turn(START, ACK)], TERMINAL);
  assertEquals([quiet.output, quiet.faults], ["", ["waits for ever"]]);
  const file = converse(["start", "web"], [...begun, then(turn(START, ACK), started)]);
  assertEquals(file.output, "Service 'web' started.\n");
});

Deno.test("wait shows the same, and still gives up after its time", () => {
  const { output, errors, exit } = converse(["wait", "web", "--timeout", "3500ms"], [
    ...[greeting(), loading("web", 0), PROGRESS],
    usage("web", "stopped"),
    usage("web", "stopped"),
  ], TERMINAL);
  assertEquals(output.split("\x1b[K").slice(0, -1), [
    "\rWaiting for 'web' (2 s): 'web' is stopped for 3 s",
    "\rWaiting for 'web' (3 s): 'web' is stopped for 3 s",
    "\r",
  ]);
  assertEquals(exit, 1);
  assertEquals(
    errors,
    "dinitctl: service 'web' was not started within the time; see its status.\n",
  );
});

const DETAILS: ReportedDetails = { ...NO_DETAILS, inStateMs: 1 };

Deno.test("a failed start is followed by what it said last and what to try next", () => {
  const failed = event(0, "failed", { reason: "failed", exit: { kind: "exited", code: 1 } });
  const turns = [
    ...[greeting(), loading("web", 0), FILE, then(turn(START, ACK), failed)],
    turn({ kind: "query-details", handle: handle(0) }, { kind: "details", details: DETAILS }),
  ];
  const log = turn({ kind: "read-log", handle: handle(0), clear: false }, {
    kind: "log",
    bytes: new TextEncoder().encode("1\n2\n3\n4\n5\n\x1b[31mno config\x1b[0m\n"),
  });
  const { errors, exit, faults } = converse(["start", "web"], [...turns, log], TERMINAL);
  assertEquals([faults, exit], [[], 1]);
  assertEquals(
    errors,
    "It said last:\n  | 2\n  | 3\n  | 4\n  | 5\n  | no config\n" +
      "Next: dinitctl status web; dinitctl logs web\n",
  );
  assertEquals(converse(["start", "web"], turns).errors, "");
});

Deno.test("the next step depends on what went wrong", () => {
  const next = (reason: "dependency-failed" | "exec-failed" | "timed-out") => {
    const details = { ...DETAILS, failedDependency: "db" };
    return converse(["start", "web"], [
      ...[greeting(), loading("web", 0), FILE],
      then(turn(START, ACK), event(0, "failed", { reason })),
      turn({ kind: "query-details", handle: handle(0) }, { kind: "details", details }),
      turn({ kind: "read-log", handle: handle(0), clear: false }, { kind: "nak" }),
    ], TERMINAL).errors.split("\n").at(-2);
  };
  assertEquals([next("dependency-failed"), next("exec-failed"), next("timed-out")], [
    "Next: dinitctl status db",
    "Next: dinitctl cat web; dinit check web",
    "Next: dinitctl logs web; if it needs more time, set start-timeout",
  ]);
});

Deno.test("a shutdown that takes long shows what it waits for, and Ctrl-C says that it goes on", () => {
  const entry = (name: string, state: ServiceState) =>
    ({ kind: "service-info", name, form: 5, status: { ...startedStatus(), state } }) as const;
  const list = turn(
    { kind: "list-5" },
    ...[entry("boot", "started"), entry("db", "stopping"), entry("old", "stopped")],
    { kind: "list-done" },
  );
  const last = usage("db", "stopping", { usualStopMs: 4000 });
  const { output, faults, exit, io } = converse(["shutdown", "halt"], [
    ...[greeting(), turn({ kind: "shutdown", type: "halt" }, ACK), list, PROGRESS],
    { send: last.send, receive: [...last.receive, "end"] },
  ], TERMINAL);
  assertEquals([faults, exit], [[], 0]);
  assertEquals(io.interruptTexts, [
    "\r\x1b[KThe shutdown goes on; 'dinitctl watch' shows what stops.\n",
    undefined,
  ]);
  assertEquals(
    output,
    "Shutting down dinit...\n" +
      "\rWaiting for 'db' and 1 more (2 s): 'db' is stopping for 3 s, usually 4 s\x1b[K" +
      "\r\x1b[KConnection closed.\n",
  );
});

Deno.test("a manager that ends while it is asked has ended, and nothing is wrong", () => {
  const { output, faults, exit } = converse(["shutdown", "halt"], [
    ...[greeting(), turn({ kind: "shutdown", type: "halt" }, ACK)],
    { send: turn({ kind: "list-5" }).send, receive: ["end", "end"] },
  ], TERMINAL);
  assertEquals([faults, exit], [[], 0]);
  assertEquals(output, "Shutting down dinit...\nConnection closed.\n");
});
