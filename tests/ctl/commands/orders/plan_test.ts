import type { Plan, Reply, Request } from "../../../../core/protocol/mod.ts";
import { assertEquals } from "../../../assert.ts";
import { converse } from "../../session_runner.ts";
import type { Turn } from "../../fake_io.ts";
import { greeting, turn } from "../../turns.ts";

const NOTHING: Plan = {
  ...{ answers: [], steps: [], services: [], lacks: [], reloads: [] },
  end: "whole",
};

const STOP_DB: Plan = {
  ...NOTHING,
  answers: [{ order: "stop db", answer: "accepted", faults: [] }],
  steps: [
    {
      ...{ service: "web", what: "stop", beginsMs: 0, endsMs: 1234, usualMs: 1234 },
      ...{ result: "done", why: undefined, waitsFor: [] },
    },
    {
      ...{ service: "db", what: "stop", beginsMs: 1234, endsMs: 1234, usualMs: undefined },
      ...{ result: "done", why: undefined, waitsFor: ["web"] },
    },
  ],
  services: [
    { name: "db", before: "started", after: "stopped", isNamed: true, isLost: false },
    { name: "web", before: "started", after: "stopped", isNamed: false, isLost: true },
  ],
  lacks: [{ service: "boot", without: "web" }],
};

const ASK: Request = { kind: "plan" };
const ACK: Reply = { kind: "ack" };

function order(
  verb: "start" | "stop" | "restart" | "reload",
  name: string,
  more: { readonly pin?: boolean; readonly force?: boolean } = {},
): Turn {
  const { pin = false, force = false } = more;
  return turn({ kind: "plan-order", verb, name, pin, force }, ACK);
}

function asked(plan: Plan, ...orders: readonly Turn[]): readonly Turn[] {
  return [
    greeting(),
    turn(ASK, { kind: "plan", plan: NOTHING }),
    ...orders,
    turn(ASK, { kind: "plan", plan }),
  ];
}

Deno.test("plan tells the steps, whom they touch and what is lost, and exits with 3", () => {
  const words = ["plan", "stop", "db", "--force"];
  const { exit, output, faults } = converse(
    words,
    asked(STOP_DB, order("stop", "db", { force: true })),
  );
  assertEquals(faults, []);
  assertEquals(
    output,
    "  +0 s  stop   web  takes about 1.2 s\n" +
      "+1.2 s  stop   db   after web\n" +
      "Others that are touched: web\n" +
      "Ordered by name once, and down then: web\n" +
      "boot goes on without web\n" +
      "In all about 1.2 s\n",
  );
  assertEquals(exit, 3);
});

Deno.test("plan --json tells the same to programs", () => {
  const { output, exit } = converse(
    ["plan", "--json", "stop", "db"],
    asked(STOP_DB, order("stop", "db")),
  );
  const told = JSON.parse(output);
  assertEquals(told.orders, [{ order: "stop db", answer: "accepted", faults: [] }]);
  assertEquals(told.steps[0], {
    service: "web",
    action: "stop",
    begins: 0,
    ends: 1.234,
    usualDuration: 1.234,
    result: "done",
    why: null,
    waitsFor: [],
  });
  assertEquals(told.services[1], {
    name: "web",
    before: "started",
    after: "stopped",
    named: false,
    lost: true,
  });
  assertEquals([told.goOnWithout, told.reloads, told.end, exit], [
    [{ service: "boot", without: "web" }],
    [],
    "whole",
    3,
  ]);
});

Deno.test("plan asks about several orders, divided by commas", () => {
  const words = ["plan", "stop", "web,", "start", "db", ",", "shutdown", "reboot,", "reload"];
  const { faults, output, exit } = converse(
    words,
    asked(
      NOTHING,
      order("stop", "web"),
      order("start", "db"),
      turn({ kind: "plan-shutdown", type: "reboot" }, ACK),
      turn({ kind: "plan-reload" }, ACK),
    ),
  );
  assertEquals([faults, output, exit], [[], "Nothing would change.\n", 0]);
});

Deno.test("plan exits with 1 when an order would be refused, and says why", () => {
  const refused: Plan = {
    ...NOTHING,
    answers: [{ order: "start x", answer: "refused", faults: ["x.toml:1: error: a\n  b"] }],
  };
  const { output, exit } = converse(["plan", "start", "x"], asked(refused, order("start", "x")));
  assertEquals([output, exit], [
    "start x would be refused: x.toml:1: error: a\n      b\n",
    1,
  ]);
});

Deno.test("plan tells what a reload changes", () => {
  const plan: Plan = {
    ...NOTHING,
    answers: [{ order: "reload web", answer: "accepted", faults: [] }],
    reloads: [
      {
        service: "web",
        changes: [
          { setting: "command", before: "/bin/a", after: "/bin/b" },
          { setting: "depends-on", before: "db", after: undefined },
          { setting: "environment: PASSWORD", before: undefined, after: undefined },
        ],
      },
      { service: "db", changes: [] },
    ],
  };
  const { output, exit } = converse(["plan", "reload", "web"], asked(plan, order("reload", "web")));
  assertEquals(
    output,
    "web: the description changes\n" +
      "    command: /bin/a -> /bin/b\n" +
      "    depends-on: db -> (none)\n" +
      "    environment: PASSWORD\n" +
      "db: the description says the same as before\n",
  );
  assertEquals(exit, 0);
});

Deno.test("plan says that upstream's manager cannot tell", () => {
  const { errors, exit } = converse(["plan", "stop", "web"], [greeting()]);
  assertEquals([errors, exit], [
    "dinitctl: this manager cannot tell what would come of an order: only a manager of this program can.\n",
    1,
  ]);
});

Deno.test("plan refuses what is no order, before it asks", () => {
  for (
    const [words, error] of [
      [["strat", "web"], "dinitctl: 'strat' is no order"],
      [["stop", "web", ","], "dinitctl: an order is missing"],
      [["stop"], "dinitctl: 'stop' wants the name of a service.\n"],
    ] as const
  ) {
    const { errors, exit } = converse(["plan", ...words], [
      greeting(),
      ...words.length === 1 ? [turn(ASK, { kind: "plan", plan: NOTHING } as const)] : [],
    ]);
    assertEquals([errors.slice(0, error.length), exit], [error, 1]);
  }
});

Deno.test("reload of several services is one step", () => {
  const turns = [
    greeting(),
    turn(ASK, { kind: "plan", plan: NOTHING }),
    order("reload", "a"),
    order("reload", "b"),
  ];
  const done = converse(["reload", "a", "b"], [...turns, turn({ kind: "reload-together" }, ACK)]);
  assertEquals([done.faults, done.output, done.exit], [
    [],
    "Service 'a' reloaded.\nService 'b' reloaded.\n",
    0,
  ]);
  const refused = converse(["reload", "a", "b"], [
    ...turns,
    turn({ kind: "reload-together" }, { kind: "nak" }),
    turn({ kind: "query-cause" }, { kind: "cause", faults: ["b.toml:1:1: error: x\n  y"] }),
  ]);
  assertEquals([refused.faults, refused.output, refused.errors, refused.exit], [
    [],
    "",
    "dinitctl: cannot reload the services, so all stay as they are:\n" +
    "dinitctl: b.toml:1:1: error: x\n      y\n",
    1,
  ]);
});

const CHANGED: Plan = {
  ...NOTHING,
  answers: [{ order: "reload", answer: "accepted", faults: [] }],
  reloads: [
    { service: "web", changes: [{ setting: "restart", before: "always", after: "never" }] },
    { service: "db", changes: [] },
  ],
};

Deno.test("reload --changed tells the plan, and reloads all of it in one step", () => {
  const { exit, output, faults } = converse(["reload", "--changed"], [
    ...asked(CHANGED, turn({ kind: "plan-reload" }, ACK)),
    ...[order("reload", "web"), order("reload", "db")],
    turn({ kind: "reload-together" }, ACK),
  ]);
  assertEquals([faults, exit], [[], 0]);
  assertEquals(
    output.split("\n").slice(0, 2),
    ["web: the description changes", "    restart: always -> never"],
  );
  assertEquals(output.split("\n").slice(-3, -1), [
    "Service 'web' reloaded.",
    "Service 'db' reloaded.",
  ]);
});

Deno.test("reload --changed does nothing where nothing has changed, or where it would go wrong", () => {
  const nothing = converse(["reload", "--changed"], [
    ...asked(NOTHING, turn({ kind: "plan-reload" }, ACK)),
  ]);
  assertEquals([nothing.faults, nothing.exit], [[], 0]);
  assertEquals(nothing.output, "No description has changed.\n");
  const refused: Plan = {
    ...CHANGED,
    answers: [{ order: "reload", answer: "refused", faults: ["/sd/web.toml:1:1: error: x"] }],
  };
  const wrong = converse(["reload", "--changed"], [
    ...asked(refused, turn({ kind: "plan-reload" }, ACK)),
  ]);
  assertEquals([wrong.faults, wrong.exit], [[], 1]);
  assertEquals(wrong.errors.endsWith("dinitctl: nothing was reloaded.\n"), true);
});

Deno.test("reload --changed takes no names, and asks upstream's manager for nothing", () => {
  assertEquals(converse(["reload", "--changed", "web"], []).exit, 1);
  assertEquals(converse(["reload"], []).exit, 1);
  const { errors, exit } = converse(["reload", "--changed"], [
    greeting(),
    turn(ASK, { kind: "nak" }),
  ]);
  assertEquals([exit, errors.includes("cannot tell which descriptions have changed")], [1, true]);
});
