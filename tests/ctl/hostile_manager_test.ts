/**
 * A manager (or a service) that means harm: what it says never drives the terminal, and what it
 * does never holds a client up. A real one is in `tests/system/safety/hostile_manager_test.ts`.
 */
import { handle, type Reply } from "../../core/protocol/mod.ts";
import { runCtl } from "../../ctl/run_ctl.ts";
import { assert, assertEquals, assertMatch } from "../assert.ts";
import { FakeIo, fromHex, ScriptedConnection, type Turn } from "./fake_io.ts";
import { converse, type Outcome } from "./session_runner.ts";
import { event, greeting, loading, record, startedStatus, turn } from "./turns.ts";
import { NO_DETAILS } from "../reported_details.ts";

/** Clears the screen, overwrites the line, adds one; the last is an order as one byte. */
const EVIL = "\x1b[2J\r[  OK  ] sshd\n[[+]     ] fake\x1b]0;x\x07\u202e\x9b\udc9b";
const NAME = `a@${EVIL}`;
const ZERO = handle(0);
const TERMINAL = { isTerminal: true } as const;

function assertHarmless(
  { output, errors }: Outcome,
  orders = /[\p{Cc}\u202e\p{Surrogate}]/u,
): void {
  for (const text of [output, errors]) {
    for (const line of text.split("\n")) {
      assert(!orders.test(line.replaceAll("\t", " ")), JSON.stringify(line));
    }
  }
  assert(output + errors !== "", "nothing was shown");
}

function logTurn(bytes: string): Turn {
  return turn({ kind: "read-log", handle: ZERO, clear: false }, {
    kind: "log",
    bytes: new TextEncoder().encode(bytes),
  });
}

const LIST = turn(
  { kind: "list-5" },
  { kind: "service-info", name: NAME, form: 5, status: startedStatus() },
  { kind: "list-done" },
);

const STATUS = [
  turn({ kind: "find", name: "a" }, record(0, "started")),
  turn({ kind: "query-description-directory", handle: ZERO }, {
    kind: "description-directory",
    directory: `/${EVIL}`,
  }),
  turn({ kind: "status-6", handle: ZERO }, {
    kind: "status",
    existed: false,
    form: 6,
    status: startedStatus(),
  }),
];

const STOP = {
  kind: "stop",
  handle: ZERO,
  pin: false,
  preack: false,
  gentle: true,
  restart: false,
} as const;

const DETAILS: Reply = {
  kind: "details",
  details: {
    ...NO_DETAILS,
    statusText: EVIL,
    inStateMs: 999_999_999_999_999,
    restarts: 999_999_999_999_999,
    isLimitReached: true,
    lastEnd: { agoMs: 1, exit: { kind: "exited", code: 3 } },
    isPinnedStarted: true,
    isPinnedStopped: true,
    unmetCondition: EVIL,
    health: { purpose: "liveness", state: "unhealthy", agoMs: 1, why: EVIL },
    nextLaunchInMs: 999_999_999_999_999,
    startedFor: EVIL,
    failedDependency: EVIL,
    fault: { text: EVIL, agoMs: 1 },
  },
};

const CONVERSATIONS: readonly (readonly [string, readonly string[], readonly Turn[]])[] = [
  ["list", ["list"], [greeting(), LIST]],
  ["list --json", ["list", "--json"], [greeting(), LIST]],
  ["tree", ["tree"], [
    greeting(),
    LIST,
    turn({ kind: "query-load-mechanism" }, {
      kind: "load-mechanism",
      mechanism: 1,
      workingDirectory: "/",
      directories: [`/${EVIL}`],
    }),
    turn({ kind: "list-environment" }, { kind: "environment", entries: [] }),
  ]],
  ["status", ["status", "a"], [
    greeting(),
    ...STATUS,
    turn({ kind: "query-details", handle: ZERO }, DETAILS),
    logTurn(EVIL),
  ]],
  ["catlog", ["catlog", "a"], [greeting(), loading("a", 0), logTurn(EVIL)]],
  ["logs", ["logs", "a"], [greeting(), loading("a", 0), logTurn(EVIL)]],
  ["stop", ["stop", "a"], [
    greeting(),
    loading("a", 0, "started"),
    turn(
      STOP,
      { kind: "dependents", handles: [handle(1)] },
    ),
    turn({ kind: "query-name", handle: handle(1) }, { kind: "service-name", name: NAME }),
  ]],
  ["watch", ["watch"], [
    greeting(),
    LIST,
    turn({ kind: "find", name: NAME }, record(0, "started"), ...event(0, "stopped"), "end"),
  ]],
  ["start of a faulty one", ["start", "a"], [
    greeting(),
    turn({ kind: "load", name: "a" }, { kind: "description-error" }),
    turn({ kind: "query-cause" }, { kind: "cause", faults: [EVIL, `x\n${EVIL}`] }),
  ]],
  ["start", ["start", "nothere"], [
    greeting(),
    turn({ kind: "load", name: "nothere" }, { kind: "no-service" }),
    turn({ kind: "query-load-mechanism" }, {
      kind: "load-mechanism",
      mechanism: 1,
      workingDirectory: "/",
      directories: [`/${EVIL}`],
    }),
  ]],
];

for (const [name, words, turns] of CONVERSATIONS) {
  Deno.test(`${name} shows nothing raw on a terminal that a manager or service says`, () => {
    const result = converse(words, turns, TERMINAL);
    assertEquals(result.faults, []);
    assertHarmless(result);
    // What a service wrote has lines of its own; a name has none.
    const isOutput = name === "catlog" || name === "logs";
    assert(isOutput || !/^\[\[\+/m.test(result.output), result.output);
  });
}

Deno.test("catlog gives a pipe the bytes as they are", () => {
  const result = converse(["catlog", "a"], [greeting(), loading("a", 0), logTurn("\x1b[2Jb\n")]);
  assertEquals(result.output, "\x1b[2Jb\n");
});

Deno.test("list shows nothing raw in a pipe either: a name stays in its line", () => {
  const result = converse(["list"], [greeting(), LIST]);
  assertHarmless(result);
  assertEquals(result.output.split("\n").length, 2);
});

Deno.test("watch on a terminal that draws shows no order but its own", () => {
  const screen = {
    size: () => ({ columns: 79, rows: 24 }),
    isLeft: () => true,
    close: () => {},
  };
  const result = converse(["watch"], [
    greeting(),
    LIST,
    turn({ kind: "find", name: NAME }, record(0, "started")),
  ], { ...TERMINAL, screen });
  assertEquals(result.faults, []);
  // deno-lint-ignore no-control-regex
  const ownOrders = /\x1b\[(K|J|[0-9]+A)|\r/g;
  assertHarmless({ ...result, output: result.output.replace(ownOrders, "") });
});

const TAKES_ORDERS = [["list"], ["enable", "e"], ["status", "a"], ["catlog", "a"], ["shutdown"]];

Deno.test("every command refuses a manager of another user, and says how it can be asked", () => {
  for (const words of TAKES_ORDERS) {
    for (const peer of [65534, undefined]) {
      const result = converse(words, [], { peer });
      assertEquals([result.exit, result.output, result.faults], [1, "", []]);
      const whose = peer === undefined ? /cannot tell which user/ : /runs as user 65534/;
      assertMatch(result.errors, whose);
      assertMatch(result.errors, /--other-user/);
    }
  }
});

Deno.test("root's manager and one's own are obeyed, another's with --other-user", () => {
  const users = [[["-p", "/s"], 0, 1000], [["-p", "/s"], 1000, 1000], [
    ["--other-user"],
    65534,
    0,
  ]] as const;
  for (const [words, peer, userId] of users) {
    const result = converse([...words, "list"], [greeting(), LIST], { peer, userId });
    assertEquals([result.faults, result.exit], [[], 0]);
  }
});

Deno.test("a manager that hangs is given up after a minute, wherever it hangs", () => {
  const conversations: readonly (readonly [readonly string[], readonly Turn[]])[] = [
    [["list"], [{ send: "00", receive: [] }]],
    [["list"], [greeting(), { send: "19", receive: [LIST.receive[0] ?? ""] }]],
    [["start", "a"], [greeting(), {
      send: turn({ kind: "load", name: "a" }).send,
      receive: ["3b"],
    }]],
  ];
  for (const [words, turns] of conversations) {
    const result = converse(words, turns);
    assertEquals([result.faults, result.exit, result.io.nowMs], [[], 1, 60_000]);
    assertMatch(result.errors, /has not answered within 60 s/);
  }
});

Deno.test("a manager that trickles is given up after a minute, too", () => {
  const name = { kind: "service-name", name: "b" } as const;
  const question = turn({ kind: "query-name", handle: handle(1) }, name);
  const dependents = Array.from({ length: 100 }, () => handle(1));
  const result = converse(["stop", "a"], [
    greeting(),
    loading("a", 0, "started"),
    turn(STOP, { kind: "dependents", handles: dependents }),
    ...Array.from({ length: 100 }, () => question),
  ], { receiveMs: 5000 });
  assertEquals(result.exit, 1);
  assertMatch(result.errors, /has not answered within 60 s/);
  assert(result.io.nowMs <= 65_000, `${result.io.nowMs}`);
});

/** A connection on which a part comes again and again. */
function flooded(words: readonly string[], first: readonly string[], endless: string): Outcome {
  const connection = new ScriptedConnection([greeting(), { send: "19", receive: first }]);
  const repeated = fromHex(endless);
  connection.refill = () => repeated;
  const io = new FakeIo({ connection });
  return { exit: runCtl(words, io), output: io.output, errors: io.errors, faults: [], io };
}

Deno.test("a list without end, and events instead of an answer, are given up", () => {
  const [entry = ""] = LIST.receive;
  assertMatch(flooded(["list"], [], entry.repeat(200)).errors, /list of services has no end/);
  const [events = ""] = turn({ kind: "list" }, ...event(0, "stopped")).receive;
  assertMatch(flooded(["list"], [], events.repeat(300)).errors, /events without end/);
  const dots = turn({ kind: "list" }, {
    kind: "environment-event",
    text: `A=${".".repeat(50_000)}`,
    hadValue: true,
  }).receive.join("");
  assertMatch(flooded(["list"], [], dots).errors, /events without end/);
});

Deno.test("a number of dependents that cannot be is not asked about", () => {
  const result = converse(["stop", "a"], [
    greeting(),
    loading("a", 0, "started"),
    turn(STOP, { kind: "dependents", handles: Array.from({ length: 10_001 }, () => handle(1)) }),
  ]);
  assertEquals([result.faults, result.exit], [[], 1]);
  assertMatch(result.errors, /10001 services cannot depend on one/);
});

Deno.test("logs --follow on a terminal shows letters whole that come in two pieces", () => {
  const whole = new TextEncoder().encode("größer\n");
  const cut = 3;
  const log = (bytes: Uint8Array) =>
    turn({ kind: "read-log", handle: ZERO, clear: false }, { kind: "log", bytes });
  const released = turn({ kind: "close-handle", handle: ZERO }, { kind: "ack" });
  const result = converse(["logs", "-f", "a"], [
    greeting(),
    loading("a", 0),
    log(whole.subarray(0, cut)),
    released,
    turn({ kind: "find", name: "a" }, record(0, "started")),
    log(whole),
    { ...released, receive: [...released.receive, "end"] },
  ], TERMINAL);
  assertEquals([result.faults, result.output], [[], "größer\n"]);
});
