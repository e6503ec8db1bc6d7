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
