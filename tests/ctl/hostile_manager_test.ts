/**
 * A manager (or a service) that means harm: what it says never drives the terminal, and what it does never
 * holds a client up. A real one is in `tests/system/hostile_manager_test.ts`.
 */
import { handle, type Reply } from "../../core/protocol/mod.ts";
import { assert, assertEquals } from "../assert.ts";
import type { Turn } from "./fake_io.ts";
import { converse, type Outcome } from "./session_runner.ts";
import { event, greeting, loading, record, startedStatus, turn } from "./turns.ts";

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

const STATUS_TEXT: Reply = { kind: "status-text", text: EVIL };

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
    turn({ kind: "query-name", handle: ZERO, wants: "status-text" }, STATUS_TEXT),
    logTurn(EVIL),
  ]],
  ["catlog", ["catlog", "a"], [greeting(), loading("a", 0), logTurn(EVIL)]],
  ["logs", ["logs", "a"], [greeting(), loading("a", 0), logTurn(EVIL)]],
  ["stop", ["stop", "a"], [
    greeting(),
    loading("a", 0, "started"),
    turn(
      {
        kind: "stop",
        handle: ZERO,
        pin: false,
        preack: false,
        gentle: true,
        restart: false,
      },
      { kind: "dependents", handles: [handle(1)] },
    ),
    turn({ kind: "query-name", handle: handle(1) }, { kind: "service-name", name: NAME }),
  ]],
  ["watch", ["watch"], [
    greeting(),
    LIST,
    turn({ kind: "find", name: NAME }, record(0, "started"), ...event(0, "stopped"), "end"),
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
