/** A child's plan in the terms of posix_spawn, and what has no term there. */
import { EXEC_STAGE, type ExecStage } from "../../../core/types.ts";
import type { ChildContext } from "../../../platform/child/call.ts";
import { childCalls } from "../../../platform/child/calls.ts";
import { LINUX_CHILD_SYSTEM } from "../../../platform/linux/children/child_system.ts";
import { spawnOrder, spawnSystem } from "../../../platform/posix_spawn/order.ts";
import { assert, assertEquals } from "../../assert.ts";
import { buildContext, buildSettings, descriptor, type SettingsParts } from "../child_settings.ts";

const ENOTSUP = 95;
const system = spawnSystem(LINUX_CHILD_SYSTEM, ENOTSUP);

function order(parts: SettingsParts, context: Partial<ChildContext> = {}) {
  const plan = childCalls(buildSettings(parts), buildContext({ system, ...context }), undefined);
  return plan.kind === "impossible" ? plan : spawnOrder(plan, ENOTSUP);
}

Deno.test("spawnOrder() of a plain service connects, makes a session and runs it", () => {
  assertEquals(order({ command: ["true"], workingDirectory: "/srv" }), {
    kind: "order",
    actions: [
      { kind: "directory", path: "/srv" },
      { kind: "duplicate", source: 20, target: 0 },
      { kind: "duplicate", source: 20, target: 1 },
      { kind: "duplicate", source: 1, target: 2 },
    ],
    leads: "session",
    defaultSignals: [13],
    blockedSignals: 0n,
    programs: ["/usr/bin/true", "/bin/true"],
  });
});

Deno.test("spawnOrder() closes what was parked, and keeps what stays in its place", () => {
  const parked = order({ readiness: { fd: descriptor(30), number: 20 }, workingDirectory: "" });
  assert(parked.kind === "order");
  assertEquals(parked.actions, [
    { kind: "duplicate", source: 20, target: 3 },
    { kind: "duplicate", source: 30, target: 20 },
    { kind: "duplicate", source: 3, target: 0 },
    { kind: "duplicate", source: 3, target: 1 },
    { kind: "duplicate", source: 1, target: 2 },
    { kind: "close", fd: 3 },
  ]);
  const kept = order({ readiness: { fd: descriptor(30), number: 30 }, workingDirectory: "" });
  assert(kept.kind === "order");
  assertEquals(kept.actions[0], { kind: "duplicate", source: 30, target: 30 });
});

Deno.test("spawnOrder() refuses what posix_spawn cannot do, and names the stage", () => {
  const cases: readonly (readonly [SettingsParts, ExecStage])[] = [
    [{ console: "foreground" }, EXEC_STAGE.standardDescriptors],
    [{ console: "shares" }, EXEC_STAGE.standardDescriptors],
    [{ attributes: { nice: 3 } }, EXEC_STAGE.priority],
    [{ attributes: { ioPriority: 3 } }, EXEC_STAGE.priority],
    [{ attributes: { oomScoreAdjust: 3 } }, EXEC_STAGE.priority],
    [{ cgroupProcs: "/x/cgroup.procs" }, EXEC_STAGE.cgroup],
    [{
      attributes: { limits: [{ resource: "core", soft: "unlimited", hard: "unlimited" }] },
    }, EXEC_STAGE.resourceLimits],
    [{ attributes: { runAs: { kind: "numeric", uid: 7 } } }, EXEC_STAGE.credentials],
    [{ attributes: { capabilities: [] } }, EXEC_STAGE.capabilities],
    [{ attributes: { noNewPrivileges: true } }, EXEC_STAGE.capabilities],
    [{ sandbox: { "private-tmp": true } }, EXEC_STAGE.capabilities],
    [{ activationSockets: [descriptor(30)] }, EXEC_STAGE.activationSocket],
  ];
  for (const [parts, stage] of cases) {
    assertEquals(order(parts), { kind: "impossible", stage, errno: ENOTSUP });
  }
  assertEquals(order({}, { nullDevice: undefined }).kind, "impossible");
});
