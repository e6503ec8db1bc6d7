import { assertEquals, assertThrows } from "../../../assert.ts";
import type { Plan } from "../../../../core/planned.ts";
import { planOf, planText } from "../../../../core/protocol/texts/plan_text.ts";

const PLAN: Plan = {
  answers: [
    { order: "stop web", answer: "accepted", faults: [] },
    { order: "start db", answer: "refused", faults: ["db.toml:1:1: error: no\n  hint: yes"] },
  ],
  steps: [{
    service: "web",
    what: "stop",
    beginsMs: 0,
    endsMs: 12.5,
    usualMs: 12.5,
    result: "done",
    why: undefined,
    waitsFor: ["app"],
  }],
  services: [{ name: "web", before: "started", after: "stopped", isNamed: true, isLost: false }],
  lacks: [{ service: "boot", without: "web" }],
  reloads: [{
    service: "web",
    changes: [{ setting: "command", before: undefined, after: "/bin/web" }],
  }],
  end: "waiting",
};

Deno.test("planOf() reads what planText() wrote", () => {
  assertEquals(planOf(planText(PLAN)), PLAN);
});

Deno.test("planOf() takes nothing that is no plan", () => {
  const { end: _, ...endless } = PLAN;
  const wrong: readonly unknown[] = [
    null,
    7,
    [],
    {},
    endless,
    { ...PLAN, end: "soon" },
    { ...PLAN, steps: {} },
    { ...PLAN, steps: [null] },
    { ...PLAN, steps: [{ ...PLAN.steps[0], beginsMs: "0" }] },
    { ...PLAN, answers: [{ order: 1, answer: "accepted", faults: [] }] },
    { ...PLAN, services: [{ ...PLAN.services[0], after: "away" }] },
  ];
  for (const value of wrong) assertThrows(() => planOf(JSON.stringify(value)), /something else/);
  assertThrows(() => planOf("{"), /something else/);
});
